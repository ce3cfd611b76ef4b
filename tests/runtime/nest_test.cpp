// SPDX-License-Identifier: BSD-3-Clause
// The engine against an independent simulator (NEST 3.10): e-prop regression and evidence accumulation.
#include "tests/oracle/nest_reference.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/scenario_network.hpp"

#include <algorithm>
#include <cmath>

namespace {

using namespace saltus_oracle;

/// A weight that NEST reports is as it was at its source's last spike: compare with ours after that many updates.
void check_weights(const NestReference& nest, const std::vector<PerSynapse>& after_update, double tolerance) {
    std::size_t compared = 0;
    double worst = 0.0;
    for (std::size_t p = 0; p < nest.stale_weights.size(); ++p) {
        if (!nest.scenario.projections[p].plastic) continue;
        for (std::size_t k = 0; k < nest.stale_weights[p].size(); ++k) {
            const std::size_t updates = nest.updates_seen[p][nest.scenario.projections[p].synapses[k].source];
            worst = std::max(worst, std::abs(after_update[updates][p][k] - nest.stale_weights[p][k]));
            ++compared;
        }
    }
    INFO("worst difference of " << compared << " weights: " << worst);
    CHECK(compared > 10000);
    CHECK(worst < tolerance);
}

void reproduce(NestTask task, std::size_t least_spikes, double weight_tolerance) {
    const auto nest = load_nest_reference(task);
    if (!nest) SALTUS_SKIP("data absent: ref/nest");
    const Scenario& scenario = nest->scenario;
    saltus::test::ScenarioRun run(scenario, {.precision = saltus::Precision::double_precision});
    run.push_everything();
    std::vector<PerSynapse> after_update{run.weights()};
    for (std::size_t i = 0; i < nest->losses.size(); ++i) {
        run.simulation().advance_until(run.simulation().now() + scenario.learning.interval_steps);
        INFO("iteration " << i);
        const double loss = run.simulation().last_loss(run.population(nest->readout));
        CHECK(std::abs(loss - nest->losses[i]) < 1e-9 * nest->losses[i]);
        after_update.push_back(run.weights());
    }
    std::vector<Spike> spikes = run.spikes();
    CHECK(spikes.size() > least_spikes);
    CHECK(spikes == nest->spikes);
    check_weights(*nest, after_update, weight_tolerance);
}

} // namespace

TEST_CASE("NEST, e-prop regression: losses to 1e-9, every spike", "[runtime][nest][fast]") {
    reproduce(NestTask::regression, 16000, 5e-6);
}

TEST_CASE("NEST, evidence accumulation with adaptive neurons and Adam: losses to 1e-9, every spike",
          "[runtime][nest][fast]") {
    reproduce(NestTask::evidence, 15000, 5e-6);
}
