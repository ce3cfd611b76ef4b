// SPDX-License-Identifier: BSD-3-Clause
// Private to neuron_group.hpp: what a row does to its targets. The hot loop of static delivery is here.
#pragma once

#include "engine/runtime/neuron_group.hpp"

namespace saltus {

template <class M, class C>
template <class Real>
void NeuronGroup<M, C>::receive_dense(const Real* w, Tick t) {
    if (dense_at_ != t) {
        advance_all(t);
        dense_at_ = t;
    }
    still_gap_ = 0;
    if (Model::state_arrays == 0) return;
    if (Model::currents || clamped_ == 0) return add_dense_row<Model, Cells, Real>(cells_, view(), w, size_);
    double* v = membrane();
    double* kept = mend_.data();
    for (const std::uint32_t j : deviants_) *kept++ = v[j];
    add_dense_row<Model, Cells, Real>(cells_, view(), w, size_);
    for (std::size_t d = 0; d < deviants_.size(); ++d) {
        if (last_[deviants_[d]] > t) v[deviants_[d]] = mend_[d]; // lost: the neuron is clamped
    }
}

template <class M, class C>
template <class Real>
void NeuronGroup<M, C>::receive_sparse(const std::uint32_t* target, const Real* w, std::size_t count, Tick t,
                                       const CrossingQueue& crossings, std::uint32_t first_neuron) {
    still_gap_ = 0;
    if (!looks_at_all()) {
        if (base_ == t && dense_at_ == t) return receive_unseen(target, w, count, t);
        if (base_ == t) return receive_here(target, w, count, t, crossings, first_neuron);
        if (deviants_.size() == size_) return receive_quietly<true>(target, w, count, t, crossings, first_neuron);
        return receive_quietly<false>(target, w, count, t, crossings, first_neuron);
    }
    for (std::size_t k = 0; k < count; ++k) {
        const std::uint32_t j = target[k];
        advance_one(j, t);
        if (time_of(j) > t) continue; // lost: the neuron is clamped
        Model::arrive(cells_[j], view(), j, static_cast<double>(w[k]));
        touch(j, t);
    }
}

template <class M, class C>
template <bool all_apart, class Real>
void NeuronGroup<M, C>::receive_quietly(const std::uint32_t* target, const Real* w, std::size_t count, Tick t,
                                        const CrossingQueue& crossings, std::uint32_t first_neuron) {
    const typename Model::View s = view();
    Tick* const last = last_.data();
    const Tick base = base_;
    const bool none_scheduled = crossings.size() == 0;
    const Tick least_gap = rests_at_zero_ ? 0 : 1;
    std::uint32_t* deviant = deviants_.tail();
    for (std::size_t k = 0; k < count; ++k) {
        const std::uint32_t j = target[k];
        const Tick own = last[j];
        const Tick gap = t - (all_apart ? own : std::max(own, base));
        if (gap < 0) continue; // lost: the neuron is clamped
        if constexpr (!all_apart) {
            *deviant = j;
            deviant += own <= base ? 1 : 0;
        }
        last[j] = t;
        // Whether a neuron was touched this tick already is anyone's guess: where advancing it by no time changes
        // nothing, to the bit, that is done instead of asking.
        if (gap >= least_gap) Model::advance(cells_[j], Model::decay(cells_[j], gap), s, j);
        Model::arrive(cells_[j], s, j, static_cast<double>(w[k]));
        if constexpr (Model::state_arrays > 0) {
            if (may_spike(j, s[0][j]) || !(none_scheduled || crossings.at(first_neuron + j) == never)) touch(j, t);
        }
    }
    deviants_.end_at(deviant);
}

template <class M, class C>
template <class Real>
void NeuronGroup<M, C>::receive_here(const std::uint32_t* target, const Real* w, std::size_t count, Tick t,
                                     const CrossingQueue& crossings, std::uint32_t first_neuron) {
    const typename Model::View s = view();
    const bool none_scheduled = crossings.size() == 0;
    for (std::size_t k = 0; k < count; ++k) {
        const std::uint32_t j = target[k];
        if (last_[j] > t) continue; // lost: the neuron is clamped
        Model::arrive(cells_[j], s, j, static_cast<double>(w[k]));
        if constexpr (Model::state_arrays > 0) {
            if (may_spike(j, s[0][j]) || !(none_scheduled || crossings.at(first_neuron + j) == never)) touch(j, t);
        }
    }
}

template <class M, class C>
template <class Real>
void NeuronGroup<M, C>::receive_unseen(const std::uint32_t* target, const Real* w, std::size_t count, Tick t) {
    const typename Model::View s = view();
    const bool clamps = clamped_ != 0;
    for (std::size_t k = 0; k < count; ++k) {
        const std::uint32_t j = target[k];
        if (clamps && last_[j] > t) continue; // lost: the neuron is clamped
        Model::arrive(cells_[j], s, j, static_cast<double>(w[k]));
    }
}

} // namespace saltus
