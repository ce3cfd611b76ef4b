// SPDX-License-Identifier: BSD-3-Clause
// Private to neuron_group.hpp: neurons of which so many hear so much that all are advanced at every tick, in one loop
// without a branch. Where arrivals move the membrane itself, those at threshold are found after the arrivals. Where
// they move currents, a crossing falls between two ticks: before a step, a bound says for every neuron whether it may
// come to threshold on the way, and for the few of which it says so that is found out, exactly.
#pragma once

#include "engine/runtime/neuron_group.hpp"

#include <cassert>

namespace saltus {

template <class M, class C>
std::uint64_t NeuronGroup<M, C>::steps_worth_an_event() const {
    if constexpr (!Model::spiking || Model::state_arrays == 0 || Cells::per_neuron) return 0;
    // What moves a current calls for another look at when the membrane will cross.
    if (Model::currents) return has_tick_bound<Model> && !random() ? 64 : 0;
    return looks_at_all() ? 0 : 8;
}

template <class M, class C>
void NeuronGroup<M, C>::set_stepped(bool stepped, Tick t, CrossingQueue& crossings, std::uint32_t first_neuron) {
    if constexpr (has_tick_bound<Model>) {
        advance_all(t);
        for (const std::uint32_t j : deviants_) deviant_[j] = 0;
        deviants_.cut(0);
        stepped_ = stepped;
        for (std::uint32_t j = 0; j < size_; ++j) {
            if (stepped) {
                crossings.set(first_neuron + j, never);
            } else {
                if (clamped(j, t) || last_[j] > t) become_deviant(j);
                reschedule(j, t, crossings, first_neuron);
            }
        }
    }
}

template <class M, class C>
void NeuronGroup<M, C>::step_to(Tick t) {
    if constexpr (has_tick_bound<Model>) {
        step_currents(t);
    } else {
        advance_all(t);
        dense_at_ = t;
    }
}

template <class M, class C>
void NeuronGroup<M, C>::step_currents([[maybe_unused]] Tick t) {
    if constexpr (has_tick_bound<Model> && !Cells::per_neuron) {
        if (base_ == t) return; // a learning edge was first
        assert(base_ == t - 1);
        constexpr std::uint32_t at_a_time = 512; // whose state stays in the nearest cache meanwhile
        const typename Model::Decay tick = Model::decay(cells_[0], 1);
        std::array<std::uint32_t, at_a_time> rising; // NOLINT: filled before it is read
        for (std::uint32_t first = 0; first < size_; first += at_a_time) {
            const std::uint32_t n = std::min(at_a_time, size_ - first);
            typename Model::View part = view();
            for (double*& array : part) array += first;
            const std::size_t count = find_rising<Model>(cells_[0], tick, part, n, rising.data());
            for (std::size_t k = 0; k < count; ++k) {
                const std::uint32_t j = first + rising[k];
                touch(j, t);
                if (crosses_by(j, t, tick)) due_.push_back(j);
            }
            if (facts_.clamp)
                step_range<Model>(cells_[0], tick, part, refractory_until_.data() + first, t, n);
            else
                advance_range<Model>(cells_[0], tick, part, n);
        }
        base_ = t;
        rest_stopped();
    }
}

/// Whether neuron j, whose state is that of the tick before t, comes to threshold by tick t, and may spike then.
template <class M, class C>
bool NeuronGroup<M, C>::crosses_by([[maybe_unused]] std::uint32_t j, [[maybe_unused]] Tick t,
                                   [[maybe_unused]] const typename Model::Decay& tick) const {
    if constexpr (has_tick_bound<Model> && !Cells::per_neuron) {
        if (refractory(j, t)) return false;
        std::array<double, Model::state_arrays> before, after;
        typename Model::View s, end;
        for (std::size_t k = 0; k < before.size(); ++k) {
            before[k] = after[k] = state_[k][j];
            s[k] = &before[k];
            end[k] = &after[k];
        }
        const bool free = !refractory(j, t - 1); // all the way
        if (free || !facts_.clamp) Model::advance(cells_[0], tick, end, 0);
        return after[0] >= cells_[0].threshold || (free && crosses_within_tick(cells_[0], s, 0, after));
    }
    return false;
}

/// What arrives at neurons that were stopped is lost.
template <class M, class C>
void NeuronGroup<M, C>::rest_stopped() {
    for (const std::uint32_t j : stopped_)
        for (auto& array : state_) array[j] = 0.0;
}

} // namespace saltus
