// SPDX-License-Identifier: BSD-3-Clause
// I4: the engine against the naive dense oracle on random networks: the same spikes, and the same weights to 1e-9 of
// each projection's largest in double precision.
#include "tests/oracle/random_scenario.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/scenario_network.hpp"

#include <algorithm>
#include <cmath>

namespace {

using namespace saltus_oracle;
using saltus::Precision;
using saltus::test::ScenarioRun;

/// Below this distance to threshold, rounding decides who spikes; such scenarios prove nothing.
constexpr double near_tie = 1e-10;

/// Largest difference of two projections' weights, relative to the largest weight of the second.
double relative_error(const std::vector<double>& a, const std::vector<double>& b) {
    double largest = 1e-300;
    double difference = 0.0;
    REQUIRE(a.size() == b.size());
    for (std::size_t k = 0; k < a.size(); ++k) {
        largest = std::max(largest, std::abs(b[k]));
        difference = std::max(difference, std::abs(a[k] - b[k]));
    }
    return difference / largest;
}

/// What was learned: the sum of all gradients as the optimiser made them into weight changes.
std::vector<double> changes(const std::vector<double>& weights, const std::vector<saltus_oracle::Synapse>& start) {
    std::vector<double> all(weights.size());
    for (std::size_t k = 0; k < all.size(); ++k) all[k] = weights[k] - start[k].weight;
    return all;
}

double largest(const std::vector<double>& values) {
    double most = 0.0;
    for (const double value : values) most = std::max(most, std::abs(value));
    return most;
}

struct Tally {
    int compared = 0, quiet = 0, dense_plastic = 0, learned = 0, gradients = 0;
    std::uint64_t spikes = 0, changes = 0;
    double worst = 0.0;
};

void compare(std::uint64_t seed, const Options& options, Tally& tally) {
    const Scenario scenario = random_scenario(seed, options);
    const Result truth = run_dense(scenario);
    if (truth.min_threshold_margin < near_tie) return;
    ScenarioRun run(scenario, {.precision = Precision::double_precision, .history_blocks = 1 + seed % 5});
    run.push_everything();
    run.advance_until(scenario.last_tick);
    INFO("seed " << seed);
    REQUIRE(run.spikes() == truth.spikes);
    const PerSynapse weights = run.weights();
    for (std::size_t p = 0; p < weights.size(); ++p) {
        const double error = relative_error(weights[p], truth.weights[p]);
        INFO("projection " << p);
        REQUIRE(error < 1e-9);
        tally.worst = std::max(tally.worst, error);
        if (scenario.projections[p].plastic && run.is_dense(p)) ++tally.dense_plastic;
        // The changes themselves, to 1e-9 of the largest, wherever they are not lost in the rounding of the weights.
        const auto truth_changes = changes(truth.weights[p], scenario.projections[p].synapses);
        if (largest(truth_changes) < 1e-5 * largest(truth.weights[p])) continue;
        const auto own_changes = changes(weights[p], scenario.projections[p].synapses);
        REQUIRE(relative_error(own_changes, truth_changes) < 1e-9);
        ++tally.gradients;
    }
    const auto feedback = run.feedback();
    for (std::size_t f = 0; f < feedback.size(); ++f) {
        if (!feedback[f].empty()) REQUIRE(relative_error(feedback[f], truth.feedback[f]) < 1e-9);
    }
    ++tally.compared;
    tally.quiet += truth.counters.spikes < 20 ? 1 : 0;
    tally.learned += truth.counters.weight_changes > 20 ? 1 : 0;
    tally.spikes += truth.counters.spikes;
    tally.changes += truth.counters.weight_changes;
}

Tally compare_range(std::uint64_t first, std::uint64_t count, const Options& options = {}) {
    Tally tally;
    for (std::uint64_t seed = first; seed < first + count; ++seed) compare(seed, options, tally);
    UNSCOPED_INFO(tally.compared << " compared, worst " << tally.worst);
    CHECK(tally.compared >= static_cast<int>(count - count / 20 - 1));
    CHECK(tally.quiet <= static_cast<int>(count / 10));
    CHECK(tally.spikes > 20 * count);
    return tally;
}

} // namespace

