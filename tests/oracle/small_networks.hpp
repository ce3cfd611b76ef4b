// SPDX-License-Identifier: BSD-3-Clause
// Networks of a few neurons, for tests whose expected values are worked out by hand.
#pragma once

#include "tests/oracle/dense_oracle.hpp"
#include "tests/support/catch.hpp"

#include <cstddef>
#include <initializer_list>
#include <utility>
#include <vector>

namespace saltus_oracle {

inline constexpr std::size_t input_population = 0, neuron_population = 1, readout_population = 2;

inline auto near(double expected) { return Catch::Approx(expected).epsilon(1e-12).margin(1e-14); }

/// One input, one LIF neuron, one readout, nothing connected; tau = 10 ticks everywhere.
inline Scenario small_network(Tick last_tick) {
    Scenario scenario;
    scenario.last_tick = last_tick;
    Population input, neuron, readout;
    input.kind = PopulationKind::input;
    readout.kind = PopulationKind::readout;
    input.size = neuron.size = readout.size = 1;
    neuron.tau_m_ms = readout.tau_m_ms = 10.0;
    scenario.populations = {input, neuron, readout};
    return scenario;
}

inline Population& neuron_of(Scenario& scenario) { return scenario.populations[neuron_population]; }

inline Projection& connect(Scenario& scenario, std::size_t source, std::size_t target, std::vector<Synapse> synapses) {
    Projection projection;
    projection.source = source;
    projection.target = target;
    projection.synapses = std::move(synapses);
    projection.plasticity.rule = target == readout_population ? RuleKind::readout : RuleKind::eprop;
    projection.plasticity.filter_tau_ms = 5.0;
    scenario.projections.push_back(projection);
    return scenario.projections.back();
}

inline void feed(Scenario& scenario, std::initializer_list<Tick> ticks) {
    for (const Tick tick : ticks) scenario.inputs.push_back({tick, input_population, 0});
}

inline Result run_recorded(const Scenario& scenario) {
    return run_dense(scenario, {.membranes = true, .weights_per_interval = true});
}

/// Of the neuron population, whose neurons all have spikes in the order of their ticks.
inline std::vector<Tick> spike_ticks(const Result& result, std::size_t neuron = 0) {
    std::vector<Tick> ticks;
    for (const Spike& spike : result.spikes) {
        if (spike.population == neuron_population && spike.neuron == neuron) {
            ticks.push_back(spike.tick);
        }
    }
    return ticks;
}

} // namespace saltus_oracle
