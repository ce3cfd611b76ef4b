// SPDX-License-Identifier: BSD-3-Clause
// What a user offers to a running engine, reads from it and sets in it.
#include "engine/runtime/engine.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <tuple>

namespace saltus {

template <class Real>
Status Engine<Real>::push(std::uint32_t population, std::span<const InputEvent> events) {
    const std::uint32_t size = network_.populations()[population].size;
    Status status = Status::ok;
    for (const InputEvent& event : events) {
        ++counters_.events_offered;
        if (event.neuron >= size) {
            ++counters_.events_malformed;
            status = Status::out_of_range;
        } else if (event.tick < now_) {
            ++counters_.events_late;
            if (status == Status::ok) status = Status::late;
        } else {
            ++counters_.events_accepted;
            if (!input_.empty() && event.tick < input_.back().tick) input_sorted_ = false;
            input_.push_back({event.tick, first_neuron_[population] + event.neuron});
        }
    }
    return status;
}

template <class Real>
Status Engine<Real>::count_teaching(Status status) {
    if (status != Status::ok) ++counters_.teaching_refused;
    return status;
}

template <class Real>
Status Engine<Real>::set_target(std::uint32_t readout, Tick from, std::span<const double> values) {
    return count_teaching(take_target(readout, from, values));
}

template <class Real>
Status Engine<Real>::take_target(std::uint32_t readout, Tick from, std::span<const double> values) {
    for (ReadoutError<Real>& error : errors_) {
        if (error.population != readout || error.kind == Error::spike_train) continue;
        if (values.size() != error.target.size()) return Status::out_of_range;
        if (!std::all_of(values.begin(), values.end(), [](double x) { return std::isfinite(x); }))
            return Status::invalid_value;
        if (from <= now_ && now_ > 0) return Status::late;
        if (!error.upcoming.empty() && from < error.upcoming.back().from) return Status::late;
        UpcomingTarget& target = error.upcoming.push();
        target.from = from;
        target.values.assign(values.begin(), values.end());
        return Status::ok;
    }
    return Status::out_of_range;
}

template <class Real>
Status Engine<Real>::push_targets(std::uint32_t population, std::span<const InputEvent> spikes) {
    Status status = Status::ok;
    for (ReadoutError<Real>& error : errors_) {
        if (error.population != population || error.kind != Error::spike_train) continue;
        for (const InputEvent& spike : spikes) {
            if (spike.neuron >= error.error.size()) {
                status = count_teaching(Status::out_of_range);
            } else if (spike.tick <= now_) {
                const Status late = count_teaching(Status::late);
                if (status == Status::ok) status = late;
            } else {
                auto& pending = error.target_spikes;
                if (!pending.empty() && spike.tick < pending.back().tick) error.target_spikes_sorted = false;
                pending.push_back({spike.tick, spike.neuron});
            }
        }
        return status;
    }
    counters_.teaching_refused += spikes.size();
    return Status::out_of_range;
}

template <class Real>
void Engine<Real>::read_outputs(std::uint32_t population, std::span<double> values) const {
    for (std::uint32_t j = 0; j < values.size(); ++j) values[j] = state_at(population, 0, j, now_);
}

template <class Real>
Status Engine<Real>::set_reward(Tick at, double value, bool terminal) {
    return count_teaching(take_reward(at, value, terminal));
}

template <class Real>
Status Engine<Real>::take_reward(Tick at, double value, bool terminal) {
    if (!network_.reward()) return Status::out_of_range;
    if (!std::isfinite(value)) return Status::invalid_value;
    if (at <= now_ || (!rewards_.empty() && at < rewards_.back().tick)) return Status::late;
    rewards_.push() = {at, value, terminal};
    return Status::ok;
}

template <class Real>
typename Engine<Real>::Place Engine<Real>::find(std::uint32_t population, std::uint32_t neuron) const {
    const std::vector<Place>& places = places_[population];
    const auto holds = [&](Place at) { return neuron < partition(at).slices()[at.slice].end; };
    const auto place = std::find_if(places.begin(), places.end(), holds);
    assert(place != places.end());
    return *place;
}

template <class Real>
double Engine<Real>::state_at(std::uint32_t population, std::size_t variable, std::uint32_t neuron, Tick t) const {
    if (places_[population].empty()) return 0.0; // an input has no state
    const Place at = find(population, neuron);
    const Partition<Real>& p = partition(at);
    return p.peek(at.slice, neuron - p.slices()[at.slice].begin, variable, t);
}

template <class Real>
double Engine<Real>::last_loss(std::uint32_t readout) const {
    for (const auto& error : errors_) {
        if (error.population == readout) return error.last_loss;
    }
    return 0.0;
}

template <class Real>
Counters Engine<Real>::counters() const {
    Counters sum = counters_;
    const auto add = [&](const Counters& c) {
        sum.spikes += c.spikes;
        sum.synaptic_events += c.synaptic_events;
        sum.plastic_updates += c.plastic_updates;
        sum.threshold_tests += c.threshold_tests;
        sum.neuron_steps += c.neuron_steps;
        sum.neuron_faults += c.neuron_faults;
    };
    for (const auto& partition : partitions_) add(partition->counters());
    add(readouts_->counters());
    return sum;
}

/// The row sets of a projection, by slice.
template <class Real>
std::vector<RowSet<Real>*> Engine<Real>::row_sets(std::uint32_t projection) const {
    std::vector<RowSet<Real>*> found;
    for (const Place at : places_[network_.projections()[projection].target.index]) {
        for (RowSet<Real>& set : partition(at).row_sets())
            if (set.projection == projection && set.slice == at.slice) found.push_back(&set);
    }
    return found;
}

/// Calls visit(group, place) for every synapse of one source, in the order of the rows.
template <class Real, class Visit>
void for_each_synapse(const SynapseRows<Real>& rows, std::uint32_t source, const Visit& visit) {
    for (std::uint32_t g = rows.row_groups[source]; g < rows.row_groups[source + 1]; ++g) {
        for (std::size_t k = 0; k < rows.count(g); ++k)
            if (rows.exists(g, k)) visit(g, k);
    }
}

template <class Real>
std::vector<Synapse> Engine<Real>::synapses(std::uint32_t projection) const {
    std::vector<Synapse> list;
    std::vector<Real> weight;
    const std::vector<RowSet<Real>*> sets = row_sets(projection);
    for (std::uint32_t source = 0; source < sets.front()->rows.sources; ++source) {
        const auto begin = static_cast<std::ptrdiff_t>(list.size());
        for (const RowSet<Real>* set : sets) {
            const SynapseRows<Real>& rows = set->rows;
            std::uint32_t held = ~0u; // the group whose weights are at hand
            for_each_synapse(rows, source, [&](std::uint32_t g, std::size_t k) {
                if (g != held) set->current_weights(held = g, weight);
                list.push_back({source, rows.first_target + rows.target_of(g, k), static_cast<double>(weight[k]),
                                rows.groups[g].delay});
            });
        }
        if (sets.size() > 1) { // (delay, target) within a source; slices ascend, so ties are in order already
            std::stable_sort(list.begin() + begin, list.end(), [](const Synapse& a, const Synapse& b) {
                return std::tie(a.delay, a.target) < std::tie(b.delay, b.target);
            });
        }
    }
    return list;
}

template <class Real>
std::vector<double> Engine<Real>::weights(std::uint32_t projection) const {
    std::vector<double> list;
    for (const Synapse& synapse : synapses(projection)) list.push_back(synapse.weight);
    return list;
}

template <class Real>
void Engine<Real>::set_weights(std::uint32_t projection, std::span<const double> weights) {
    const std::vector<Synapse> order = synapses(projection);
    assert(weights.size() == order.size());
    for (RowSet<Real>* set : row_sets(projection)) {
        if (set->plasticity) set->plasticity->settle(now_);
        SynapseRows<Real>& rows = set->rows;
        const auto elsewhere = [&](const Synapse& s) { return s.target - rows.first_target >= rows.targets; };
        std::size_t next = 0; // synapses of other slices lie in between
        for (std::uint32_t source = 0; source < rows.sources; ++source) {
            for_each_synapse(rows, source, [&](std::uint32_t g, std::size_t k) {
                while (elsewhere(order[next])) ++next;
                rows.weight[rows.groups[g].first + k] = static_cast<Real>(weights[next++]);
            });
        }
        if (set->plasticity) set->plasticity->weights_set();
    }
    follow_weights(projection);
}

template <class Real>
void Engine<Real>::set_rate(std::uint32_t projection, double rate) {
    for (RowSet<Real>* set : row_sets(projection))
        if (set->plasticity) set->plasticity->set_rate(rate, now_);
}

template <class Real>
std::vector<double> Engine<Real>::feedback(std::uint32_t index) const {
    const FeedbackSpec& spec = network_.feedbacks()[index];
    const std::uint32_t outputs = network_.at(spec.readout).size;
    const std::size_t neurons = network_.at(spec.learner).size;
    std::vector<double> matrix(outputs * neurons);
    for (const auto& partition : partitions_) {
        for (const FeedbackLink<Real>& link : partition->links()) {
            if (link.index != index) continue;
            for (std::uint32_t o = 0; o < outputs; ++o)
                for (std::uint32_t j = link.begin; j < link.end; ++j)
                    matrix[o * neurons + j] = static_cast<double>(link.matrix[o * link.stride + (j - link.begin)]);
        }
    }
    return matrix;
}

template <class Real>
std::size_t Engine<Real>::add_probe(Probe probe) {
    probes_.push_back(std::move(probe));
    return probes_.size() - 1;
}

template <class Real>
std::uint64_t Engine<Real>::fingerprint() const {
    UnorderedFingerprint sum;
    for (const auto& partition : partitions_) partition->hash(sum);
    readouts_->hash(sum);
    hash_flight(sum);
    hash_run(sum);
    return sum.value();
}

/// Spikes in flight, once for each projection they are on, with the first of their delay groups that is yet to arrive.
/// One whose rows lie in several slices is in as many queue entries; input may have been offered twice.
template <class Real>
void Engine<Real>::find_flight(std::vector<SpikeInFlight>& all) const {
    all.clear();
    std::uint32_t first_set = 0;
    const auto add = [&](const Partition<Real>& partition) {
        partition.find_flight(first_set, all);
        first_set += static_cast<std::uint32_t>(partition.row_sets().size());
    };
    for (const auto& partition : partitions_) add(*partition);
    add(*readouts_);
    const auto name = [](const SpikeInFlight& s) { return std::tie(s.source, s.emitted, s.projection); };
    std::sort(all.begin(), all.end(), [&](const SpikeInFlight& a, const SpikeInFlight& b) {
        return std::tuple_cat(name(a), std::tie(a.set, a.tick)) < std::tuple_cat(name(b), std::tie(b.set, b.tick));
    });
    std::size_t kept = 0;
    for (std::size_t i = 0, j = 0; i < all.size(); i = j) {
        std::size_t times = 0, most = 0;
        Tick tick = never;
        for (; j < all.size() && name(all[j]) == name(all[i]); ++j) {
            times = j > i && all[j].set == all[j - 1].set ? times + 1 : 1;
            most = std::max(most, times);
            tick = std::min(tick, all[j].tick);
        }
        SpikeInFlight one = all[i];
        one.tick = tick;
        for (; most > 0; --most) all[kept++] = one; // never more than were looked at
    }
    all.resize(kept);
}

template <class Real>
void Engine<Real>::hash_flight(UnorderedFingerprint& sum) const {
    std::vector<SpikeInFlight> flight;
    find_flight(flight);
    for (const SpikeInFlight& spike : flight) {
        Fingerprint h;
        h.add(spike.source);
        h.add(spike.emitted);
        h.add(spike.projection);
        h.add(spike.tick);
        sum.add(h);
    }
}

/// What belongs to the run as a whole: time, targets, pending input (in canonical order, however it was offered).
template <class Real>
void Engine<Real>::hash_run(UnorderedFingerprint& sum) const {
    Fingerprint h;
    h.add(now_);
    for (const ReadoutError<Real>& error : errors_) {
        for (const double target : error.target) h.add(target);
        for (std::size_t i = 0; i < error.upcoming.size(); ++i) {
            h.add(error.upcoming[i].from);
            for (const double value : error.upcoming[i].values) h.add(value);
        }
        error.spikes.hash(h);
        std::vector<Emission> trains = error.target_spikes;
        std::sort(trains.begin(), trains.end());
        for (const Emission& spike : trains) {
            h.add(spike.tick);
            h.add(spike.source);
        }
    }
    for (std::size_t i = 0; i < rewards_.size(); ++i) {
        const Reward& reward = rewards_[i];
        h.add(reward.tick);
        h.add(reward.value);
        h.add(reward.terminal);
    }
    h.add(last_value_);
    for (std::size_t p = 0; p < stepped_.size(); ++p) {
        if (steps_worth_an_event_[p] == 0) continue;
        std::uint64_t arrived = 0; // of which the next review will judge
        for (const Place at : places_[p]) arrived += partition(at).arrived(at.slice);
        h.add(stepped_[p]);
        h.add(arrived);
    }
    std::vector<Emission> pending(input_.begin() + static_cast<std::ptrdiff_t>(cursor_), input_.end());
    std::sort(pending.begin(), pending.end());
    for (const Emission& event : pending) {
        h.add(event.tick);
        h.add(event.source);
    }
    hash_drives(h);
    h.add(run_.learning);
    h.add(largest_error_);
    const Counters c = counters();
    h.add(c.spikes);
    h.add(c.synaptic_events);
    h.add(c.plastic_updates);
    sum.add(h);
}

template <class Real>
MemoryUse Engine<Real>::memory() const {
    MemoryUse sum = readouts_->memory();
    for (const auto& partition : partitions_) sum += partition->memory();
    return sum;
}

template class Engine<float>;
template class Engine<double>;

} // namespace saltus
