// SPDX-License-Identifier: BSD-3-Clause
// Block products against stepping every synapse at every step. The stepping is done in extended precision, so that what
// is measured is the products' own error, not the sum of two.
#include "learning/block_products.hpp"

#include "tests/learning/scalar_rules.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <set>

namespace {

using namespace saltus;
using namespace saltus::test;

using Extended = long double;

constexpr std::size_t neurons = 11; // not a multiple of any vector

/// One synapse as its owner keeps it, and as stepped all along.
template <class Rule>
struct Row {
    std::size_t target = 0;
    std::int64_t next = 0; ///< first step not applied yet
    std::array<double, Rule::traces> kept{};
    Synapse1<double> plain{}; ///< stepped in the products' own precision
    Synapse1<Extended> truth{};
    std::array<Extended, Rule::traces> largest{}; ///< of the truth, so far
};

/// psi and L of one neuron over time: stretches of activity, of psi = 0, and of nothing at all.
class History {
  public:
    History(RandomStream random, double most_psi, double special_psi)
        : random_(random), most_psi_(most_psi), special_psi_(special_psi) {}

    std::pair<double, double> step() {
        if (left_-- <= 0) {
            mode_ = random_.below(4);
            left_ = 1 + random_.below(mode_ == 1 ? 120 : 40);
        }
        const double signal = mode_ == 0 ? 0.0 : uniform(random_, -1.0, 1.0);
        if (mode_ <= 1) return {0.0, signal};
        const bool special = random_.uniform() < 0.05;
        return {special ? special_psi_ : random_.uniform() * most_psi_, signal};
    }

  private:
    RandomStream random_;
    double most_psi_, special_psi_;
    std::uint32_t mode_ = 2;
    int left_ = 0;
};

/// Drives the products as the arrival schedule does, and compares at random moments.
template <class Rule>
class Bench {
  public:
    Bench(const Rule& rule, std::size_t blocks, std::uint64_t seed, double most_psi)
        : rule_(rule), products_(rule, neurons, blocks), random_(seed, 1) {
        double special = 0.0;
        if constexpr (requires { rule.beta; }) special = rule.beta > 0.0 ? rule.rho / rule.beta : 0.0;
        for (std::size_t j = 0; j < neurons; ++j) history_.emplace_back(RandomStream(seed, 100 + j), most_psi, special);
    }

    void add_rows(std::size_t count) {
        for (std::size_t k = 0; k < count; ++k) rows_.push_back({.target = k % neurons});
    }

    /// One learning step. @param arrivals, queries chance per row
    void step(double arrivals, double queries) {
        for (Row<Rule>& row : rows_) {
            if (random_.uniform() < queries) compare(row);
            if (random_.uniform() < arrivals) arrive(row);
        }
        std::array<double, neurons> psi, signal;
        for (std::size_t j = 0; j < neurons; ++j) std::tie(psi[j], signal[j]) = history_[j].step();
        append(psi, signal);
    }

    void silent_step(double psi_value, double signal_value) {
        std::array<double, neurons> psi, signal;
        psi.fill(psi_value);
        signal.fill(signal_value);
        append(psi, signal);
    }

    void arrive(Row<Rule>& row) {
        carry(row);
        row.kept[Rule::z] += 1.0;
        row.plain.z += 1.0;
        row.truth.z += 1.0L;
        note_largest(row);
    }

    void compare(const Row<Rule>& row) {
        auto x = row.kept;
        const auto path = products_.path(row.next);
        products_.carry(path, row.target, x);
        const auto plain = listed(rule_, row.plain);
        const auto truth = listed(rule_, row.truth);
        for (std::size_t k = 0; k < Rule::traces; ++k) {
            const Extended scale = std::max(row.largest[k], Extended{1e-30});
            worst_ = std::max(worst_, static_cast<double>(std::abs(x[k] - truth[k]) / scale));
            worst_plain_ = std::max(worst_plain_, static_cast<double>(std::abs(plain[k] - truth[k]) / scale));
        }
        ++compared_;
        const bool open = path.suffix == nullptr;
        ages_.insert(open ? -1 : products_.block_of(products_.steps()) - products_.block_of(row.next));
        if (open && path.plain_first < path.plain_last) ++stepped_plainly_;
    }

