// SPDX-License-Identifier: BSD-3-Clause
// Sources and inputs that drive one neuron each: volleys set out and arrive.
#include "engine/runtime/partition.hpp"

#include <algorithm>

namespace saltus {

bool takes_volleys(const Network& network, std::uint32_t q) {
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

/// The sources of a slice that spike at tick t set out: in a volley if there are enough of them and rows that take it,
/// one by one if anyone wants to hear of them so.
template <class Real>
void Partition<Real>::emit_volley(std::uint32_t slice, std::span<std::uint32_t> sources, Tick t) {
    const Slice& s = slices_[slice];
    counters_.spikes += sources.size();
    const bool drives = run_.drives[s.population] != 0;
    const bool volley = go_in_volley(s.population, sources.size());
    if (volley) volleys_.add(t, s.population, s.begin, sources);
    if (run_.listened[s.population] == 0 && (volley || !drives)) return;
    std::sort(sources.begin(), sources.end());
    const std::uint32_t first = first_neuron_[s.population] + s.begin;
    for (const std::uint32_t j : sources) emissions_.push_back({t, first + j, volley});
}

/// External input of one tick sets out: in volleys, as the spikes of sources do.
template <class Real>
void Partition<Real>::launch_input(std::span<const Emission> input) {
    input_volleys_.clear();
    for (std::uint32_t p = 0; p < run_.drives.size() && input.size() >= smallest_volley; ++p)
        if (run_.drives[p] != 0) gather_volley(p, input);
    if (input_volleys_.empty()) return launch(input);
    single_input_.clear();
    PopulationFinder find(first_neuron_);
    for (const Emission& spike : input) {
        const std::uint32_t p = find(spike.source);
        const auto all = input_volleys_.volleys();
        const bool volley = std::any_of(all.begin(), all.end(), [p](const auto& v) { return v.population == p; });
        if (!volley || run_.listened[p] != 0) single_input_.push_back({spike.tick, spike.source, volley});
    }
    launch(single_input_);
    launch(input_volleys_);
}

/// The input of one population, if there is enough of it.
template <class Real>
void Partition<Real>::gather_volley(std::uint32_t population, std::span<const Emission> input) {
    input_sources_.clear();
    const std::uint32_t first = first_neuron_[population], end = first_neuron_[population + 1];
    for (const Emission& spike : input)
        if (spike.source >= first && spike.source < end) input_sources_.push_back(spike.source - first);
    if (go_in_volley(population, input_sources_.size()))
        input_volleys_.add(input.front().tick, population, 0, input_sources_);
}

/// Queues volleys for the rows that take them, each with its targets in this partition.
template <class Real>
void Partition<Real>::launch(const VolleyList& list) {
    for (const VolleyList::Volley& volley : list.volleys()) {
        for (const std::uint32_t r : outgoing_[volley.population]) {
            const RowSet<Real>& set = rows_[r];
            if (!set.driven) continue;
            std::vector<std::uint32_t>& targets = volley_queue_.new_targets();
            const std::uint32_t offset = volley.first_source - set.rows.first_target; // modulo 2^32
            for (const std::uint32_t source : list.sources(volley))
                if (source + offset < set.rows.targets) targets.push_back(source + offset);
            volley_queue_.push(volley.tick + set.rows.groups.front().delay, volley.tick,
                               first_neuron_[volley.population] + volley.first_source, r);
        }
    }
}

/// Volleys of tick t that come before an arrival of this source at these rows. What other sources bring to a target
/// comes before or after all that its own sources do: so each target sees the canonical order.
template <class Real>
void Partition<Real>::deliver_volleys(Tick t, std::uint32_t source, std::uint32_t rows) {
    while (volley_queue_.next() == t && volley_queue_.front().key() < std::tuple(t, source, rows)) deliver_volley(t);
}

/// The first volley in the queue arrives.
template <class Real>
void Partition<Real>::deliver_volley(Tick t) {
    const VolleyQueue::Entry& entry = volley_queue_.front();
    const std::vector<std::uint32_t>& targets = volley_queue_.targets(entry);
    const RowSet<Real>& set = rows_[entry.rows];
    volley_weight_.resize(targets.size());
    for (std::size_t k = 0; k < targets.size(); ++k) volley_weight_[k] = set.rows.weight[targets[k]];
    counters_.synaptic_events += targets.size();
    arrived_[set.slice] += targets.size();
    std::visit(
        [&]<class G>(G& group) {
            if constexpr (!memoryless<typename G::Model>)
                group.receive_sparse(targets.data(), volley_weight_.data(), targets.size(), t, crossings_,
                                     local_first_[set.slice]);
        },
        groups_[set.slice]);
    volley_queue_.pop();
}

template <class Real>
void Partition<Real>::find_volleys(std::uint32_t first_set, std::vector<Arrival>& all) const {
    for (const VolleyQueue::Entry& entry : volley_queue_.entries()) {
        const RowSet<Real>& set = rows_[entry.rows];
        const std::uint32_t first =
            first_neuron_[network_.projections()[set.projection].source.index] + set.rows.first_target;
        for (const std::uint32_t target : volley_queue_.targets(entry))
            all.push_back({entry.tick, entry.emitted, first + target, set.projection, 0, first_set + entry.rows});
    }
}

template class Partition<float>;
template class Partition<double>;

} // namespace saltus
