// SPDX-License-Identifier: BSD-3-Clause
// One integrated neuron or a few in a Simulation, and the same in the referee.
#pragma once

#include "engine/saltus.hpp"
#include "tests/models/ode_reference.hpp"

#include <cmath>
#include <vector>

namespace saltus::test {

/// Spike times of `neurons` neurons at one tick length. Arrivals from outside come through one input neuron each.
template <class Parameters>
std::vector<ReferenceSpike> simulate(const Parameters& p, std::uint32_t neurons,
                                     const std::vector<ReferenceArrival>& arrivals,
                                     const std::vector<ReferenceSynapse>& synapses, double end_ms,
                                     Picoseconds tick = Picoseconds(1)) {
    Network net({.tick = tick, .delay_resolution = tick, .learning_clock = 1});
    const auto count = static_cast<std::uint32_t>(std::max<std::size_t>(arrivals.size(), 1));
    const PopulationId input = net.add("input", count, InputParameters{});
    const PopulationId cells = net.add("cells", neurons, p);
    ExplicitList outside, inside;
    for (std::uint32_t k = 0; k < arrivals.size(); ++k) {
        outside.pairs.push_back({k, arrivals[k].neuron});
        outside.weights.push_back(arrivals[k].weight);
    }
    for (const ReferenceSynapse& s : synapses) {
        inside.pairs.push_back({s.source, s.target});
        inside.weights.push_back(s.weight);
        inside.delays_ms.push_back(s.delay_ms);
    }
    const double delay_ms = 1.0;
    net.connect(input, cells, {.connector = outside, .delay_ms = Constant{delay_ms}});
    if (!synapses.empty()) net.connect(cells, cells, {.connector = inside, .allow_multapses = true});
    Simulation sim(net, {.precision = Precision::double_precision});
    sim.record_spikes(cells);
    for (std::uint32_t k = 0; k < arrivals.size(); ++k)
        (void)sim.push(input, net.grid().ticks(arrivals[k].ms - delay_ms), k);
    sim.advance_until(net.grid().ticks(end_ms));
    std::vector<ReferenceSpike> spikes;
    for (const Spike& s : sim.spikes()) spikes.push_back({net.grid().milliseconds(s.tick), s.neuron});
    return spikes;
}

/// Largest difference in time of the first `count` spikes; infinite where a neuron has more in one than in the other.
inline double apart(std::vector<ReferenceSpike> a, std::vector<ReferenceSpike> b, std::size_t count = ~std::size_t{0}) {
    for (auto* list : {&a, &b}) // neurons that spike at the same moment come in no order
        std::stable_sort(list->begin(), list->end(), [](const auto& x, const auto& y) { return x.neuron < y.neuron; });
    const std::size_t shorter = std::min(a.size(), b.size());
    if (shorter < count && a.size() != b.size()) return INFINITY;
    double worst = 0.0;
    for (std::size_t k = 0; k < std::min(shorter, count); ++k) {
        if (a[k].neuron != b[k].neuron) return INFINITY;
        worst = std::max(worst, std::abs(a[k].ms - b[k].ms));
    }
    return worst;
}

/// Poisson arrivals on whole picoseconds, from 1 ms on.
inline std::vector<ReferenceArrival> random_arrivals(RandomStream& r, std::uint32_t neurons, double per_ms,
                                                     double end_ms, double excitation, double inhibition) {
    std::vector<ReferenceArrival> list;
    for (double t = 1.0 + r.exponential() / per_ms; t < end_ms; t += r.exponential() / per_ms) {
        const bool inhibitory = r.below(4) == 0;
        list.push_back({std::floor(t * 1e9) * 1e-9, r.below(neurons),
                        inhibitory ? -inhibition * r.uniform() : excitation * r.uniform()});
    }
    return list;
}

} // namespace saltus::test
