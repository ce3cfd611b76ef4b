// SPDX-License-Identifier: BSD-3-Clause
// The engine beside the naive dense oracle on a learning scenario, in either precision: the same spikes, the same
// weights, and a tally of what was really compared, so that nothing passes for want of anything to compare.
#pragma once

#include "tests/oracle/rule_scenario.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/scenario_network.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <vector>

namespace saltus::test {

namespace so = saltus_oracle;

/// Adam, RMSprop and RMaxProp divide a gradient by its own size: where it is the small rest of terms that cancel, the
/// step is as long as any, and the digits that the rest has lost are missing in it.
inline bool normalises(so::OptimiserKind kind) {
    return kind != so::OptimiserKind::sgd && kind != so::OptimiserKind::momentum;
}

/// How far weights may be from the oracle's, relative to the largest of their projection. What learning did to them may
/// be ten times as far off, relative to the largest change.
inline double allowed(Precision precision, so::OptimiserKind kind) {
    if (precision == Precision::double_precision) return 1e-9;
    return normalises(kind) ? 5e-3 : 1e-4;
}

/// In single precision a network that amplifies a rounding of its weights may leave the bound by so much; `close`
/// counts how many keep it.
inline double slack(Precision precision) { return precision == Precision::double_precision ? 1.0 : 3.0; }

/// What came of the comparisons in one precision.
struct Tally {
    int compared = 0;                  ///< scenarios in which both spiked alike
    int close = 0;                     ///< ... and all weights were within what is `allowed`, without slack
    int learned = 0;                   ///< ... in which more than 20 weights changed
    int shown = 0;                     ///< ... in which what the scenario is about changed weights onto neurons
    std::map<so::RuleKind, int> rules; ///< projections onto neurons whose changes were compared
};

inline double largest(const std::vector<double>& values) {
    double most = 1e-300;
    for (const double value : values) most = std::max(most, std::abs(value));
    return most;
}

/// The largest; infinite where one is not a number.
inline double difference(const std::vector<double>& a, const std::vector<double>& b) {
    REQUIRE(a.size() == b.size());
    double most = 0.0;
    for (std::size_t k = 0; k < a.size(); ++k) {
        const double d = std::abs(a[k] - b[k]);
        if (!std::isfinite(d)) return INFINITY;
        most = std::max(most, d);
    }
    return most;
}

inline std::vector<double> changes(const so::Projection& projection, const std::vector<double>& weights) {
    std::vector<double> all;
    for (std::size_t s = 0; s < weights.size(); ++s) all.push_back(weights[s] - projection.synapses[s].weight);
    return all;
}

/// What a scenario is about: whether a projection onto neurons has it.
using Subject = std::function<bool(const so::Projection&)>;

/// What came of the weights, and how learning has changed them, wherever that is not lost in rounding.
inline void compare_weights(const so::Scenario& scenario, const so::PerSynapse& weights, const so::Result& truth,
                            Precision precision, const Subject& subject, Tally& tally, double slack) {
    bool shown = false;
    double worst = 0.0; // in terms of what is allowed
    for (std::size_t p = 0; p < weights.size(); ++p) {
        const so::Projection& projection = scenario.projections[p];
        INFO("projection " << p << " rule " << static_cast<int>(projection.plasticity.rule));
        const double bound = allowed(precision, projection.plasticity.optimiser.kind);
        worst = std::max(worst, difference(weights[p], truth.weights[p]) / (bound * largest(truth.weights[p])));
        const std::vector<double> true_changes = changes(projection, truth.weights[p]);
        const bool moved = largest(true_changes) >= 1e-3 * largest(truth.weights[p]);
        if (moved) {
            const double off = difference(changes(projection, weights[p]), true_changes);
            worst = std::max(worst, off / (10.0 * bound * largest(true_changes)));
        }
        REQUIRE(worst < slack);
        if (!moved || scenario.populations[projection.target].kind == so::PopulationKind::readout) continue;
        ++tally.rules[projection.plasticity.rule];
        shown = shown || subject(projection);
    }
    ++tally.compared;
    tally.close += worst < 1.0 ? 1 : 0;
    tally.learned += truth.counters.weight_changes > 20 ? 1 : 0;
    tally.shown += shown ? 1 : 0;
}

/// Runs the scenario, cut and remembered as the seed has it. In single precision a weight rounded to 24 bits may move a
/// spike: then nothing is compared.
inline void compare_run(const so::Scenario& scenario, const so::Result& truth, Precision precision, std::uint64_t seed,
                        const Subject& subject, Tally& tally) {
    const bool exact = precision == Precision::double_precision;
    if (truth.min_threshold_margin < (exact ? 1e-10 : 1e-6)) return;
    const std::uint32_t partitions = seed % 3 == 0 ? 1 : (seed % 3 == 1 ? 3 : 7);
    ScenarioRun run(scenario, {.precision = precision, .history_blocks = 1 + seed % 5, .partitions = partitions});
    run.push_everything();
    run.advance_until(scenario.last_tick);
    INFO("seed " << seed << " partitions " << partitions << " single precision " << !exact);
    if (!exact && run.spikes() != truth.spikes) return;
    REQUIRE((run.spikes() == truth.spikes));
    compare_weights(scenario, run.weights(), truth, precision, subject, tally, slack(precision));
}

} // namespace saltus::test
