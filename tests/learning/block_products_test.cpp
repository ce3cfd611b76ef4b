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

/// What an arrival adds to the entry traces (a rule may have only one).
constexpr std::array<double, 2> amplitude{1.0, 0.3};

/// psi, L and the third coefficient of one neuron.
struct Coefficients {
    double psi, signal, third;
};

/// Coefficients over time: stretches of activity, of psi = 0, and of nothing at all.
class History {
  public:
    History(RandomStream random, double most_psi, double special_psi)
        : random_(random), most_psi_(most_psi), special_psi_(special_psi) {}

    Coefficients step() {
        if (left_-- <= 0) {
            mode_ = random_.below(4);
            left_ = 1 + random_.below(mode_ == 1 ? 120 : 40);
        }
        const double signal = mode_ == 0 ? 0.0 : uniform(random_, -1.0, 1.0);
        const double third = mode_ == 3 ? 0.0 : uniform(random_, -1.0, 1.0);
        if (mode_ <= 1) return {0.0, signal, third};
        const bool special = random_.uniform() < 0.05;
        return {special ? special_psi_ : random_.uniform() * most_psi_, signal, third};
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
        if constexpr (requires { rule.membrane.beta; })
            special = rule.membrane.beta > 0.0 ? rule.membrane.rho / rule.membrane.beta : 0.0;
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
        std::array<double, neurons> psi, signal, third;
        for (std::size_t j = 0; j < neurons; ++j) {
            const Coefficients now = history_[j].step();
            psi[j] = now.psi, signal[j] = now.signal, third[j] = now.third;
        }
        append(psi, signal, third);
    }

    void silent_step(double psi_value, double signal_value) {
        std::array<double, neurons> psi, signal, third;
        psi.fill(psi_value);
        signal.fill(signal_value);
        third.fill(0.5 * signal_value);
        append(psi, signal, third);
    }

