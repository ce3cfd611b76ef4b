// SPDX-License-Identifier: BSD-3-Clause
// Co-moving coordinates against stepping every synapse at every step, in extended precision: gradients as they are read
// at arrivals, over any silence, whatever the time constants.
#include "engine/runtime/comoving_plasticity.hpp"
#include "tests/learning/scalar_rules.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>

namespace {

using namespace saltus;
using namespace saltus::test;

using Map = EpropMap<false, false>;
using Extended = long double;

constexpr std::uint32_t neurons = 11; // not a multiple of any vector

/// One row onto all neurons, kept in coordinates and as stepped all along. A weight's change is the gradient applied.
template <class Real>
struct Row {
    std::int64_t block = -1;
    double z = 0.0;
    std::array<std::array<Real, neurons>, 2> trace{};
    std::array<Real, neurons> weight{};
    std::array<Synapse1<Extended>, neurons> truth{};
};

template <class Real>
class Bench {
  public:
    Bench(const Map& rule, std::size_t blocks, std::uint64_t seed)
        : rule_(rule), products_(rule, neurons, blocks), random_(seed, 1) {
        for (std::uint32_t j = 0; j < neurons; ++j) targets_[j] = j;
    }

    void step(double arrivals) {
        for (Row<Real>& row : rows_)
            if (random_.uniform() < arrivals) arrive(row);
        std::array<double, neurons> psi, signal;
        const bool quiet = random_.uniform() < 0.3;
        for (std::uint32_t j = 0; j < neurons; ++j) {
            psi[j] = quiet ? 0.0 : random_.uniform();
            signal[j] = uniform(random_, -1.0, 1.0);
        }
        products_.append(psi.data(), signal.data());
        for (Row<Real>& row : rows_) {
            for (std::uint32_t j = 0; j < neurons; ++j)
                plain_step(rule_, Extended{psi[j]}, Extended{signal[j]}, Extended{0}, row.truth[j]);
        }
        if (!products_.full()) return;
        for (Row<Real>& row : rows_) {
            if (row.block != products_.oldest() || row.block < 0) continue;
            anchor(row);
            ++swept;
        }
        products_.close();
    }

    int compared = 0, swept = 0, across = 0;
    /// The largest error of a gradient, in units of the largest gradient.
    [[nodiscard]] double worst() const { return error_ / largest_; }
    [[nodiscard]] std::size_t block_length() const { return products_.length(); }

  private:
    void arrive(Row<Real>& row) {
        const bool update = row.block >= 0;
        if (row.block != products_.open_block()) anchor(row);
        const std::array<Real, neurons> before = row.weight;
        const double arrival = products_.inverse(0);
        comoving_arrival<Map, Real>(
            {static_cast<Real>(row.z), static_cast<Real>(arrival), static_cast<Real>(products_.power(Map::g)), Real{1},
             Real{-1e30f}, Real{1e30f}, update, update},
            neurons, targets_.data(), products_.unit(), products_.stride(), {row.trace[0].data(), row.trace[1].data()},
            row.weight.data());
        row.z += arrival;
        for (std::uint32_t j = 0; j < neurons; ++j) {
            const Extended applied = static_cast<Extended>(before[j]) - static_cast<Extended>(row.weight[j]);
            largest_ = std::max(largest_, static_cast<double>(std::abs(row.truth[j].g)));
            row.weight[j] = Real{0}; // so that the next difference is exact
            if (update) {
                error_ = std::max(error_, static_cast<double>(std::abs(applied - row.truth[j].g)));
                row.truth[j].g = 0;
                ++compared;
            }
            row.truth[j].h += 1;
        }
    }
    void anchor(Row<Real>& row) {
        if (row.block >= 0) {
            const auto diagonal = products_.total_diagonal(row.block);
            comoving_catch_up<Map, Real>(row.z, neurons, targets_.data(), products_.total(row.block), diagonal,
                                         {row.trace[0].data(), row.trace[1].data()});
            row.z *= diagonal[0];
            ++across;
        }
        row.block = products_.open_block();
    }

    Map rule_;
    CoMovingProducts<Map, Real> products_;
    RandomStream random_;
    std::array<std::uint32_t, neurons> targets_{};
    std::array<Row<Real>, 6> rows_{};
    double error_ = 0.0, largest_ = 0.0;
};

struct TimeConstants {
    double membrane, filter; ///< in learning steps
};

template <class Real>
void check(double bound) {
    for (const TimeConstants tau :
         {TimeConstants{20, 20}, {5, 100}, {100, 5}, {2, 300}, {0.3, 20}, {1e-3, 1e6}, {1e6, 1e6}}) {
        for (const std::size_t blocks : {1u, 4u, 64u}) {
            INFO("tau " << tau.membrane << ", filter " << tau.filter << ", blocks " << blocks);
            const Map rule{{std::exp(-1.0 / tau.membrane)}, {std::exp(-1.0 / tau.filter), 0.1}};
            Bench<Real> bench(rule, blocks, 3);
            for (int n = 0; n < 1500; ++n) bench.step(0.05);
            for (int n = 0; n < 3000; ++n) bench.step(0.001); // silences of many blocks
            for (int n = 0; n < 500; ++n) bench.step(0.2);
            CHECK(bench.worst() < bound);
            CHECK(bench.worst() > 0.0);
            CHECK(bench.compared > 5000);
            CHECK(bench.across > 20);
            if (blocks == 1) CHECK(bench.swept > 10);
        }
    }
}

} // namespace

TEST_CASE("gradients in co-moving coordinates are those of stepping: double", "[runtime][comoving][fast]") {
    check<double>(1e-13);
}

TEST_CASE("gradients in co-moving coordinates are those of stepping: float", "[runtime][comoving][fast]") {
    check<float>(1e-4);
}

TEST_CASE("a block is four of the shortest time constant", "[runtime][comoving][fast]") {
    const auto length = [](double membrane, double filter) {
        const Map rule{{std::exp(-1.0 / membrane)}, {std::exp(-1.0 / filter), 1.0}};
        return CoMovingProducts<Map>(rule, 3, 2).length();
    };
    CHECK(length(20, 100) == 80);
    CHECK(length(100, 20) == 80);
    CHECK(length(0.1, 20) == 1);
    CHECK(length(1e4, 1e5) == 256);
}
