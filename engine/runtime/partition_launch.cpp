// SPDX-License-Identifier: BSD-3-Clause
// Spikes set out for a partition's rows: in volleys where they all arrive together, one by one else.
#include "engine/runtime/partition.hpp"

#include <algorithm>

namespace saltus {
namespace {

/// The delay of all rows, where each is one delay group, of its own number; else `never`.
template <class Real>
Tick delay_of_all(const SynapseRows<Real>& rows) {
    if (rows.group_count() != rows.sources) return never;
    const Tick delay = rows.groups.front().delay;
    for (std::uint32_t row = 0; row < rows.sources; ++row)
        if (rows.row_groups[row] != row || rows.groups[row].delay != delay) return never;
    return delay;
}

} // namespace

bool takes_drive(const Network& network, std::uint32_t q) {
    const Projection& p = network.projections()[q];
    const auto same_ends = [&](const Projection& other) {
        return other.source == p.source && other.target == p.target;
    };
    const auto* delay = std::get_if<Constant>(&p.spec.delay_ms);
    const ModelParameters& source = network.at(p.source).model;
    return (std::holds_alternative<PoissonParameters>(source) || std::holds_alternative<InputParameters>(source)) &&
           std::holds_alternative<OneToOne>(p.spec.connector) && std::holds_alternative<Static>(p.spec.rule) &&
           !p.spec.short_term && delay != nullptr && quantised_delay(network.grid(), delay->value) > 0 &&
           std::count_if(network.projections().begin(), network.projections().end(), same_ends) == 1;
}

/// Channels get their numbers, and those that are one row set and one delay take volleys.
template <class Real>
void Partition<Real>::open_channels() {
    std::uint32_t channel = 0;
    for (std::uint32_t p = 0; p < outgoing_.size(); ++p) {
        std::vector<std::uint32_t>& sets = outgoing_[p];
        hears_input_ |= !sets.empty() && std::holds_alternative<InputParameters>(network_.populations()[p].model);
        std::stable_sort(sets.begin(), sets.end(),
                         [&](std::uint32_t a, std::uint32_t b) { return rows_[a].slice < rows_[b].slice; });
        for (std::size_t begin = 0, end = 0; begin < sets.size(); begin = end, ++channel) {
            for (; end < sets.size() && rows_[sets[end]].slice == rows_[sets[begin]].slice; ++end)
                rows_[sets[end]].channel = channel;
            RowSet<Real>& set = rows_[sets[begin]];
            if (end - begin == 1) set.delay = set.driven ? set.rows.groups.front().delay : delay_of_all(set.rows);
        }
    }
}

/// The sources of a slice that spike at tick t set out: in a volley if there are enough of them and rows that take it,
/// one by one if anyone wants to hear of them so.
template <class Real>
void Partition<Real>::emit_volley(std::uint32_t slice, std::span<std::uint32_t> sources, Tick t) {
    const Slice& s = slices_[slice];
    counters_.spikes += sources.size();
    const bool drives = run_.drives[s.population] != 0;
    const bool volley = drives && sources.size() >= smallest_volley;
    if (volley) volleys_.add(t, s.population, s.begin, s.size(), sources);
    if (run_.listened[s.population] == 0 && (volley || !drives)) return;
    std::sort(sources.begin(), sources.end());
    const std::uint32_t first = first_neuron_[s.population] + s.begin;
    for (const std::uint32_t j : sources) emissions_.push_back({t, first + j, volley});
}

/// Stage 9: external input of one tick, the first of the list, sets out and is taken off the list. It comes as it was
/// offered: brought into order only if that of some population is in several pieces.
template <class Real>
void Partition<Real>::inject_input(std::span<const Emission>& input) {
    std::size_t count = 0;
    std::uint32_t first = 0, beyond = 0;
    bool in_order = true;
    for (; count < input.size() && input[count].tick == input.front().tick; ++count) {
        const std::uint32_t source = input[count].source;
        if (source >= first && source < beyond) continue;
        in_order = in_order && source >= beyond;
        const std::uint32_t population = population_of(first_neuron_, source);
        first = first_neuron_[population];
        beyond = first_neuron_[population + 1];
    }
    const std::span<const Emission> offered = input.first(count);
    input = input.subspan(count);
    if (in_order) return launch(offered);
    sorted_input_.assign(offered.begin(), offered.end());
    std::sort(sorted_input_.begin(), sorted_input_.end());
    launch(sorted_input_);
}

template <class Real>
void Partition<Real>::launch(std::span<const Emission> spikes, std::span<const VolleyList> volleys) {
    launch(spikes);
    for (const VolleyList& list : volleys) launch(list);
}

/// Spikes set out: those of one population and tick together. The list has each such pair in one piece.
template <class Real>
void Partition<Real>::launch(std::span<const Emission> spikes) {
    for (std::size_t begin = 0, end = 0; begin < spikes.size(); begin = end) {
        const std::uint32_t population = population_of(first_neuron_, spikes[begin].source);
        const std::uint32_t first = first_neuron_[population], size = first_neuron_[population + 1] - first;
        const auto alike = [&, tick = spikes[begin].tick](const Emission& spike) {
            return spike.source - first < size && spike.tick == tick; // modulo 2^32
        };
        for (++end; end < spikes.size() && alike(spikes[end]);) ++end;
        const std::span<const Emission> together = spikes.subspan(begin, end - begin);
        for (const std::uint32_t r : outgoing_[population])
            rows_[r].delay != never ? launch_volley(together, r) : launch_singly(together, r);
    }
}

/// Spikes of one population and tick, as one queue entry. Where few set out, their synapses are fetched at once.
template <class Real>
void Partition<Real>::launch_volley(std::span<const Emission> spikes, std::uint32_t r) {
    constexpr std::size_t few = 16;
    const RowSet<Real>& set = rows_[r];
    members_.clear();
    if (set.driven) {
        const std::uint32_t first = set.first_source + set.rows.first_target;
        for (const Emission& spike : spikes) // modulo 2^32
            if (!spike.in_volley && spike.source - first < set.rows.targets) members_.push_back(spike.source - first);
    } else {
        for (const Emission& spike : spikes) members_.push_back(spike.source - set.first_source);
        if (!std::is_sorted(members_.begin(), members_.end())) std::sort(members_.begin(), members_.end()); // input
        if (members_.size() <= few && !set.at_hand)
            for (const std::uint32_t row : members_) fetch_row(set, row);
    }
    queue_volley(r, spikes.front().tick, members_);
}

/// Members set out for a set of rows.
template <class Real>
void Partition<Real>::queue_volley(std::uint32_t r, Tick emitted, std::span<const std::uint32_t> members) {
    const RowSet<Real>& set = rows_[r];
    VolleyQueue& queue = (set.delay == 0 ? undelayed_ : arrivals_).volleys;
    queue.push(emitted + set.delay, emitted, set.channel, r, members);
}

/// Spikes of one population and tick, each at the first delay of its row. Where the tables of rows lie outside the
/// caches, those of spikes that soon set out are fetched: first which delay groups they have, then those.
template <class Real>
void Partition<Real>::launch_singly(std::span<const Emission> spikes, std::uint32_t r) {
    constexpr std::size_t soon_out = 6, later_out = 12, few = 16, long_table = 1u << 14;
    const RowSet<Real>& set = rows_[r];
    const SynapseRows<Real>& rows = set.rows;
    const auto row_of = [&](std::size_t k) { return spikes[k].source - set.first_source; };
    const std::size_t fetched = rows.row_groups.size() > long_table ? spikes.size() : 0;
    for (std::size_t k = 0; k < spikes.size(); ++k) {
        if (k + later_out < fetched) __builtin_prefetch(&rows.row_groups[row_of(k + later_out)]);
        if (k + soon_out < fetched) __builtin_prefetch(&rows.groups[rows.row_groups[row_of(k + soon_out)]]);
        const std::uint32_t row = row_of(k), g = rows.row_groups[row];
        if (g == rows.row_groups[row + 1]) continue;
        const Tick delay = rows.groups[g].delay;
        EventQueue& queue = (delay == 0 ? undelayed_ : arrivals_).spikes;
        queue.push({spikes[k].tick + delay, spikes[k].tick, set.channel, r, g, row});
        if (spikes.size() <= few && !set.at_hand) fetch_row(set, g);
    }
}

/// Queues volleys of sources for the rows that take them, each with its targets in this partition.
template <class Real>
void Partition<Real>::launch(const VolleyList& list) {
    for (const VolleyList::Volley& volley : list.volleys()) {
        for (const std::uint32_t r : outgoing_[volley.population]) {
            const RowSet<Real>& set = rows_[r];
            if (!set.driven) continue;
            const std::uint32_t first = set.rows.first_target, end = first + set.rows.targets;
            if (volley.first_source >= end || volley.first_source + volley.size <= first) continue;
            if (volley.first_source == first && volley.size <= set.rows.targets) { // the usual case: cut alike
                queue_volley(r, volley.tick, list.sources(volley));
                continue;
            }
            members_.clear();
            const std::uint32_t offset = volley.first_source - first; // modulo 2^32
            for (const std::uint32_t source : list.sources(volley))
                if (source + offset < set.rows.targets) members_.push_back(source + offset);
            queue_volley(r, volley.tick, members_);
        }
    }
}

/// Adds the spikes that are on their way to this partition's rows.
template <class Real>
void Partition<Real>::find_flight(std::uint32_t first_set, std::vector<SpikeInFlight>& all) const {
    const auto add = [&](Tick tick, Tick emitted, std::uint32_t r, std::uint32_t row) {
        all.push_back({tick, emitted, rows_[r].first_source + row, rows_[r].projection, first_set + r});
    };
    arrivals_.spikes.for_each([&](const Arrival& a) { add(a.tick, a.emitted, a.rows, a.row); });
    arrivals_.volleys.for_each([&](Tick tick, Tick emitted, std::uint32_t r, std::uint32_t member) {
        const RowSet<Real>& set = rows_[r];
        if (set.driven)
            add(tick, emitted, r, set.rows.first_target + member);
        else if (set.rows.count(member) > 0) // else it is on its way to nobody
            add(tick, emitted, r, member);
    });
}

template class Partition<float>;
template class Partition<double>;

} // namespace saltus
