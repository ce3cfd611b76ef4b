// SPDX-License-Identifier: BSD-3-Clause
// I4 for every rule: the engine against the naive dense oracle on random networks, in both schedules, however cut: the
// same spikes, and the same weights to 1e-9 of each projection's largest in double precision, 1e-4 in single.
#include "tests/oracle/rule_scenario.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/scenario_network.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace {

using namespace saltus_oracle;
using saltus::Precision;
using saltus::test::ScenarioRun;

constexpr double near_tie = 1e-10;

double largest(const std::vector<double>& values) {
    double most = 1e-300;
    for (const double value : values) most = std::max(most, std::abs(value));
    return most;
}

double difference(const std::vector<double>& a, const std::vector<double>& b) {
    REQUIRE(a.size() == b.size());
    double most = 0.0;
    for (std::size_t k = 0; k < a.size(); ++k) most = std::max(most, std::abs(a[k] - b[k]));
    return most;
}

struct Tally {
    int compared = 0, learned = 0, gradients = 0;
    std::uint64_t spikes = 0;
};

/// What came of the weights, and how it has changed them, wherever that is not lost in rounding.
void compare_weights(const Scenario& scenario, const PerSynapse& weights, const Result& truth, double exact_bound,
                     Tally& tally) {
    for (std::size_t p = 0; p < weights.size(); ++p) {
        INFO("projection " << p << " rule " << static_cast<int>(scenario.projections[p].plasticity.rule));
        // Steps in units of the gradient's own size make much of its last digits.
        const OptimiserKind kind = scenario.projections[p].plasticity.optimiser.kind;
        const bool normalised = kind != OptimiserKind::sgd && kind != OptimiserKind::momentum;
        const double bound = normalised ? 100.0 * exact_bound : exact_bound;
        REQUIRE(difference(weights[p], truth.weights[p]) < bound * largest(truth.weights[p]));
        std::vector<double> changes, true_changes;
        for (std::size_t s = 0; s < weights[p].size(); ++s) {
            changes.push_back(weights[p][s] - scenario.projections[p].synapses[s].weight);
            true_changes.push_back(truth.weights[p][s] - scenario.projections[p].synapses[s].weight);
        }
        if (largest(true_changes) < 1e-3 * largest(truth.weights[p])) continue;
        REQUIRE(difference(changes, true_changes) < 10.0 * bound * largest(true_changes));
        if (scenario.populations[scenario.projections[p].target].kind != PopulationKind::readout) ++tally.gradients;
    }
}

void compare(std::uint64_t seed, const RuleOptions& options, Tally& tally) {
    const Scenario scenario = rule_scenario(seed, options);
    const Result truth = run_dense(scenario);
    if (truth.min_threshold_margin < near_tie) return;
    const std::uint32_t partitions = std::array{1u, 3u, 7u}[seed % 3];
    ScenarioRun run(
        scenario, {.precision = Precision::double_precision, .history_blocks = 1 + seed % 5, .partitions = partitions});
    run.push_everything();
    run.simulation().advance_until(scenario.last_tick);
    INFO("seed " << seed << " partitions " << partitions);
    REQUIRE(run.spikes() == truth.spikes);
    compare_weights(scenario, run.weights(), truth, 1e-9, tally);
    ++tally.compared;
    tally.learned += truth.counters.weight_changes > 20 ? 1 : 0;
    tally.spikes += truth.counters.spikes;
}

Tally compare_range(std::uint64_t first, std::uint64_t count, const RuleOptions& options) {
    Tally tally;
    for (std::uint64_t seed = first; seed < first + count; ++seed) compare(seed, options, tally);
    CHECK(tally.compared * 10 >= static_cast<int>(count) * 7);
    CHECK(tally.learned * 10 >= tally.compared * 7);
    CHECK(tally.spikes > 20 * count);
    CHECK(tally.gradients > static_cast<int>(count / 2));
    return tally;
}

constexpr std::array both{ScheduleKind::interval, ScheduleKind::arrival};

void check_both(std::uint64_t seed, RuleOptions options, std::uint64_t count = 12) {
    for (const ScheduleKind schedule : both) {
        options.base.schedule = schedule;
        INFO("schedule " << static_cast<int>(schedule));
        compare_range(seed, count, options);
        seed += 1000;
    }
}

} // namespace

TEST_CASE("oracle: e-prop onto CuBa LIF", "[runtime][oracle][rules]") {
    check_both(500000, {.rule = RuleKind::eprop, .currents = true});
}

TEST_CASE("oracle: SuperSpike, trains of spikes for targets, delta synapses and currents", "[runtime][oracle][rules]") {
    check_both(510000, {.rule = RuleKind::superspike, .spike_trains = true});
    check_both(512000, {.rule = RuleKind::superspike, .currents = true, .spike_trains = true});
}

TEST_CASE("oracle: SuperSpike with traces that outlive the interval, RMaxProp", "[runtime][oracle][rules]") {
    RuleOptions options{.rule = RuleKind::superspike, .currents = true, .spike_trains = true, .persist = true};
    options.optimiser = OptimiserKind::rmaxprop;
    options.base.schedule = ScheduleKind::interval;
    compare_range(520000, 15, options);
    options = {.rule = RuleKind::eprop, .persist = true};
    options.base.schedule = ScheduleKind::interval;
    compare_range(521000, 15, options);
}

