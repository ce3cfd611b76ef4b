// SPDX-License-Identifier: BSD-3-Clause
// A partition's arrivals: in canonical order, row by row, plasticity first.
#include "engine/runtime/partition.hpp"

#include <algorithm>

namespace saltus {

/// All arrivals of this tick on one of the two ways; those that follow each other at the same rows in one go. A volley
/// is all that comes by its channel, so none comes in between.
template <class Real>
void Partition<Real>::deliver(Flight& flight, Tick t) {
    const std::span<const Arrival> arrivals =
        flight.spikes.next() == t ? flight.spikes.take() : std::span<const Arrival>{};
    for (std::size_t begin = 0, end = 0; begin < arrivals.size(); begin = end) {
        const Arrival& first = arrivals[begin];
        while (flight.volleys.comes_before(t, first.channel)) serve(flight.volleys.take());
        for (++end; end < arrivals.size() && arrivals[end].rows == first.rows;) ++end;
        serve(arrivals.subspan(begin), end - begin);
        for (const Arrival& arrival : arrivals.subspan(begin, end - begin)) send_on(arrival);
    }
    while (flight.volleys.next() == t) serve(flight.volleys.take());
}

/// What has arrived waits for the next delay of its row.
template <class Real>
void Partition<Real>::send_on(const Arrival& arrival) {
    const SynapseRows<Real>& rows = rows_[arrival.rows].rows;
    if (arrival.group + 1 == rows.row_groups[arrival.row + 1]) return;
    Arrival rest = arrival;
    ++rest.group;
    rest.tick = arrival.emitted + rows.groups[rest.group].delay;
    arrivals_.spikes.push(rest);
}

/// The first `count` arrivals, all at the same rows.
template <class Real>
void Partition<Real>::serve(std::span<const Arrival> arrivals, std::size_t count) {
    RowSet<Real>& set = rows_[arrivals.front().rows];
    std::visit(
        [&]<class G>(G& target) {
            if constexpr (!memoryless<typename G::Model>) { // validated: those take no input
                for (std::size_t k = 0; k < count; ++k)
                    serve_row(set, target, arrivals[k], prefetch(arrivals.subspan(k)));
            }
        },
        groups_[set.slice]);
}

template <class Real>
void Partition<Real>::serve(const VolleyQueue::Volley& volley) {
    RowSet<Real>& set = rows_[volley.rows];
    std::visit(
        [&]<class G>(G& target) {
            if constexpr (!memoryless<typename G::Model>) {
                if (set.driven) return drive(set, target, volley.members, volley.tick);
                if (set.rows.dense && !set.plasticity && !set.short_term) return serve_together(set, target, volley);
                for (std::size_t k = 0; k < volley.members.size(); ++k) {
                    const std::uint32_t row = volley.members[k];
                    const Arrival arrival{volley.tick, volley.emitted, volley.channel, volley.rows, row, row};
                    serve_row(set, target, arrival, prefetch(set, volley.members.subspan(k)));
                }
            }
        },
        groups_[set.slice]);
}

/// A volley of sources with one synapse each is one row.
template <class Real>
template <class G>
void Partition<Real>::drive(const RowSet<Real>& set, G& target, std::span<const std::uint32_t> neurons, Tick t) {
    drive_weight_.resize(neurons.size());
    for (std::size_t k = 0; k < neurons.size(); ++k) drive_weight_[k] = set.rows.weight[neurons[k]];
    counters_.synaptic_events += neurons.size();
    arrived_[set.slice] += neurons.size();
    target.receive_sparse(neurons.data(), drive_weight_.data(), neurons.size(), t, crossings_, local_first_[set.slice]);
}

/// All-to-all rows that do nothing but add their weights.
template <class Real>
template <class G>
void Partition<Real>::serve_together(const RowSet<Real>& set, G& target, const VolleyQueue::Volley& volley) {
    dense_rows_.clear();
    std::size_t synapses = 0;
    for (const std::uint32_t row : volley.members) {
        dense_rows_.push_back(set.rows.weight.data() + set.rows.groups[row].first);
        synapses += set.rows.synapses(row);
    }
    counters_.synaptic_events += synapses;
    arrived_[set.slice] += synapses;
    target.receive_dense(std::span<const Real* const>(dense_rows_), volley.tick);
}

/// One delay group of one row: plasticity first (the spike is delivered with the weight it has brought about).
/// @param upcoming neurons of the same slice that are served next.
template <class Real>
template <class G>
void Partition<Real>::serve_row(RowSet<Real>& set, G& target, const Arrival& arrival,
                                std::span<const std::uint32_t> upcoming) {
    const Tick t = arrival.tick;
    if (set.plasticity) set.plasticity->arrive(arrival.row, arrival.group, t, run_.learning);
    const SynapseRows<Real>& rows = set.rows;
    const std::size_t first = rows.groups[arrival.group].first;
    const std::size_t count = rows.count(arrival.group), synapses = rows.synapses(arrival.group);
    const Real* weight = rows.weight.data() + first; // the row may be empty
    if (set.short_term) weight = set.short_term->deliver(arrival.group, arrival.emitted, weight, count);
    counters_.synaptic_events += synapses;
    arrived_[set.slice] += synapses;
    if (rows.dense) {
        target.receive_dense(std::span<const Real* const>(&weight, 1), t);
    } else {
        if constexpr (requires { target.prefetch(upcoming); }) target.prefetch(upcoming);
        target.receive_sparse(rows.target.data() + first, weight, count, t, crossings_, local_first_[set.slice]);
    }
}

/// What is soon to be served is fetched: where a row begins, then its first synapses. arrivals: from the present one
/// on. Where they end, it is the next tick's that comes soon.
/// @return the targets of the next arrival, at hand by now, if they are neurons of the present arrival's slice; their
/// state is what is to be fetched next.
template <class Real>
std::span<const std::uint32_t> Partition<Real>::prefetch(std::span<const Arrival> arrivals) const {
    if (arrivals.size() > later) {
        const Arrival& a = arrivals[later];
        __builtin_prefetch(&rows_[a.rows].rows.groups[a.group]);
        __builtin_prefetch(&rows_[a.rows].rows.row_groups[a.row + 1]);
    }
    if (arrivals.size() > soon)
        fetch_row(rows_[arrivals[soon].rows], arrivals[soon].group);
    else if (const Arrival* upcoming = arrivals_.spikes.upcoming(); arrivals.size() == next_one && upcoming)
        fetch_row(rows_[upcoming->rows], upcoming->group);
    if (arrivals.size() <= next_one) return {};
    const RowSet<Real>& set = rows_[arrivals[next_one].rows];
    if (set.slice != rows_[arrivals.front().rows].slice) return {};
    return targets_of(set, arrivals[next_one].group);
}

/// The same for the rows of a volley.
template <class Real>
std::span<const std::uint32_t> Partition<Real>::prefetch(const RowSet<Real>& set,
                                                         std::span<const std::uint32_t> rows) const {
    if (set.at_hand) return {};
    if (rows.size() > later) __builtin_prefetch(&set.rows.groups[rows[later]]);
    if (rows.size() > soon) fetch_row(set, rows[soon]);
    if (rows.size() <= next_one) return {};
    return targets_of(set, rows[next_one]);
}

template <class Real>
std::span<const std::uint32_t> Partition<Real>::targets_of(const RowSet<Real>& set, std::uint32_t group) const {
    if (set.rows.dense) return {};
    return {set.rows.target.data() + set.rows.groups[group].first, set.rows.count(group)};
}

/// The first synapses of a row are fetched, and what they learn by.
template <class Real>
void Partition<Real>::fetch_row(const RowSet<Real>& set, std::uint32_t group) const {
    constexpr std::size_t lines = 8;
    const std::size_t first = set.rows.groups[group].first, count = set.rows.count(group);
    fetch(set.rows.weight.data() + first, count, lines);
    if (!set.rows.dense) fetch(set.rows.target.data() + first, count, lines);
    if (set.plasticity) set.plasticity->fetch(group);
}

/// Those at clamped neurons are undone, where nobody asked at each.
template <class Real>
void Partition<Real>::lose_arrivals(Tick t) {
    for (Group& group : groups_)
        std::visit(
            [t](auto& g) {
                if constexpr (requires { g.lose_arrivals(t); }) g.lose_arrivals(t);
            },
            group);
}

template class Partition<float>;
template class Partition<double>;

} // namespace saltus