    std::vector<Row<Rule>>& rows() { return rows_; }
    [[nodiscard]] double worst() const { return worst_; }
    [[nodiscard]] double worst_plain() const { return worst_plain_; }
    [[nodiscard]] int compared() const { return compared_; }
    [[nodiscard]] int stepped_plainly() const { return stepped_plainly_; }
    [[nodiscard]] int swept() const { return swept_; }
    /// Ages in blocks at which state was queried; -1 stands for the open block.
    [[nodiscard]] const std::set<std::int64_t>& ages() const { return ages_; }

  private:
    void carry(Row<Rule>& row) {
        products_.carry(products_.path(row.next), row.target, row.kept);
        row.next = products_.steps();
    }

    void append(const std::array<double, neurons>& psi, const std::array<double, neurons>& signal) {
        products_.append(psi.data(), signal.data());
        for (Row<Rule>& row : rows_) {
            plain_step(rule_, psi[row.target], signal[row.target], row.plain);
            plain_step(rule_, Extended{psi[row.target]}, Extended{signal[row.target]}, row.truth);
            note_largest(row);
        }
        if (!products_.full()) return;
        for (Row<Rule>& row : rows_) {
            if (products_.block_of(row.next) > products_.oldest()) continue;
            carry(row);
            ++swept_;
        }
        products_.close();
    }

    void note_largest(Row<Rule>& row) {
        const auto now = listed(rule_, row.truth);
        for (std::size_t k = 0; k < now.size(); ++k) row.largest[k] = std::max(row.largest[k], std::abs(now[k]));
    }

    Rule rule_;
    BlockProducts<Rule> products_;
    RandomStream random_;
    std::vector<History> history_;
    std::vector<Row<Rule>> rows_;
    std::set<std::int64_t> ages_;
    double worst_ = 0.0, worst_plain_ = 0.0;
    int compared_ = 0, stepped_plainly_ = 0, swept_ = 0;
};

constexpr double bound = 1e-13;

/// Long random histories at several horizons; rows of which some are silent for many horizons.
template <class Rule>
void check_random_histories(const Rule& rule, double most_psi, std::uint64_t seed) {
    for (const std::size_t blocks : {1u, 2u, 4u, 16u}) {
        INFO("horizon of " << blocks << " blocks");
        Bench<Rule> bench(rule, blocks, seed + blocks, most_psi);
        bench.add_rows(3 * neurons);
        for (Row<Rule>& row : bench.rows()) bench.arrive(row);
        for (int n = 0; n < 1500; ++n) bench.step(n % 400 < 40 ? 0.2 : 0.004, 0.2);
        CHECK(bench.worst() < bound);
        CHECK(bench.worst() < 2.0 * bench.worst_plain() + 1e-15);
        CHECK(bench.compared() > 5000);
        CHECK(bench.stepped_plainly() > 100);
        CHECK(bench.swept() > 10);
        // every age there is: the open block, and each closed one
        CHECK(bench.ages().size() == blocks + 1);
        double largest = 0.0;
        for (const Row<Rule>& row : bench.rows())
            largest = std::max(largest, static_cast<double>(row.largest[Rule::g]));
        CHECK(largest > 0.01);
    }
}

double decay(double tau_ms) { return std::exp(-1.0 / tau_ms); }

/// One arrival, then `steps` of 1 ms without one; checked every 1000 steps.
template <class Rule>
void check_silence(const Rule& rule, double psi, double signal, int steps) {
    INFO("psi " << psi << " signal " << signal);
    Bench<Rule> bench(rule, 16, 7, 1.0);
    bench.add_rows(neurons);
    for (int n = 0; n < 500; ++n) bench.step(0.1, 0.0);
    for (Row<Rule>& row : bench.rows()) bench.arrive(row);
    const Extended gradient = bench.rows().front().truth.g;
    for (int n = 1; n <= steps; ++n) {
        bench.silent_step(psi, signal);
        if (n % 1000 != 0) continue;
        for (const Row<Rule>& row : bench.rows()) bench.compare(row);
    }
    CHECK(bench.worst() < bound);
    CHECK(bench.worst() < 2.0 * bench.worst_plain() + 1e-15);
    CHECK(bench.compared() == steps / 1000 * static_cast<int>(neurons));
    CHECK(bench.swept() >= steps / 272 * static_cast<int>(neurons)); // once in 17 blocks of 16 steps
    const auto& last = bench.rows().front().truth;
    CHECK(std::abs(gradient) > 1e-3L);
    CHECK((last.g != gradient) == (signal != 0.0));
    CHECK(last.z < 1e-300L);
}

} // namespace