TEST_CASE("oracle: SuperSpike, surrogate derivatives of refractory neurons", "[runtime][oracle][rules]") {
    check_both(523000, {.rule = RuleKind::superspike, .spike_trains = true, .psi_while_refractory = true}, 8);
    check_both(523500,
               {.rule = RuleKind::superspike, .currents = true, .spike_trains = true, .psi_while_refractory = true}, 8);
}

TEST_CASE("oracle: SuperSpike, weights onto busy neurons held back", "[runtime][oracle][rules]") {
    RuleOptions options{.rule = RuleKind::superspike, .spike_trains = true, .penalty = true};
    options.base.schedule = ScheduleKind::interval;
    compare_range(525000, 15, options);
    options.currents = options.persist = true;
    options.optimiser = OptimiserKind::rmaxprop;
    compare_range(526000, 15, options);
}

TEST_CASE("oracle: the instantaneous rules, with an error of their own layer and handed down",
          "[runtime][oracle][rules]") {
    check_both(530000, {.rule = RuleKind::instantaneous});
    check_both(532000, {.rule = RuleKind::instantaneous, .layers = true});
    check_both(534000, {.rule = RuleKind::instantaneous, .currents = true, .layers = true});
    check_both(536000, {.rule = RuleKind::eprop, .layers = true});
}

TEST_CASE("oracle: label events", "[runtime][oracle][rules]") {
    check_both(540000, {.rule = RuleKind::instantaneous, .labels = true});
    check_both(542000, {.rule = RuleKind::eprop, .labels = true});
}

TEST_CASE("oracle: reward-based e-prop with actor and critic", "[runtime][oracle][rules]") {
    check_both(550000, {.rule = RuleKind::reward_eprop});
    check_both(552000, {.rule = RuleKind::reward_eprop, .currents = true});
}

TEST_CASE("oracle: S-TLLR, reward-modulated STDP, PES", "[runtime][oracle][rules]") {
    check_both(560000, {.rule = RuleKind::stllr});
    check_both(562000, {.rule = RuleKind::reward_stdp});
    check_both(564000, {.rule = RuleKind::pes});
    check_both(566000, {.rule = RuleKind::pes, .currents = true});
}

TEST_CASE("oracle: the reset in the gradient", "[runtime][oracle][rules]") {
    RuleOptions options{.rule = RuleKind::eprop, .reset_in_gradient = true};
    options.base.neurons = PopulationKind::lif;
    options.base.reset = Reset::subtract;
    check_both(570000, options);
    options.base.spike_effect = SpikeEffect::next_tick;
    check_both(572000, options, 10);
    options.base.spike_effect = {};
    options.currents = true;
    check_both(574000, options);
}

TEST_CASE("oracle: regularisers of voltage, of rates within bounds, of populations", "[runtime][oracle][rules]") {
    check_both(580000, {.rule = RuleKind::eprop, .voltage = true});
    check_both(582000, {.rule = RuleKind::eprop, .currents = true, .voltage = true});
    for (const RateBound bound : {RateBound::both, RateBound::lower, RateBound::upper})
        check_both(584000, {.rule = RuleKind::eprop, .bound = bound}, 10);
}

TEST_CASE("oracle: every optimiser, weight decay, a falling rate, Dale's principle", "[runtime][oracle][rules]") {
    for (const auto kind : {OptimiserKind::sgd, OptimiserKind::momentum, OptimiserKind::adam, OptimiserKind::rmsprop,
                            OptimiserKind::rmaxprop}) {
        INFO("optimiser " << static_cast<int>(kind));
        check_both(590000, {.rule = RuleKind::eprop, .optimiser = kind, .decay = true, .keep_sign = true}, 8);
        check_both(592000, {.rule = RuleKind::instantaneous, .layers = true, .optimiser = kind}, 5);
    }
}

TEST_CASE("oracle: several rules at once", "[runtime][oracle][rules]") {
    check_both(600000, {.rule = RuleKind::eprop, .mixed = true});
    check_both(602000, {.rule = RuleKind::eprop, .currents = true, .spike_trains = true, .mixed = true});
}

TEST_CASE("oracle, single precision: every rule to 1e-4 where the spikes agree", "[runtime][oracle][rules]") {
    int compared = 0, agreeing = 0;
    Tally tally;
    for (const RuleKind rule : {RuleKind::eprop, RuleKind::superspike, RuleKind::instantaneous, RuleKind::reward_eprop,
                                RuleKind::stllr, RuleKind::reward_stdp, RuleKind::pes}) {
        for (std::uint64_t seed = 610000; seed < 610012; ++seed) {
            RuleOptions options{.rule = rule, .spike_trains = rule == RuleKind::superspike};
            options.base.schedule = both[seed % 2];
            const Scenario scenario = rule_scenario(seed, options);
            const Result truth = run_dense(scenario);
            if (truth.min_threshold_margin < 1e-5) continue;
            ++compared;
            ScenarioRun run(scenario, {.precision = Precision::single_precision});
            run.push_everything();
            run.simulation().advance_until(scenario.last_tick);
            if (run.spikes() != truth.spikes) continue; // weights rounded to 24 bits moved a spike
            ++agreeing;
            INFO("seed " << seed << " rule " << static_cast<int>(rule));
            compare_weights(scenario, run.weights(), truth, 1e-4, tally);
        }
    }
    CHECK(compared >= 20);
    CHECK(agreeing * 10 >= compared * 8);
    CHECK(tally.gradients > 10);
}
