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
        if (crossings.size() == 0) return receive_quietly(target, w, count, t, [](std::uint32_t) { return false; });
        return receive_quietly(target, w, count, t,
                               [&](std::uint32_t j) { return crossings.at(first_neuron + j) != never; });
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
template <class Real, class Scheduled>
void NeuronGroup<M, C>::receive_quietly(const std::uint32_t* target, const Real* w, std::size_t count, Tick t,
                                        const Scheduled& scheduled) {
    if (base_ == t) return receive_here(target, w, count, t, scheduled);
    constexpr std::size_t n = Model::state_arrays;
    const typename Model::View s = view();
    Tick* const last = last_.data();
    const Tick base = base_;
    std::uint32_t* deviant = deviants_.tail();
    for (std::size_t k = 0; k < count; ++k) {
        const std::uint32_t j = target[k];
        const Tick own = last[j];
        const Tick gap = t - std::max(own, base);
        if (gap < 0) continue; // lost: the neuron is clamped
        *deviant = j;
        deviant += own <= base ? 1 : 0;
        last[j] = t;
        std::array<double, n> now, moved;
        typename Model::View now_view{}, moved_view{};
        for (std::size_t e = 0; e < n; ++e) {
            now[e] = moved[e] = s[e][j];
            now_view[e] = &now[e];
            moved_view[e] = &moved[e];
        }
        // Whether a neuron was touched this tick already is anyone's guess: a choice of values, not a branch.
        Model::advance(cells_[j], Model::decay(cells_[j], gap), moved_view, 0);
        for (std::size_t e = 0; e < n; ++e) now[e] = pick(gap > 0, moved[e], now[e]);
        Model::arrive(cells_[j], now_view, 0, static_cast<double>(w[k]));
        for (std::size_t e = 0; e < n; ++e) s[e][j] = now[e];
        if constexpr (n > 0) {
            if (may_spike(j, now[0]) || scheduled(j)) touched_.push_back(j);
        }
    }
    deviants_.end_at(deviant);
}

template <class M, class C>
template <class Real, class Scheduled>
void NeuronGroup<M, C>::receive_here(const std::uint32_t* target, const Real* w, std::size_t count, Tick t,
                                     const Scheduled& scheduled) {
    const typename Model::View s = view();
    for (std::size_t k = 0; k < count; ++k) {
        const std::uint32_t j = target[k];
        if (last_[j] > t) continue; // lost: the neuron is clamped
        Model::arrive(cells_[j], s, j, static_cast<double>(w[k]));
        if constexpr (Model::state_arrays > 0) {
            if (may_spike(j, s[0][j]) || scheduled(j)) touched_.push_back(j);
        }
    }
}

} // namespace saltus
