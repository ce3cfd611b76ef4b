// SPDX-License-Identifier: BSD-3-Clause
// The engine against an independent simulator (NEST 3.10): e-prop regression and evidence accumulation.
#include "tests/oracle/nest_reference.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/scenario_network.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

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

/// Recorded states of a neuron and what the readout showed in the first iteration, looked at tick by tick.
class States {
  public:
    States(const NestReference& nest, saltus::test::ScenarioRun& run) : nest_(nest), run_(run) {}

    /// Advances to `until`, stopping wherever NEST has recorded something.
    void advance_until(Tick until) {
        while (run_.simulation().now() < until) {
            const Tick tick = run_.simulation().now() + 1;
            run_.simulation().advance_until(tick);
            look_at(1, nest_.first_neuron, next_neuron_, tick);
            look_at(2, nest_.first_adaptive, next_adaptive_, tick);
            look_at_readout(tick);
        }
    }
    [[nodiscard]] std::size_t compared() const { return compared_; }
    [[nodiscard]] std::size_t outputs() const { return outputs_; }
    [[nodiscard]] double worst() const { return worst_; }
    [[nodiscard]] double worst_output() const { return worst_output_; }

  private:
    /// At the last tick of an iteration the engine has been reset already.
    [[nodiscard]] bool is_last(Tick tick) const { return tick % nest_.scenario.learning.interval_steps == 0; }

    void look_at(std::size_t p, const std::vector<NestState>& states, std::size_t& next, Tick tick) {
        if (next == states.size() || states[next].tick != tick) return;
        const NestState& state = states[next++];
        if (is_last(tick)) return;
        // The effects of a spike come a tick later; the engine has them in its state at once.
        if (std::find(nest_.spikes.begin(), nest_.spikes.end(), Spike{tick, p, 0}) != nest_.spikes.end()) return;
        ++compared_;
        const saltus::PopulationId id = run_.population(p);
        worst_ = std::max(worst_, std::abs(run_.simulation().state(id, 0) - state.v));
        if (p == 2) worst_ = std::max(worst_, std::abs(run_.simulation().state(id, 0, 1) - state.adaptation));
    }

    void look_at_readout(Tick tick) {
        const Learning& learning = nest_.scenario.learning;
        const Tick first = learning.interval_steps - learning.signal_window_steps;
        if (tick <= first || tick > learning.interval_steps || is_last(tick)) return;
        std::vector<double> y(nest_.scenario.populations[nest_.readout].size);
        run_.simulation().read_outputs(run_.population(nest_.readout), y);
        double sum = 0.0;
        for (const double value : y) sum += std::exp(value);
        for (std::size_t o = 0; o < y.size(); ++o) {
            const double shown = learning.error == ErrorKind::cross_entropy ? std::exp(y[o]) / sum : y[o];
            const double theirs = nest_.first_outputs[static_cast<std::size_t>(tick - 1) * y.size() + o];
            worst_output_ = std::max(worst_output_, std::abs(shown - theirs));
            ++outputs_;
        }
    }

    const NestReference& nest_;
    saltus::test::ScenarioRun& run_;
    std::size_t next_neuron_ = 0, next_adaptive_ = 0, compared_ = 0, outputs_ = 0;
    double worst_ = 0.0, worst_output_ = 0.0;
};

/// @param least_states recorded states that are to be compared
void reproduce(NestTask task, std::size_t least_spikes, double weight_tolerance, std::size_t least_states,
               double state_tolerance) {
    const auto nest = load_nest_reference(task);
    if (!nest) SALTUS_SKIP("data absent: ref/nest");
    const Scenario& scenario = nest->scenario;
    saltus::test::ScenarioRun run(scenario, {.precision = saltus::Precision::double_precision});
    run.push_everything();
    std::vector<PerSynapse> after_update{run.weights()};
    States states(*nest, run);
    for (std::size_t i = 0; i < nest->losses.size(); ++i) {
        states.advance_until(run.simulation().now() + scenario.learning.interval_steps);
        INFO("iteration " << i);
        const double loss = run.simulation().last_loss(run.population(nest->readout));
        CHECK(std::abs(loss - nest->losses[i]) < 1e-9 * nest->losses[i]);
        after_update.push_back(run.weights());
    }
    std::vector<Spike> spikes = run.spikes();
    CHECK(spikes.size() > least_spikes);
    CHECK(spikes == nest->spikes);
    check_weights(*nest, after_update, weight_tolerance);
    CHECK(states.compared() >= least_states);
    CHECK(states.worst() < state_tolerance);
    CHECK(states.outputs() > 100);
    CHECK(states.worst_output() < 1e-12);
}

} // namespace

TEST_CASE("NEST, e-prop regression: losses to 1e-9, every spike", "[runtime][nest][fast]") {
    reproduce(NestTask::regression, 16000, 5e-6, 5, 1e-8);
}

TEST_CASE("NEST, evidence accumulation with adaptive neurons and Adam: losses to 1e-9, every spike",
          "[runtime][nest][fast]") {
    reproduce(NestTask::evidence, 15000, 5e-6, 4400, 1e-12);
}
