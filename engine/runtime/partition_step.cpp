// SPDX-License-Identifier: BSD-3-Clause
// A partition's window and the event stages of a tick. The order of stages is that of engine/README.md.
#include "engine/runtime/partition.hpp"

#include <algorithm>

namespace saltus {

template <class Real>
void Partition<Real>::advance(Tick last, std::span<const Emission> input) {
    emissions_.clear();
    volleys_.clear();
    ticks_.clear();
    last_ = last;
    for (;;) {
        const Tick t = next();
        if (!input.empty() && input.front().tick < std::min(t, last)) {
            inject_input(input); // what it brings about may come before t
        } else if (t <= last) {
            tick(t);
        } else {
            break;
        }
    }
    if (run_.edge(last) && (ticks_.empty() || ticks_.back() != last)) tick(last);
    undelayed_.clear();
    next_undelayed_ = 0;
}

template <class Real>
Tick Partition<Real>::next() const {
    return any_stepped_ ? std::min(next_event(), stepped_to_ + 1) : next_event();
}

/// The first tick, not worked on yet, at which something arrives, a source spikes or a crossing is due.
template <class Real>
Tick Partition<Real>::next_event() const {
    const Tick undelayed = next_undelayed_ < undelayed_.size() ? undelayed_[next_undelayed_].tick : never;
    Tick first = std::min({queue_.next(), volley_queue_.next(), crossings_.next(), undelayed});
    for (const std::uint32_t s : sources_) first = std::min(first, std::get<VariedGroup<Poisson>>(groups_[s]).next());
    return first;
}

/// One tick: nothing but the stages, in their order.
template <class Real>
void Partition<Real>::tick(Tick t) {
    const bool edge = run_.edge(t);
    if (edge || !any_stepped_ || next_event() == t) ticks_.push_back(t); // not where slices are stepped, and no more
    sweep(t - 1);
    if (edge) begin_edge(t);
    if (any_stepped_) step_slices(t);
    deliver_arrivals(t);
    lose_arrivals(t);
    if (edge) sample_surrogates(t);
    fire(t);
    deliver_undelayed(t);
    if (any_silent_) check_readouts(t);
}

/// Slices that so much arrives at that all of them is advanced at every tick.
template <class Real>
void Partition<Real>::step_slices(Tick t) {
    stepped_to_ = t;
    for (std::uint32_t s = 0; s < groups_.size(); ++s) {
        if (!stepped_[s]) continue;
        counters_.neuron_steps += slices_[s].size();
        std::visit(
            [t](auto& group) {
                if constexpr (requires { group.step_to(t); }) group.step_to(t);
            },
            groups_[s]);
    }
}

template <class Real>
void Partition<Real>::set_stepped(std::uint32_t slice, bool stepped, Tick t) {
    stepped_[slice] = stepped ? 1 : 0;
    any_stepped_ = std::any_of(stepped_.begin(), stepped_.end(), [](auto s) { return s != 0; });
    stepped_to_ = t;
}

/// Stage 2: all arrivals of this tick, in canonical order; those that follow each other at the same rows in one go.
template <class Real>
void Partition<Real>::deliver_arrivals(Tick t) {
    const std::span<const Arrival> arrivals = queue_.next() == t ? queue_.take() : std::span<const Arrival>{};
    for (std::size_t begin = 0, end = 0; begin < arrivals.size(); begin = end) {
        const Arrival& first = arrivals[begin];
        deliver_volleys(t, first.source, first.rows);
        const bool alone = volley_queue_.next() == t; // another volley may come in between
        for (++end; end < arrivals.size() && arrivals[end].rows == first.rows && !alone;) ++end;
        serve(arrivals.subspan(begin), end - begin, t);
        for (const Arrival& arrival : arrivals.subspan(begin, end - begin)) send_on(arrival);
    }
    while (volley_queue_.next() == t) deliver_volley(t);
}

/// What has arrived waits for the next delay of its row.
template <class Real>
void Partition<Real>::send_on(const Arrival& arrival) {
    const SynapseRows<Real>& rows = rows_[arrival.rows].rows;
    if (arrival.group + 1 == rows.row_groups[arrival.row + 1]) return;
    Arrival later = arrival;
    ++later.group;
    later.tick = arrival.emitted + rows.groups[later.group].delay;
    queue_.push(later);
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

/// What is soon to be served is fetched: where a row begins, then its first synapses. arrivals: from the present one
/// on. Where they end, it is the next tick's that comes soon.
/// @return the targets of the next arrival, at hand by now, if they are neurons of the present arrival's slice; their
/// state is what is to be fetched next.
template <class Real>
std::span<const std::uint32_t> Partition<Real>::prefetch(std::span<const Arrival> arrivals) const {
    constexpr std::size_t next = 1, soon = 3, later = 8;
    if (arrivals.size() > later) {
        const Arrival& a = arrivals[later];
        __builtin_prefetch(&rows_[a.rows].rows.groups[a.group]);
        __builtin_prefetch(&rows_[a.rows].rows.row_groups[a.row + 1]);
    }
    if (arrivals.size() > soon)
        fetch_row(arrivals[soon]);
    else if (const Arrival* upcoming = queue_.upcoming(); arrivals.size() == next && upcoming)
        fetch_row(*upcoming);
    if (arrivals.size() <= next) return {};
    const RowSet<Real>& set = rows_[arrivals[next].rows];
    if (set.rows.dense || set.slice != rows_[arrivals.front().rows].slice) return {};
    return {set.rows.target.data() + set.rows.groups[arrivals[next].group].first, set.rows.count(arrivals[next].group)};
}

/// The first synapses of a row are fetched, and what they learn by.
template <class Real>
void Partition<Real>::fetch_row(const Arrival& arrival) const {
    constexpr std::size_t lines = 8;
    const RowSet<Real>& set = rows_[arrival.rows];
    const std::size_t first = set.rows.groups[arrival.group].first, count = set.rows.count(arrival.group);
    fetch(set.rows.weight.data() + first, count, lines);
    if (!set.rows.dense) fetch(set.rows.target.data() + first, count, lines);
    if (set.plasticity) set.plasticity->fetch(arrival.group);
}

/// The first `count` arrivals, all at the same rows.
template <class Real>
void Partition<Real>::serve(std::span<const Arrival> arrivals, std::size_t count, Tick t) {
    RowSet<Real>& set = rows_[arrivals.front().rows];
    std::visit(
        [&]<class G>(G& target) {
            if constexpr (!memoryless<typename G::Model>) { // validated: those take no input
                for (std::size_t k = 0; k < count; ++k)
                    serve_row(set, target, arrivals[k], t, prefetch(arrivals.subspan(k)));
            }
        },
        groups_[set.slice]);
}

/// One delay group of one row: plasticity first (the spike is delivered with the weight it has brought about).
/// @param upcoming neurons of the same slice that are served next.
template <class Real>
template <class G>
void Partition<Real>::serve_row(RowSet<Real>& set, G& target, const Arrival& arrival, Tick t,
                                std::span<const std::uint32_t> upcoming) {
    if (set.plasticity) set.plasticity->arrive(arrival.row, arrival.group, t, run_.learning);
    const SynapseRows<Real>& rows = set.rows;
    const std::size_t first = rows.groups[arrival.group].first;
    const std::size_t count = rows.count(arrival.group), synapses = rows.synapses(arrival.group);
    const Real* weight = rows.weight.data() + first; // the row may be empty
    if (set.short_term) weight = set.short_term->deliver(arrival.group, arrival.emitted, weight, count);
    counters_.synaptic_events += synapses;
    arrived_[set.slice] += synapses;
    if (rows.dense) {
        target.receive_dense(weight, t);
    } else {
        if constexpr (requires { target.prefetch(upcoming); }) target.prefetch(upcoming);
        target.receive_sparse(rows.target.data() + first, weight, count, t, crossings_, local_first_[set.slice]);
    }
}

/// Stage 4: threshold tests where something arrived or a crossing was predicted; resets; spikes.
template <class Real>
void Partition<Real>::fire(Tick t) {
    const auto due = [&](std::uint32_t slice, std::uint32_t neuron) {
        std::visit(
            [&]<class G>(G& group) {
                if constexpr (requires { group.look_again(neuron, t, crossings_, 0u); })
                    if (group.look_again(neuron, t, crossings_, local_first_[slice])) return;
                ++counters_.threshold_tests;
                if constexpr (!memoryless<typename G::Model>) group.cross(neuron, t);
            },
            groups_[slice]);
    };
    while (crossings_.next() == t) {
        const std::uint32_t n = crossings_.pop();
        const std::uint32_t slice = population_of(local_first_, n);
        due(slice, n - local_first_[slice]);
    }
    for (std::uint32_t s = 0; s < groups_.size(); ++s) {
        std::visit(
            [&]<class G>(G& group) {
                if constexpr (memoryless<typename G::Model>) {
                    if (group.next() == t) emit_volley(s, group.take(t, last_), t);
                } else if constexpr (G::Model::spiking) {
                    if (!group.has_work(t)) return;
                    const std::uint32_t first = first_neuron_[slices_[s].population] + slices_[s].begin;
                    const std::size_t earlier = emissions_.size();
                    group.fire(
                        t, crossings_, local_first_[s],
                        [&](std::uint32_t j) {
                            emissions_.push_back({t, first + j});
                        },
                        [&](std::uint32_t j, std::size_t variable) { note_fault(s, t, j, variable); });
                    note_spikes(s, earlier, t);
                    counters_.spikes += emissions_.size() - earlier;
                }
            },
            groups_[s]);
    }
}

/// Stage 5: zero-delay arrivals at readouts.
template <class Real>
void Partition<Real>::deliver_undelayed(Tick t) {
    for (; next_undelayed_ < undelayed_.size() && undelayed_[next_undelayed_].tick <= t; ++next_undelayed_)
        serve(std::span<const Arrival>(&undelayed_[next_undelayed_], 1), 1, t);
}

/// Neurons that are not tested for spikes are tested for sanity alone.
template <class Real>
void Partition<Real>::check_readouts(Tick t) {
    for (std::uint32_t s = 0; s < groups_.size(); ++s) {
        std::visit(
            [&]<class G>(G& group) {
                if constexpr (!G::Model::spiking) {
                    if (!group.has_work(t)) return;
                    group.check_touched(t,
                                        [&](std::uint32_t j, std::size_t variable) { note_fault(s, t, j, variable); });
                }
            },
            groups_[s]);
    }
}

template <class Real>
void Partition<Real>::note_fault(std::uint32_t slice, Tick t, std::uint32_t neuron, std::size_t variable) {
    ++counters_.neuron_faults;
    const Slice& s = slices_[slice];
    faults_.push_back({t, s.population, s.begin + neuron, static_cast<std::uint32_t>(variable)});
}

/// Changes what drives a slice; see engine_drive.cpp.
template <class Real>
void Partition<Real>::set_drive(std::uint32_t slice, Tick t, const double* values) {
    std::visit(
        [&]<class G>(G& group) {
            if constexpr (G::Cells::per_neuron && G::Model::spiking) {
                group.change_constants(t, crossings_, local_first_[slice], [&](auto& c, std::uint32_t j) {
                    if constexpr (requires { G::Model::set_rate(c, 0.0); })
                        G::Model::set_rate(c, values[j]);
                    else if constexpr (requires { G::Model::set_current(c, 0.0); })
                        G::Model::set_current(c, values[j]);
                });
            }
        },
        groups_[slice]);
}

/// Stage 9: external input of one tick, the first of the list, sets out and is taken off the list.
template <class Real>
void Partition<Real>::inject_input(std::span<const Emission>& input) {
    const Tick stamp = input.front().tick;
    std::size_t count = 0;
    while (count < input.size() && input[count].tick == stamp) ++count;
    launch_input(input.first(count));
    input = input.subspan(count);
}

template <class Real>
void Partition<Real>::launch(std::span<const Emission> spikes, std::span<const VolleyList> volleys) {
    launch(spikes);
    for (const VolleyList& list : volleys) launch(list);
}

/// Spikes set out. Where the tables of rows lie outside the caches, those of spikes that soon set out are fetched:
/// first which delay groups they have, then those.
template <class Real>
void Partition<Real>::launch(std::span<const Emission> spikes) {
    constexpr std::size_t soon = 6, later = 12, few = 16;
    const std::size_t fetched = has_long_tables_ ? spikes.size() : 0;
    PopulationFinder population_later(first_neuron_), population_soon(first_neuron_), population_now(first_neuron_);
    const auto each_row = [&](const Emission& spike, PopulationFinder& find, const auto& visit) {
        const std::uint32_t population = find(spike.source);
        const std::uint32_t row = spike.source - first_neuron_[population];
        for (const std::uint32_t r : outgoing_[population]) visit(rows_[r].rows, row);
    };
    for (std::size_t k = 0; k < spikes.size(); ++k) {
        if (k + later < fetched)
            each_row(spikes[k + later], population_later,
                     [](const auto& rows, auto row) { __builtin_prefetch(&rows.row_groups[row]); });
        if (k + soon < fetched)
            each_row(spikes[k + soon], population_soon,
                     [](const auto& rows, auto row) { __builtin_prefetch(&rows.groups[rows.row_groups[row]]); });
        launch(spikes[k], population_now(spikes[k].source), spikes.size() <= few);
    }
}

/// Queues the rows of one spike, each at its first delay; those without delay wait for their tick's stage 5.
/// @param fetch few set out: their synapses are fetched at once
template <class Real>
void Partition<Real>::launch(const Emission& spike, std::uint32_t population, bool fetch) {
    const std::uint32_t row = spike.source - first_neuron_[population];
    for (const std::uint32_t r : outgoing_[population]) {
        if (spike.in_volley && rows_[r].driven) continue;
        const SynapseRows<Real>& rows = rows_[r].rows;
        std::uint32_t g = rows.row_groups[row];
        const std::uint32_t end = rows.row_groups[row + 1];
        if (g < end && rows.groups[g].delay == 0) {
            undelayed_.push_back({spike.tick, spike.tick, spike.source, r, g, row});
            ++g;
        }
        if (g == end) continue;
        const Arrival arrival{spike.tick + rows.groups[g].delay, spike.tick, spike.source, r, g, row};
        queue_.push(arrival);
        if (fetch) fetch_row(arrival);
    }
}

template class Partition<float>;
template class Partition<double>;

} // namespace saltus
