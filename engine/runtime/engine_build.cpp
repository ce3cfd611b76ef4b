// SPDX-License-Identifier: BSD-3-Clause
// From the description to a running engine: partitions, their rows, what learns in them.
#include "engine/runtime/engine.hpp"

#include <algorithm>

namespace saltus {

template <class Real>
Engine<Real>::Engine(const Network& network, const SimulationOptions& options)
    : network_(network), executor_(make_executor(options.execution, options.threads)) {
    const LearningSchedule& schedule = network.schedule();
    run_.timing = schedule.timing;
    run_.clock.period = network.grid().learning_clock;
    run_.clock.interval = schedule.interval_steps;
    run_.clock.window = schedule.signal_window == 0 ? schedule.interval_steps : schedule.signal_window;
    run_.clock.signal_period = schedule.signal_period;
    for (const Projection& projection : network.projections())
        run_.has_learning |=
            !std::holds_alternative<Static>(projection.spec.rule) && !is_spike_timing(projection.spec.rule);
    run_.reset_state = run_.has_learning && schedule.reset_state && run_.timing == UpdateTiming::interval;
    recorded_.assign(network.populations().size(), 0);
    build_partitions(options);
    build_rows();
    build_learning(options.history_blocks);
}

template <class Real>
void Engine<Real>::build_partitions(const SimulationOptions& options) {
    std::uint32_t first = 0;
    for (const Population& population : network_.populations()) {
        first_neuron_.push_back(first);
        first += population.size;
    }
    first_neuron_.push_back(first);
    places_.resize(network_.populations().size());
    std::vector<std::vector<Slice>> owned(options.partitions + std::size_t{1});
    for (const Slice& slice : make_slices(network_, options.partitioning, options.partitions)) {
        places_[slice.population].push_back(
            {slice.partition, static_cast<std::uint32_t>(owned[slice.partition].size())});
        owned[slice.partition].push_back(slice);
    }
    for (std::uint32_t p = 0; p < options.partitions; ++p)
        partitions_.push_back(std::make_unique<Partition<Real>>(network_, run_, first_neuron_, std::move(owned[p])));
    readouts_ = std::make_unique<Partition<Real>>(network_, run_, first_neuron_, std::move(owned.back()));
}

/// Deals out the rows of every projection, and finds the shortest delay between neurons that are computed side by side.
template <class Real>
void Engine<Real>::build_rows() {
    for (std::uint32_t q = 0; q < network_.projections().size(); ++q) {
        const Projection& projection = network_.projections()[q];
        const std::vector<Place>& places = places_[projection.target.index];
        std::vector<Slice> slices;
        for (const Place at : places) slices.push_back(partition(at).slices()[at.slice]);
        std::vector<SynapseRows<Real>> rows = compile_rows<Real>(network_, {q}, slices);
        const bool external = places_[projection.source.index].empty();
        for (std::size_t s = 0; s < places.size(); ++s) {
            if (!external && places[s].partition < partitions_.size()) {
                for (std::uint32_t g = 0; g < rows[s].group_count(); ++g)
                    shortest_delay_ = std::min(shortest_delay_, rows[s].groups[g].delay);
            }
            partition(places[s]).add_rows(q, places[s].slice, std::move(rows[s]));
        }
    }
}

template <class Real>
void Engine<Real>::build_learning(std::size_t history_blocks) {
    for (const ErrorSpec& spec : network_.errors()) {
        const std::size_t outputs = network_.at(spec.readout).size;
        errors_.push_back({.population = spec.readout.index,
                           .kind = spec.error,
                           .target = std::vector<double>(outputs, 0.0),
                           .error = std::vector<double>(outputs, 0.0),
                           .error_cast = std::vector<Real>(outputs, Real{0})});
    }
    std::vector<FeedbackLink<Real>*> links;
    for (const auto& partition : partitions_) {
        partition->build_learners(history_blocks);
        for (std::uint32_t i = 0; i < network_.feedbacks().size(); ++i)
            partition->build_links(i, network_.feedbacks()[i]);
        for (FeedbackLink<Real>& link : partition->links()) links.push_back(&link);
        partition->build_plasticity({});
        partition->build_synapse_types();
    }
    readouts_->build_learners(history_blocks);
    readouts_->build_plasticity(links);
    readouts_->build_synapse_types();
    for (std::uint32_t q = 0; q < network_.projections().size(); ++q) follow_weights(q);
}

/// Symmetric feedback takes on the weights of a projection onto its readout.
template <class Real>
void Engine<Real>::follow_weights(std::uint32_t projection) {
    const Projection& p = network_.projections()[projection];
    for (const auto& partition : partitions_) {
        for (FeedbackLink<Real>& link : partition->links()) {
            const FeedbackSpec& spec = network_.feedbacks()[link.index];
            const bool follows =
                link.kind == FeedbackKind::symmetric && spec.learner == p.source && spec.readout == p.target;
            if (!follows) continue;
            for (const Synapse& s : synapses(projection)) {
                if (link.owns(s.source)) link.weight_changed(s.source, s.target, Real{0}, static_cast<Real>(s.weight));
            }
        }
    }
}

template class Engine<float>;
template class Engine<double>;

} // namespace saltus