TEST_CASE("block products: LIF, alpha apart from kappa and equal to it", "[learning][products][fast]") {
    check_random_histories(EpropMap<false, false>{decay(20.0), 0.0, 0.0, decay(7.0), 1.0 - decay(7.0)}, 0.3, 1);
    check_random_histories(EpropMap<false, false>{decay(20.0), 0.0, 0.0, decay(20.0), 1.0}, 0.3, 2);
}

TEST_CASE("block products: adaptive neurons, weak adaptation", "[learning][products][fast]") {
    const EpropMap<true, false> rule{decay(20.0), decay(200.0), 0.1, decay(20.0), 1.0 - decay(20.0)};
    check_random_histories(rule, 0.3, 3);
}

TEST_CASE("block products: strong adaptation, rho - beta psi negative and zero", "[learning][products][fast]") {
    const EpropMap<true, false> rule{decay(20.0), decay(50.0), 1.9, decay(20.0), 1.0};
    CHECK(rule.rho - rule.beta * 1.0 < -0.9);
    check_random_histories(rule, 1.0, 4);
    const EpropMap<true, false> slow{decay(5.0), decay(2000.0), 1.95, decay(30.0), 1.0 - decay(30.0)};
    check_random_histories(slow, 1.0, 5);
}

TEST_CASE("block products: with the rate sum, and of the readout rule", "[learning][products][fast]") {
    check_random_histories(EpropMap<true, true>{decay(20.0), decay(100.0), 1.2, decay(10.0), 1.0 - decay(10.0)}, 1.0,
                           6);
    check_random_histories(EpropMap<false, true>{decay(20.0), 0.0, 0.0, decay(10.0), 1.0 - decay(10.0)}, 1.0, 7);
    check_random_histories(ReadoutMap{decay(20.0)}, 1.0, 8);
}

TEST_CASE("block products: 100 s of silence", "[learning][products][fast]") {
    const EpropMap<false, false> lif{decay(20.0), 0.0, 0.0, decay(20.0), 1.0 - decay(20.0)};
    const EpropMap<true, false> adaptive{decay(20.0), decay(2000.0), 0.5, decay(20.0), 1.0 - decay(20.0)};
    check_silence(lif, 0.0, 0.0, 20'000);
    check_silence(lif, 0.3, 0.2, 20'000);
    check_silence(adaptive, 0.0, -0.4, 20'000);
    check_silence(adaptive, 0.01, 0.3, 100'000);
}

TEST_CASE("a path to the newest step changes nothing", "[learning][products][fast]") {
    const EpropMap<false, false> rule{0.9, 0.0, 0.0, 0.8, 0.2};
    BlockProducts<EpropMap<false, false>> products(rule, 1, 2);
    const double psi = 0.3, signal = 1.0;
    for (int n = 0; n < 40; ++n) {
        std::array<double, 3> x{0.5, -0.25, 0.125};
        products.carry(products.path(products.steps()), 0, x);
        CHECK(x == std::array<double, 3>{0.5, -0.25, 0.125});
        products.append(&psi, &signal);
        if (!products.full()) continue;
        products.carry(products.path(products.steps()), 0, x); // full, not closed yet
        CHECK(x == std::array<double, 3>{0.5, -0.25, 0.125});
        CHECK(products.oldest() == products.steps() / 16 - 1 - 2);
        products.close();
    }
    CHECK(products.steps() == 40);
    CHECK(products.blocks() == 2);
    CHECK(products.bytes() > 2 * 16 * 6 * sizeof(double));
}