    void arrive(Row<Rule>& row) {
        carry(row);
        for (std::size_t k = 0; k < Rule::entries; ++k) row.kept[k] += amplitude[k];
        plain_arrival(rule_, row.plain, amplitude);
        plain_arrival(rule_, row.truth, amplitude);
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

    void append(const std::array<double, neurons>& psi, const std::array<double, neurons>& signal,
                const std::array<double, neurons>& third) {
        products_.append(psi.data(), signal.data(), third.data());
        for (Row<Rule>& row : rows_) {
            const std::size_t j = row.target;
            plain_step(rule_, psi[j], signal[j], third[j], row.plain);
            plain_step(rule_, Extended{psi[j]}, Extended{signal[j]}, Extended{third[j]}, row.truth);
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
        CHECK(bench.worst() < 3.0 * bench.worst_plain() + 1e-15);
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
    CHECK(bench.worst() < 3.0 * bench.worst_plain() + 1e-15);
    CHECK(bench.compared() == steps / 1000 * static_cast<int>(neurons));
    CHECK(bench.swept() >= steps / 272 * static_cast<int>(neurons)); // once in 17 blocks of 16 steps
    const auto& last = bench.rows().front().truth;
    CHECK(std::abs(gradient) > 1e-3L);
    CHECK((last.g != gradient) == (signal != 0.0));
    CHECK(last.h < 1e-300L);
    CHECK(last.i < 1e-300L);
}

constexpr double step_ms = 1.0;
/// A current of tau_s onto a membrane of tau_m: both decay, and what the current moves the membrane by in a step.
LifMembrane<false, true> cuba(double tau_m, double tau_s) {
    const double feed =
        tau_m == tau_s ? step_ms / tau_m * decay(tau_m) : tau_s / (tau_s - tau_m) * (decay(tau_s) - decay(tau_m));
    return {.alpha = decay(tau_m), .sigma = decay(tau_s), .feed = feed};
}

} // namespace

TEST_CASE("block products: LIF, alpha apart from kappa and equal to it", "[learning][products][fast]") {
    check_random_histories(EpropMap<false, false>{{decay(20.0)}, {decay(7.0), 1.0 - decay(7.0)}}, 0.3, 1);
    check_random_histories(EpropMap<false, false>{{decay(20.0)}, {decay(20.0), 1.0}}, 0.3, 2);
}

TEST_CASE("block products: adaptive neurons, weak adaptation", "[learning][products][fast]") {
    const EpropMap<true, false> rule{{decay(20.0), decay(200.0), 0.1}, {decay(20.0), 1.0 - decay(20.0)}};
    check_random_histories(rule, 0.3, 3);
}

TEST_CASE("block products: strong adaptation, rho - beta psi negative and zero", "[learning][products][fast]") {
    const EpropMap<true, false> rule{{decay(20.0), decay(50.0), 1.9}, {decay(20.0), 1.0}};
    CHECK(rule.membrane.rho - rule.membrane.beta * 1.0 < -0.9);
    check_random_histories(rule, 1.0, 4);
    const EpropMap<true, false> slow{{decay(5.0), decay(2000.0), 1.95}, {decay(30.0), 1.0 - decay(30.0)}};
    check_random_histories(slow, 1.0, 5);
    check_random_histories(InstantMap<true>{{decay(20.0), decay(50.0), 1.9}, {}}, 1.0, 15);
    check_random_histories(RewardMap<true>{{decay(20.0), decay(50.0), 1.9}, {decay(20.0), 1.0, 0.99}}, 1.0, 16);
}

TEST_CASE("block products: with the rate sum, and of readouts", "[learning][products][fast]") {
    check_random_histories(EpropMap<true, true>{{decay(20.0), decay(100.0), 1.2}, {decay(10.0), 1.0 - decay(10.0)}},
                           1.0, 6);
    check_random_histories(EpropMap<false, true>{{decay(20.0)}, {decay(10.0), 1.0 - decay(10.0)}}, 1.0, 7);
    check_random_histories(ReadoutMap<>{{decay(20.0)}, {}}, 1.0, 8);
    check_random_histories(RewardReadoutMap<>{{decay(20.0)}, {0.99}}, 1.0, 9);
    check_random_histories(ReadoutMap<true>{{decay(20.0), decay(5.0), 0.1}, {}}, 1.0, 10);
    check_random_histories(RewardReadoutMap<true>{{decay(20.0), decay(5.0), 0.1}, {0.99}}, 1.0, 11);
}

TEST_CASE("block products: currents, apart from the membrane's time constant and equal to it", "[learning][products]") {
    for (const double tau_s : {5.0, 10.0}) {
        const LifMembrane<false, true> membrane = cuba(10.0, tau_s);
        check_random_histories(RuleMap<LifMembrane<false, true>, LowPassHead<false>>{membrane, {decay(10.0), 0.1}}, 0.3,
                               10);
        check_random_histories(SuperSpikeMap<true>{membrane, {decay(5.0), decay(10.0), 1.0 - decay(10.0)}}, 1.0, 11);
        check_random_histories(SuperSpikeMap<true>{membrane, {decay(10.0), decay(10.0), 1.0 - decay(10.0)}}, 1.0, 12);
    }
}

TEST_CASE("block products: the reset in the gradient", "[learning][products][fast]") {
    using Rule = RuleMap<LifMembrane<false, false, true>, LowPassHead<false>>;
    check_random_histories(Rule{{.alpha = decay(20.0), .fall = decay(20.0)}, {decay(20.0), 1.0}}, 1.0, 13);
    // Soft reset, large psi: the membrane's own derivative changes sign at a spike.
    check_random_histories(Rule{{.alpha = decay(20.0), .fall = 1.9 * decay(20.0)}, {decay(5.0), 1.0}}, 1.0, 14);
}

TEST_CASE("block products: S-TLLR, reward-modulated STDP, voltage", "[learning][products][fast]") {
    check_random_histories(StllrMap{{decay(20.0), 1.0, -0.5}, {}}, 1.0, 17);
    check_random_histories(RewardStdpMap{{decay(20.0), 1.0, -1.05}, {decay(500.0), 1.0}}, 1.0, 18);
    check_random_histories(
        RuleMap<LifMembrane<true>, LowPassHead<false, true>>{{decay(20.0), decay(100.0), 0.3}, {decay(20.0), 1.0}}, 1.0,
        19);
}

TEST_CASE("block products: 100 s of silence", "[learning][products][fast]") {
    const EpropMap<false, false> lif{{decay(20.0)}, {decay(20.0), 1.0 - decay(20.0)}};
    const EpropMap<true, false> adaptive{{decay(20.0), decay(2000.0), 0.5}, {decay(20.0), 1.0 - decay(20.0)}};
    check_silence(lif, 0.0, 0.0, 20'000);
    check_silence(lif, 0.3, 0.2, 20'000);
    check_silence(adaptive, 0.0, -0.4, 20'000);
    check_silence(adaptive, 0.01, 0.3, 100'000);
}

TEST_CASE("block products: 100 s of silence, rules with more traces", "[learning][products]") {
    check_silence(SuperSpikeMap<true>{cuba(10.0, 5.0), {decay(5.0), decay(10.0), 1.0 - decay(10.0)}}, 0.01, 0.3,
                  100'000);
    check_silence(RewardMap<true>{{decay(20.0), decay(200.0), 0.3}, {decay(20.0), 1.0, decay(1000.0)}}, 0.01, 0.3,
                  50'000);
}

TEST_CASE("a path to the newest step changes nothing", "[learning][products][fast]") {
    const EpropMap<false, false> rule{{0.9}, {0.8, 0.2}};
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
