// SPDX-License-Identifier: BSD-3-Clause
// Private to neuron_group.hpp: what a spike does to its neuron, when the next one is due without
// an arrival, what a learning edge does to all, and how those with a time of their own are spared when all advance.
#pragma once

#include "engine/runtime/neuron_group.hpp"

namespace saltus {

template <class M, class C>
void NeuronGroup<M, C>::spike(std::uint32_t j, Tick t) {
    advance_one(j, t);
    const auto& constants = cells_[j];
    Model::reset(constants, view(), j);
    refractory_until_[j] = t + constants.refractory;
    last_refractory_ = std::max(last_refractory_, refractory_until_[j]);
    still_gap_ = 0;
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

template <class M, class C>
void NeuronGroup<M, C>::set_deviants_aside(Tick t) {
    double* kept = mend_.data();
    for (const std::uint32_t j : deviants_) {
        advance_one(j, t);
        for (std::size_t k = 0; k < Model::state_arrays; ++k) *kept++ = state_[k][j];
    }
}

template <class M, class C>
void NeuronGroup<M, C>::mend_deviants(Tick t) {
    std::size_t kept = 0;
    for (std::size_t d = 0; d < deviants_.size(); ++d) {
        const std::uint32_t j = deviants_[d];
        for (std::size_t k = 0; k < Model::state_arrays; ++k) state_[k][j] = mend_[d * Model::state_arrays + k];
        if (last_[j] > t || clamped(j, t)) {
            deviants_[kept++] = j;
        } else if constexpr (Model::currents) {
            deviant_[j] = 0;
        }
    }
    deviants_.cut(kept);
    clamped_ = kept;
}

template <class M, class C>
void NeuronGroup<M, C>::begin_edge(Tick t) {
    const Tick gap = t - base_;
    if (still() && gap == still_gap_) { // as long a gap as that which changed nothing
        base_ = t;
        return;
    }
    const bool together = deviants_.empty() && gap > 0;
    set_deviants_aside(t);
    const bool moved = gap > 0 && settle_range<Model>(cells_, gap, view(), size_);
    mend_deviants(t);
    base_ = t;
    const bool rest = together && deviants_.empty() && !moved && touched_.empty() && t >= last_refractory_;
    still_gap_ = rest ? gap : 0;
    if (rest) ++rests_;
    // With synaptic currents a test foretells the next crossing, which costs: only where something arrives.
    if constexpr (!Model::currents) dense_at_ = t;
}

template <class M, class C>
void NeuronGroup<M, C>::reset_state(Tick t) {
    for (auto& array : state_) std::fill(array.begin(), array.end(), 0.0);
    std::fill(refractory_until_.begin(), refractory_until_.end(), Tick{0});
    for (const std::uint32_t j : deviants_) {
        if constexpr (Model::currents) deviant_[j] = 0;
        last_[j] = 0;
    }
    deviants_.cut(0);
    clamped_ = 0;
    base_ = t;
    still_gap_ = 0;
    for (const std::uint32_t j : stopped_) stop(j);
}

} // namespace saltus
