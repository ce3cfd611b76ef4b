// SPDX-License-Identifier: BSD-3-Clause
#include "bench/scenes/dense_comparison.hpp"

#include <cmath>

namespace saltus::bench {

namespace {

constexpr double picoseconds_per_ms = 1e9;

std::uint32_t steps_per_ms(const ForcedNetwork& p) {
    return static_cast<std::uint32_t>(std::lround(picoseconds_per_ms / static_cast<double>(p.tick.count())));
}

std::vector<float> to_float(const std::vector<double>& values) {
    std::vector<float> result;
    result.reserve(values.size());
    for (const double x : values) result.push_back(static_cast<float>(x));
    return result;
}

DenseNetwork dense_network(const ForcedNetwork& p) {
    const ForcedDescription d = describe(p);
    const Simulation simulation(d.network);
    DenseNetwork net{.neurons = p.neurons, .readouts = forced_readouts};
    net.row_start.assign(p.neurons + std::size_t{1}, 0);
    for (const Synapse& s : simulation.synapses(d.recurrent)) {
        ++net.row_start[s.source + std::size_t{1}];
        if (p.fan_in < p.neurons) net.target.push_back(s.target);
        net.weight.push_back(static_cast<float>(s.weight));
    }
    for (std::size_t i = 0; i < p.neurons; ++i) net.row_start[i + 1] += net.row_start[i];
    net.readout_weight = to_float(simulation.weights(d.output));
    if (p.learns != Learns::no) net.feedback = to_float(simulation.feedback(0));
    net.tau_ms = static_cast<float>(forced_tau_ms);
    net.steps_per_edge = steps_per_ms(p);
    net.step_ms = 1.0f / static_cast<float>(net.steps_per_edge);
    net.forcing = static_cast<float>(forcing_weight);
    net.goal = static_cast<float>(forced_target);
    net.psi_width = static_cast<float>(p.width);
    net.eta = static_cast<float>(p.eta_factor * forced_eta);
    net.readout_eta = static_cast<float>(p.eta_factor * readout_eta);
    return net;
}

} // namespace

DenseRun::DenseRun(const ForcedNetwork& p)
    : steps_per_ms_(steps_per_ms(p)), forced_(static_cast<std::size_t>(std::lround(1e3 * p.piece_s))),
      baseline_(dense_network(p)) {
    for (const InputEvent& e : forced_spikes(p))
        forced_[static_cast<std::size_t>(e.tick / steps_per_ms_)].push_back(e.neuron);
}

void DenseRun::advance() {
    for (const std::vector<std::uint32_t>& forced : forced_) advance_ms(forced); // pushed one delay, a ms, before
}

void DenseRun::advance_ms(std::span<const std::uint32_t> forced) {
    for (std::uint32_t step = 1; step < steps_per_ms_; ++step) baseline_.step({});
    baseline_.step(forced);
}

} // namespace saltus::bench
