// SPDX-License-Identifier: BSD-3-Clause
// Private to neuron_group.hpp: what a row does to its targets, and which of them are then to be tested. The hot loop of
// static delivery is here.
#pragma once

#include "engine/runtime/neuron_group.hpp"

namespace saltus {

template <class M, class C>
template <class Real>
void NeuronGroup<M, C>::receive_dense(std::span<const Real* const> rows, Tick t) {
    if (dense_at_ != t) {
        advance_all(t);
        dense_at_ = t;
    }
    still_gap_ = 0;
    if constexpr (Model::state_arrays > 0) {
        constexpr std::size_t some = 4;
        for (; rows.size() >= some; rows = rows.subspan(some))
            add_dense_rows<some, Model, Cells, Real>(cells_, view(), rows.data(), size_);
        for (const Real* const& row : rows) add_dense_rows<1, Model, Cells, Real>(cells_, view(), &row, size_);
    }
}

template <class M, class C>
template <class Real>
void NeuronGroup<M, C>::receive_sparse(const std::uint32_t* target, const Real* w, std::size_t count, Tick t,
                                       const CrossingQueue& crossings, std::uint32_t first_neuron) {
    still_gap_ = 0;
    if (steps_currents()) return receive_unseen(target, w, count);
    if (!looks_at_all()) {
        if (base_ == t && dense_at_ == t) return receive_unseen(target, w, count);
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
            if (may_spike(j, s[first_hit][j]) || !(none_scheduled || crossings.at(first_neuron + j) == never))
                touch(j, t);
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
            if (may_spike(j, s[first_hit][j]) || !(none_scheduled || crossings.at(first_neuron + j) == never))
                touch(j, t);
        }
    }
}

template <class M, class C>
template <class Real>
void NeuronGroup<M, C>::receive_unseen(const std::uint32_t* target, const Real* w, std::size_t count) {
    if constexpr (!Cells::per_neuron && requires { Model::effect(cells_[0], 1.0); }) {
        add_sparse_row<Model>(cells_[0], membrane(), target, w, count);
    } else if constexpr (requires { Model::receiver(1.0); }) {
        const typename Model::View s = view();
        for (std::size_t k = 0; k < count; ++k)
            s[Model::receiver(static_cast<double>(w[k]))][target[k]] += static_cast<double>(w[k]);
    } else {
        const typename Model::View s = view();
        for (std::size_t k = 0; k < count; ++k)
            Model::arrive(cells_[target[k]], s, target[k], static_cast<double>(w[k]));
    }
}

template <class M, class C>
void NeuronGroup<M, C>::lose_arrivals(Tick t) {
    if (steps_currents()) return rest_stopped();
    if constexpr (!Model::currents && Model::state_arrays > 0) {
        if (dense_at_ != t || clamped_ == 0) return;
        for (std::size_t d = 0; d < deviants_.size(); ++d)
            for (std::size_t k = 0; k < Model::state_arrays; ++k)
                state_[k][deviants_[d]] = mend_[d * Model::state_arrays + k];
    }
}

template <class M, class C>
void NeuronGroup<M, C>::prefetch(std::span<const std::uint32_t> neurons) const {
    if (size_ <= at_hand || dense_at_ == base_ || steps_currents())
        return; // where all are stepped an arrival is an addition: no gain
    for (const std::uint32_t j : neurons.first(std::min<std::size_t>(neurons.size(), 64))) {
        __builtin_prefetch(&last_[j]);
        for (const auto& array : state_) __builtin_prefetch(&array[j]);
    }
}

template <class M, class C>
void NeuronGroup<M, C>::prefetch_test(std::uint32_t j) const {
    if (size_ <= at_hand) return;
    if constexpr (Model::spiking) {
        for (const auto& array : state_) __builtin_prefetch(&array[j], 1);
        __builtin_prefetch(&last_[j], 1);
        __builtin_prefetch(&refractory_until_[j], 1);
        __builtin_prefetch(&spikes_in_interval_[j], 1);
    }
}

template <class M, class C>
void NeuronGroup<M, C>::touch_those_above(Tick t) {
    const auto above = [&](const auto& visit) {
        for_each_at_or_above(membrane(), size_, facts_.lowest_threshold, visit);
    };
    if (touched_.empty())
        above([&](std::uint32_t j) { touched_.push_back(j); }); // none twice, so none is marked
    else
        above([&](std::uint32_t j) { touch(j, t); });
}

} // namespace saltus
