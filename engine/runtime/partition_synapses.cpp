// SPDX-License-Identifier: BSD-3-Clause
// What synapses do by the times of spikes alone: short-term plasticity, spike-timing-dependent plasticity.
#include "engine/runtime/partition.hpp"
#include "engine/runtime/stdp_plasticity.hpp"
#include "learning/pair_stdp.hpp"
#include "learning/triplet_stdp.hpp"

#include <algorithm>

namespace saltus {

template <class Real>
void Partition<Real>::build_synapse_types() {
    const double tick_ms = network_.grid().tick_ms();
    for (RowSet<Real>& set : rows_) {
        const ProjectionSpec& spec = network_.projections()[set.projection].spec;
        if (spec.short_term) set.short_term.emplace(*spec.short_term, tick_ms, set.rows);
        std::visit(
            [&]<class Chosen>(const Chosen& rule) {
                if constexpr (requires { stdp_update(rule); }) {
                    set.plasticity = std::make_unique<StdpPlasticity<decltype(stdp_update(rule)), Real>>(
                        PlasticContext<Real>{
                            &set.rows, nullptr, &run_.clock, &counters_, {.optimiser = Sgd{stdp_rate(rule)}}},
                        stdp_update(rule), post_history(set, spike_traces(rule)));
                }
            },
            spec.rule);
    }
}

/// Projections onto one slice share a history where their rules are the same.
template <class Real>
PostHistory& Partition<Real>::post_history(const RowSet<Real>& set, const SpikeTraces& traces) {
    const auto rule = [&](std::uint32_t q) -> const Rule& { return network_.projections()[q].spec.rule; };
    for (PostHistory& history : histories_) {
        if (history.slice() == set.slice && rule(history.first_projection()) == rule(set.projection)) return history;
    }
    PostHistory& made = histories_.emplace_back(traces, network_.grid().tick_ms(), set.slice, set.projection,
                                                slices_[set.slice].size());
    next_sweep_ = std::min(next_sweep_, made.next_sweep());
    return made;
}

/// Histories of a slice learn of its spikes of tick t: those noted down from place `first` on.
template <class Real>
void Partition<Real>::note_spikes(std::uint32_t slice, std::size_t first, Tick t) {
    const std::uint32_t first_of_slice = first_neuron_[slices_[slice].population] + slices_[slice].begin;
    for (PostHistory& history : histories_) {
        if (history.slice() != slice) continue;
        for (std::size_t k = first; k < emissions_.size(); ++k)
            history.record(emissions_[k].source - first_of_slice, t, run_.learning);
    }
}

template <class Real>
void Partition<Real>::sweep(Tick now) {
    if (now < next_sweep_) return;
    next_sweep_ = never;
    for (PostHistory& history : histories_) {
        if (now >= history.next_sweep()) {
            const Rule& rule = network_.projections()[history.first_projection()].spec.rule;
            for (RowSet<Real>& set : rows_) {
                const bool reads =
                    set.slice == history.slice() && network_.projections()[set.projection].spec.rule == rule;
                if (reads) set.plasticity->sweep(now);
            }
            history.forget(now);
        }
        next_sweep_ = std::min(next_sweep_, history.next_sweep());
    }
}

/// Synapses forget all spikes, after having learned of those before.
template <class Real>
void Partition<Real>::rest_synapses(Tick t) {
    for (RowSet<Real>& set : rows_) {
        if (set.plasticity) set.plasticity->rest(t);
        if (set.short_term) set.short_term->rest();
    }
    for (PostHistory& history : histories_) history.rest();
}

template class Partition<float>;
template class Partition<double>;

} // namespace saltus
