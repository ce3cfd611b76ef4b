// SPDX-License-Identifier: BSD-3-Clause
// Private to neuron_group.hpp: what a spike does to its neuron, and when the next one is due without an arrival.
#pragma once

#include "engine/runtime/neuron_group.hpp"

namespace saltus {

template <class M, class C>
void NeuronGroup<M, C>::spike(std::uint32_t j, Tick t) {
    advance_one(j, t);
    const auto& constants = cells_[j];
    Model::reset(constants, view(), j);
    refractory_until_[j] = t + constants.refractory;
    ++spikes_in_interval_[j];
    if (!constants.clamp || constants.refractory == 0) return;
    if constexpr (Model::currents) {
        set_time(j, t);
        return;
    }
    if constexpr (Model::adaptive) state_[1][j] *= constants.adaptation(constants.refractory);
    set_time(j, t + constants.refractory);
    ++clamped_;
}

template <class M, class C>
void NeuronGroup<M, C>::reschedule(std::uint32_t j, Tick t, CrossingQueue& crossings, std::uint32_t first_neuron) {
    const Tick time = time_of(j);
    if (time == never) return crossings.set(first_neuron + j, never); // stopped
    if (!clamped(j, time)) return crossings.set(first_neuron + j, next_spike(j, view(), j, time, t));
    // foretold from the end of the refractory period
    std::array<double, Model::state_arrays> copy = peek(j, refractory_until_[j]);
    typename Model::View one{};
    for (std::size_t k = 0; k < copy.size(); ++k) one[k] = &copy[k];
    crossings.set(first_neuron + j, next_spike(j, one, 0, refractory_until_[j], t));
}

template <class M, class C>
Tick NeuronGroup<M, C>::next_spike(std::uint32_t j, const typename Model::View& s, std::size_t place, Tick time,
                                   Tick t) {
    if constexpr (may_escape<Model>) {
        const Tick start = std::max({t, refractory_until_[j], time});
        if (random()) return candidates_.foretell<Model>(j, cells_[j], s, place, time, t, start);
    }
    const Tick earliest = std::max({t + 1, refractory_until_[j], time});
    // Where arrivals move currents, a crossing between two ticks counts: looked for from this very moment on.
    const Tick begin = Model::currents ? std::max(refractory_until_[j], time) : earliest;
    const Tick gap = Model::next_crossing(cells_[j], s, place, begin - time);
    return gap == never ? never : std::max(time + gap, earliest);
}

} // namespace saltus