TEST_CASE("1200 random networks: spikes and weights as the dense oracle has them", "[runtime][oracle][fast]") {
    const Tally tally = compare_range(0, 1200);
    CHECK(tally.compared - tally.quiet >= 1000); // ... of them spiked at least 20 times
    CHECK(tally.gradients > 1500);
    CHECK(tally.dense_plastic > 200);
    CHECK(tally.learned > 600);
    CHECK(tally.changes > 100000);
}

TEST_CASE("oracle, interval schedule: both optimisers, both errors, all feedbacks", "[runtime][oracle][fast]") {
    Options options;
    options.schedule = ScheduleKind::interval;
    std::uint64_t seed = 100000;
    for (const auto optimiser : {OptimiserKind::sgd, OptimiserKind::adam}) {
        for (const auto error : {ErrorKind::mean_squared, ErrorKind::cross_entropy}) {
            for (const auto feedback : {FeedbackKind::symmetric, FeedbackKind::random, FeedbackKind::adaptive}) {
                options.optimiser = optimiser;
                options.error = error;
                options.feedback = feedback;
                CHECK(compare_range(seed += 100, 20, options).learned >= 15);
            }
        }
    }
}

TEST_CASE("oracle, arrival schedule: LIF and adaptive LIF, all feedbacks, with and without rate regularisation",
          "[runtime][oracle][fast]") {
    Options options;
    options.schedule = ScheduleKind::arrival;
    std::uint64_t seed = 200000;
    for (const auto neurons : {PopulationKind::lif, PopulationKind::adaptive_lif}) {
        for (const auto feedback : {FeedbackKind::symmetric, FeedbackKind::random, FeedbackKind::adaptive}) {
            for (const bool regularised : {false, true}) {
                options.neurons = neurons;
                options.feedback = feedback;
                options.regularised = regularised;
                CHECK(compare_range(seed += 100, 20, options).learned >= 15);
            }
        }
    }
}

TEST_CASE("oracle, neurons: resets, spike effects, refractoriness, constant drive", "[runtime][oracle][fast]") {
    std::uint64_t seed = 300000;
    for (const bool drive : {false, true}) {
        for (const auto refractory : {RefractoryMode::integrate, RefractoryMode::clamp}) {
            for (const auto reset : {Reset::subtract, Reset::to_value}) {
                Options options;
                options.constant_drive = drive;
                options.refractory_mode = refractory;
                options.reset = reset;
                compare_range(seed += 100, 20, options);
            }
        }
        Options options;
        options.constant_drive = drive;
        options.reset = Reset::subtract;
        options.spike_effect = SpikeEffect::next_tick;
        options.refractory_mode = RefractoryMode::integrate;
        compare_range(seed += 100, 20, options);
    }
}

TEST_CASE("oracle, single precision: weights to 1e-4 where the spikes agree", "[runtime][oracle][fast]") {
    int agreeing = 0;
    int compared = 0;
    for (std::uint64_t seed = 400000; seed < 400100; ++seed) {
        const Scenario scenario = random_scenario(seed);
        const Result truth = run_dense(scenario);
        if (truth.min_threshold_margin < 1e-4 && truth.counters.weight_changes > 0) continue;
        ++compared;
        ScenarioRun run(scenario, {.precision = Precision::single_precision});
        run.push_everything();
        run.advance_until(scenario.last_tick);
        if (run.spikes() != truth.spikes) continue; // weights rounded to 24 bits moved a spike
        ++agreeing;
        const PerSynapse weights = run.weights();
        for (std::size_t p = 0; p < weights.size(); ++p) {
            INFO("seed " << seed << " projection " << p);
            CHECK(relative_error(weights[p], truth.weights[p]) < 1e-4);
        }
    }
    CHECK(compared >= 20);
    CHECK(agreeing * 10 >= compared * 9);
}
