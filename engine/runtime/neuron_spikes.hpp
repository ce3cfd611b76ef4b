// SPDX-License-Identifier: BSD-3-Clause
// Private to neuron_group.hpp: what a spike does to its neuron, when the next one is due without
// an arrival, what a learning edge does to all, and how those with a time of their own are spared when all advance.
#pragma once

#include "engine/runtime/neuron_group.hpp"

namespace saltus {

template <class M, class C>
template <class Emit, class Report>
void NeuronGroup<M, C>::fire(Tick t, CrossingQueue& crossings, std::uint32_t first_neuron, Emit&& emit,
                             Report&& report) {
    const auto test = [&](std::uint32_t j) {
        if (check(j, report)) {
            for (std::uint32_t n = spikes_at(j, t); n > 0; --n) {
                spike(j, t);
                emit(j);
            }
        }
        reschedule(j, t, crossings, first_neuron);
    };
    if (dense_at_ == t && looks_at_all() && !steps_currents()) {
        for (std::uint32_t j = 0; j < size_; ++j) test(j);
    } else {
        if (dense_at_ == t && !looks_at_all()) touch_those_above(t);
        if (!std::is_sorted(touched_.begin(), touched_.end())) std::sort(touched_.begin(), touched_.end());
        constexpr std::size_t soon = 8;
        for (std::size_t k = 0; k < touched_.size(); ++k) {
            if (k + soon < touched_.size()) prefetch_test(touched_[k + soon]);
            test(touched_[k]);
        }
    }
    touched_.clear();
    due_.clear();
}

template <class M, class C>
void NeuronGroup<M, C>::spike(std::uint32_t j, Tick t) {
    advance_one(j, t);
    const auto& constants = cells_[j];
    Model::reset(constants, view(), j);
    refractory_until_[j] = t + constants.refractory;
    last_refractory_ = std::max(last_refractory_, refractory_until_[j]);
    still_gap_ = 0;
    ++spikes_in_interval_[j];
    if (!constants.clamp || constants.refractory == 0 || steps_currents()) return;
    if constexpr (Model::currents) {
        set_time(j, t);
        return;
    }
    if constexpr (Model::adaptive) state_[1][j] *= constants.adaptation(constants.refractory);
    set_time(j, t + constants.refractory);
    ++clamped_;
}

template <class M, class C>
template <class Real>
void NeuronGroup<M, C>::silence(Tick t, Real* psi, bool while_refractory) const {
    if (while_refractory) {
        for (const std::uint32_t j : stopped_) psi[j] = Real{0};
        return;
    }
    if (t >= last_refractory_ && stopped_.empty()) return;
    silence_refractory(refractory_until_.data(), t, size_, psi);
}

template <class M, class C>
void NeuronGroup<M, C>::cross(std::uint32_t j, Tick t) {
    advance_one(j, t);
    touch(j, t);
    if (random())
        candidates_.come_true(j, t);
    else if constexpr (Model::currents)
        due_.push_back(j);
}

template <class M, class C>
void NeuronGroup<M, C>::reschedule(std::uint32_t j, Tick t, CrossingQueue& crossings, std::uint32_t first_neuron) {
    if (steps_currents()) return;
    if constexpr (Model::state_arrays > 0) {
        if (!looks_at_all() && !may_spike(j, state_[0][j]) && crossings.at(first_neuron + j) == never) return;
    }
    crossings.set(first_neuron + j, next_spike(j, t, false));
}

template <class M, class C>
Tick NeuronGroup<M, C>::next_spike(std::uint32_t j, Tick t, bool exact) {
    const Tick time = time_of(j);
    if (time == never) return never; // stopped
    if (!clamped(j, time)) return next_spike(j, view(), j, time, t, exact);
    // foretold from the end of the refractory period
    std::array<double, Model::state_arrays> copy = peek(j, refractory_until_[j]);
    typename Model::View one{};
    for (std::size_t k = 0; k < copy.size(); ++k) one[k] = &copy[k];
    return next_spike(j, one, 0, refractory_until_[j], t, exact);
}

template <class M, class C>
Tick NeuronGroup<M, C>::next_spike(std::uint32_t j, const typename Model::View& s, std::size_t place, Tick time, Tick t,
                                   [[maybe_unused]] bool exact) {
    if constexpr (may_escape<Model>) {
        const Tick start = std::max({t, refractory_until_[j], time});
        if (random()) return candidates_.foretell<Model>(j, cells_[j], s, place, time, t, start);
    }
    const Tick earliest = std::max({t + 1, refractory_until_[j], time});
    // Where arrivals move currents, a crossing between two ticks counts: looked for from this very moment on.
    const Tick begin = Model::currents ? std::max(refractory_until_[j], time) : earliest;
    if constexpr (has_crossing_bound<Model>) {
        const Tick free = exact || begin != time ? 0 : no_crossing_until(cells_[j], s, place);
        put_off_[j] = free > 1 && free < never ? 1 : 0;
        if (free == never) return never;
        if (free > 1) return std::max(time + free + 1, earliest);
    }
    const Tick gap = Model::next_crossing(cells_[j], s, place, begin - time);
    return gap == never ? never : std::max(time + gap, earliest);
}

/// The state is looked at, not brought forward: a crossing that comes out is the one that would have come out at once.
template <class M, class C>
bool NeuronGroup<M, C>::look_again(std::uint32_t j, Tick t, CrossingQueue& crossings, std::uint32_t first_neuron) {
    if constexpr (has_crossing_bound<Model>) {
        if (put_off_[j] == 0) return false;
        std::array<double, Model::state_arrays> copy = peek(j, t);
        typename Model::View one{};
        for (std::size_t k = 0; k < copy.size(); ++k) one[k] = &copy[k];
        const Tick free = no_crossing_until(cells_[j], one, 0);
        const bool much = free > 1 && free >= (t - time_of(j)) / 2; // else it would never end
        const Tick due = free == never ? never : much ? t + free + 1 : next_spike(j, t - 1, true);
        if (due <= t) return false;
        crossings.set(first_neuron + j, due);
        return true;
    }
    return false;
}

template <class M, class C>
template <class Change>
void NeuronGroup<M, C>::change_constants(Tick t, CrossingQueue& crossings, std::uint32_t first_neuron,
                                         const Change& change) {
    advance_all(t);
    still_gap_ = 0;
    for (std::uint32_t j = 0; j < size_; ++j) change(cells_[j], j);
    facts_ = ThresholdFacts::of(cells_);
    rests_at_zero_ = rests_at_zero(cells_);
    for (std::uint32_t j = 0; j < size_; ++j) reschedule(j, t, crossings, first_neuron);
}

template <class M, class C>
void NeuronGroup<M, C>::schedule_all(Tick t, CrossingQueue& crossings, std::uint32_t first_neuron) {
    if (!facts_.driven && !random()) return;
    for (std::uint32_t j = 0; j < size_; ++j) reschedule(j, t, crossings, first_neuron);
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
            for (std::size_t k = 0; k < Model::state_arrays; ++k)
                mend_[kept * Model::state_arrays + k] = mend_[d * Model::state_arrays + k];
            deviants_[kept++] = j;
        } else if constexpr (Model::currents) {
            deviant_[j] = 0;
        }
    }
    deviants_.cut(kept);
    clamped_ = kept;
}

template <class M, class C>
void NeuronGroup<M, C>::begin_edge(Tick t, bool settle) {
    if (steps_currents()) return step_currents(t);
    const Tick gap = t - base_;
    if (still() && gap == still_gap_) { // as long a gap as that which changed nothing
        base_ = t;
        return;
    }
    const bool together = deviants_.empty() && gap > 0;
    set_deviants_aside(t);
    bool moved = !settle;
    if (gap > 0) {
        if (settle)
            moved = settle_range<Model>(cells_, gap, view(), size_);
        else
            advance_range<Model>(cells_, gap, view(), size_);
    }
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
