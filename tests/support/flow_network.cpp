// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/flow_network.hpp"

namespace saltus::test {

namespace flow = saltus_oracle::flow;

namespace {

template <class Parameters>
Parameters spiking(const flow::Neuron& n, double tick_ms) {
    Parameters p;
    p.threshold = n.threshold;
    p.reset = n.to_value ? Reset::to_value : Reset::subtract;
    p.v_reset = n.v_reset;
    p.refractory_ms = static_cast<double>(n.refractory) * tick_ms;
    p.refractory = n.clamp ? Refractory::clamp : Refractory::integrate;
    if constexpr (requires { p.tau_m_ms; }) {
        p.tau_m_ms = n.tau_m;
        p.v_inf = n.v_inf;
    } else {
        p.drive_per_ms = n.drive;
    }
    if constexpr (requires { p.tau_e_ms; }) {
        p.tau_e_ms = n.tau_e;
        p.tau_i_ms = n.tau_i;
    }
    return p;
}

std::vector<flow::Synapse> synapses_of(const Simulation& simulation, ProjectionId id) {
    std::vector<flow::Synapse> all;
    for (const Synapse& s : simulation.synapses(id)) all.push_back({s.source, s.target, s.weight, s.delay});
    return all;
}

} // namespace

ModelParameters model_of(const flow::Neuron& n, double tick_ms) {
    switch (n.kind) {
        case flow::Kind::lif: return spiking<LifParameters>(n, tick_ms);
        case flow::Kind::cuba_lif: return spiking<CubaLifParameters>(n, tick_ms);
        case flow::Kind::alpha_lif: return spiking<AlphaLifParameters>(n, tick_ms);
        case flow::Kind::integrate_fire: return spiking<IntegrateFireParameters>(n, tick_ms);
        default: return spiking<CubaIntegrateFireParameters>(n, tick_ms);
    }
}

Network FlowNetwork::describe(const FlowSetup& setup) {
    Network network({.tick = setup.tick, .delay_resolution = setup.tick, .learning_clock = 1}, setup.seed);
    const auto inputs = network.add("inputs", setup.inputs, InputParameters{});
    const auto neurons = network.add("neurons", setup.neurons, model_of(setup.neuron, network.grid().tick_ms()));
    if (!setup.thresholds.empty()) network.vary(neurons, "threshold", setup.thresholds);
    if (!setup.tau_e.empty()) network.vary(neurons, "tau_e_ms", setup.tau_e);
    network.connect(inputs, neurons, setup.from_inputs);
    if (setup.with_recurrent) network.connect(neurons, neurons, setup.recurrent);
    return network;
}

FlowNetwork::FlowNetwork(const FlowSetup& setup)
    : setup_(setup), network_(describe(setup)), simulation_(network_, {.precision = Precision::double_precision}) {
    simulation_.record_spikes(neurons_);
}

std::vector<flow::Event> FlowNetwork::run() {
    for (const flow::Event& e : setup_.input)
        (void)simulation_.push(inputs_, e.tick, static_cast<std::uint32_t>(e.neuron));
    simulation_.advance_until(setup_.last_tick);
    std::vector<flow::Event> spikes;
    for (const Spike& s : simulation_.spikes()) spikes.push_back({s.tick, s.neuron});
    return spikes;
}

flow::World FlowNetwork::world() const {
    flow::World world;
    world.tick_ms = network_.grid().tick_ms();
    world.steps_per_tick = setup_.steps_per_tick;
    world.last_tick = setup_.last_tick;
    world.neurons.assign(setup_.neurons, setup_.neuron);
    for (std::size_t j = 0; j < setup_.thresholds.size(); ++j) world.neurons[j].threshold = setup_.thresholds[j];
    for (std::size_t j = 0; j < setup_.tau_e.size(); ++j) world.neurons[j].tau_e = setup_.tau_e[j];
    world.from_inputs = synapses_of(simulation_, from_inputs_);
    if (setup_.with_recurrent) world.recurrent = synapses_of(simulation_, recurrent_);
    world.input = setup_.input;
    return world;
}

} // namespace saltus::test
