// SPDX-License-Identifier: BSD-3-Clause
// Adam moves weights even where nothing arrived. The engine repeats missed updates when a row is next needed; the
// oracle, which updates every synapse every time, must not be able to tell.
#include "tests/oracle/draw.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/scenario_network.hpp"

#include <algorithm>
#include <cmath>

namespace {

using namespace saltus_oracle;
using saltus::Precision;
using saltus::test::ScenarioRun;

constexpr std::size_t input = 0, hidden = 1, readout = 2;
constexpr Tick interval = 30, intervals = 12;
/// Inputs 0 to 3 spike in the first two intervals, fall silent for eight, and come back.
constexpr Tick silent_from = 2 * interval, silent_to = 10 * interval;

Projection all_pairs(std::size_t source, std::size_t n, std::size_t target, std::size_t m, double mean,
                     bool several_delays, Draw& draw) {
    Projection p;
    p.source = source;
    p.target = target;
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < m; ++j) {
            if (source == target && i == j) continue;
            p.synapses.push_back({i, j, mean + draw.real(-0.15, 0.15), several_delays ? draw.whole(1, 4) : 1});
        }
    }
    p.plastic = true;
    p.plasticity.rule = target == readout ? RuleKind::readout : RuleKind::eprop;
    p.plasticity.optimiser = {.kind = OptimiserKind::adam, .eta = 4e-3, .beta_2 = 0.99, .w_min = -0.4, .w_max = 0.6};
    return p;
}

Scenario scenario(FeedbackKind feedback, bool several_delays, bool reset) {
    Scenario s;
    Draw draw(99);
    s.last_tick = interval * intervals;
    s.populations.resize(3);
    s.populations[input].kind = PopulationKind::input;
    s.populations[readout].kind = PopulationKind::readout;
    s.populations[input].size = 8;
    s.populations[hidden].size = 6;
    s.populations[readout].size = 2;
    s.projections.push_back(all_pairs(input, 8, hidden, 6, 0.25, several_delays, draw));
    s.projections.push_back(all_pairs(hidden, 6, hidden, 6, 0.0, several_delays, draw));
    s.projections.push_back(all_pairs(hidden, 6, readout, 2, 0.0, several_delays, draw));
    s.learning = {.schedule = ScheduleKind::interval,
                  .interval_steps = interval,
                  .signal_window_steps = interval,
                  .reset_state = reset,
                  .feedback = {{hidden, readout, feedback, {}}}};
    for (int k = 0; k < 12; ++k) s.learning.feedback[0].initial.push_back(draw.real(-1.0, 1.0));
    for (Tick t = 0; t < s.last_tick; ++t) {
        for (std::size_t i = 0; i < 8; ++i) {
            const bool awake = i >= 4 || t < silent_from - 10 || t >= silent_to;
            if (awake && draw.chance(0.12)) s.inputs.push_back({t, input, i});
        }
    }
    s.targets.push_back({0, readout, {0.8, -0.8}});
    return s;
}

/// Weights of projection p onto which nothing arrived in interval i.
double change_of_silent_rows(const Result& truth, const Scenario& s, std::size_t i) {
    double sum = 0.0;
    for (std::size_t k = 0; k < s.projections[input].synapses.size(); ++k) {
        if (s.projections[input].synapses[k].source >= 4) continue;
        sum += std::abs(truth.weights_per_interval[i][input][k] - truth.weights_per_interval[i - 1][input][k]);
    }
    return sum;
}

/// Reads the engine's weights after every interval, or only in the end (so that rows are caught up by arrivals alone).
void compare(const Scenario& s, bool every_interval) {
    const Result truth = run_dense(s, {.membranes = false, .weights_per_interval = true});
    REQUIRE(truth.min_threshold_margin > 1e-9);
    ScenarioRun run(s, {.precision = Precision::double_precision});
    run.push_everything();
    for (std::size_t i = 0; i < intervals; ++i) {
        run.simulation().advance_until(run.simulation().now() + interval);
        if (!every_interval && i + 1 < intervals) continue;
        const PerSynapse weights = run.weights();
        for (std::size_t p = 0; p < weights.size(); ++p) {
            INFO("interval " << i << " projection " << p);
            double difference = 0.0;
            for (std::size_t k = 0; k < weights[p].size(); ++k) {
                difference = std::max(difference, std::abs(weights[p][k] - truth.weights_per_interval[i][p][k]));
            }
            CHECK(difference < 1e-12);
        }
    }
    CHECK(run.spikes() == truth.spikes);
    CHECK(truth.counters.spikes > 100);
    for (std::size_t i = 3; i < 10; ++i) CHECK(change_of_silent_rows(truth, s, i) > 1e-3); // silent, yet moving
}

} // namespace

TEST_CASE("rows of Adam that stay silent for eight intervals are as the eager form has them", "[runtime][adam][fast]") {
    for (const FeedbackKind feedback : {FeedbackKind::random, FeedbackKind::symmetric, FeedbackKind::adaptive}) {
        for (const bool several_delays : {false, true}) {
            for (const bool reset : {false, true}) {
                INFO("feedback " << static_cast<int>(feedback) << " delays " << several_delays << " reset " << reset);
                const Scenario s = scenario(feedback, several_delays, reset);
                compare(s, true);
                compare(s, false);
            }
        }
    }
}
