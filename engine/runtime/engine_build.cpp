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
    run_.clock.memory = schedule.memory_steps;
    for (const Projection& projection : network.projections())
        run_.has_learning |=
            !std::holds_alternative<Static>(projection.spec.rule) && !is_spike_timing(projection.spec.rule);
    run_.reset_state = run_.has_learning && schedule.reset_state && run_.timing == UpdateTiming::interval;
    recorded_.assign(network.populations().size(), 0);
    run_.drives.assign(network.populations().size(), 0);
    run_.listened.assign(network.populations().size(), 0);
    build_partitions(options);
    build_rows();
    build_learning(options.history_blocks);
    build_stepping();
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
    flying_volleys_.resize(options.partitions);
    readouts_ = std::make_unique<Partition<Real>>(network_, run_, first_neuron_, std::move(owned.back()));
    reserve_buffers();
}

/// Room for what a window usually brings, so that a loop is soon without allocations.
template <class Real>
void Engine<Real>::reserve_buffers() {
    constexpr std::size_t usual = 1024;
    const std::size_t neurons = std::max<std::size_t>(usual, first_neuron_.back());
    flying_.reserve(neurons);
    input_.reserve(usual);
    window_ticks_.reserve(2 * usual);
    flight_.reserve(usual);
    for (const auto& partition : partitions_) {
        partition->emissions().reserve(neurons); // changes places with flying_
        partition->ticks().reserve(usual);
    }
    readouts_->ticks().reserve(usual);
}

/// Deals out the rows of every projection, and finds the shortest delay between neurons that are computed side by side.
template <class Real>
void Engine<Real>::build_rows() {
    for (std::uint32_t q = 0; q < network_.projections().size(); ++q) {
        const Projection& projection = network_.projections()[q];
        const std::vector<Place>& places = places_[projection.target.index];
        std::vector<Slice> slices;
        slices.reserve(places.size());
        for (const Place at : places) slices.push_back(partition(at).slices()[at.slice]);
        std::vector<SynapseRows<Real>> rows = compile_rows<Real>(network_, {q}, slices, *executor_);
        const bool external = places_[projection.source.index].empty();
        rewires_ |= projection.spec.rewiring.has_value();
        (takes_drive(network_, q) ? run_.drives : run_.listened)[projection.source.index] = 1;
        for (std::size_t s = 0; s < places.size(); ++s) {
            if (!external && places[s].partition < partitions_.size()) {
                for (std::uint32_t g = 0; g < rows[s].group_count(); ++g)
                    shortest_delay_ = std::min(shortest_delay_, rows[s].groups[g].delay);
            }
            partition(places[s]).add_rows(q, places[s].slice, std::move(rows[s]));
        }
    }
    for (const auto& partition : partitions_) partition->open_channels();
    readouts_->open_channels();
}

template <class Real>
void Engine<Real>::build_learning(std::size_t history_blocks) {
    build_errors();
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
    build_followed();
    for (std::uint32_t q = 0; q < network_.projections().size(); ++q) follow_weights(q);
}

template <class Real>
void Engine<Real>::build_errors() {
    const double step_ms = network_.grid().tick_ms() * static_cast<double>(run_.clock.period);
    const auto add = [&](PopulationId population, Error kind) -> ReadoutError<Real>& {
        const std::size_t outputs = network_.at(population).size;
        ReadoutError<Real>& error =
            errors_.emplace_back(ReadoutError<Real>{.population = population.index, .kind = kind});
        error.target.assign(outputs, 0.0);
        error.error.assign(outputs, 0.0);
        error.error_cast.assign(outputs, Real{0});
        return error;
    };
    for (const ErrorSpec& spec : network_.errors()) {
        ReadoutError<Real>& error = add(spec.readout, spec.error);
        error.at_events = spec.at_events;
        error.weight = spec.weight;
        if (spec.error != Error::spike_train) continue;
        error.spikes = SpikeError(error.error.size(), stable_exp(-step_ms / spec.tau_rise_ms),
                                  stable_exp(-step_ms / spec.tau_decay_ms));
        spike_errors_ = true;
    }
    for (const FeedbackSpec& spec : network_.feedbacks()) {
        if (spec.source != FeedbackSource::backpropagated) continue;
        const auto same = [&](const auto& e) { return e.backpropagated && e.population == spec.readout.index; };
        if (std::any_of(errors_.begin(), errors_.end(), same)) continue;
        add(spec.readout, Error::mean_squared).backpropagated = true;
        deepest_ = std::max(deepest_, feedback_depth(network_, spec.learner.index));
    }
    if (network_.reward()) discount_ = stable_exp(-step_ms / network_.reward()->discount_tau_ms);
    bool asked = false;
    for (const Projection& projection : network_.projections()) {
        const RateRegularisation* rate = rate_regularisation(projection.spec.rule);
        if (rate == nullptr || !rate->population) continue;
        asked = true;
        rates_by_step_ |= keeps_rates_by_step(projection.spec.rule, run_.timing);
    }
    if (asked) run_.population_spikes.assign(network_.populations().size(), 0.0);
    population_seen_.assign(network_.populations().size(), 0);
}

/// Tells feedback where its error is, and which rows it is to copy, and learners how deep they lie.
template <class Real>
void Engine<Real>::build_followed() {
    for (const auto& partition : partitions_) {
        for (Learner<Real>& learner : partition->learners())
            learner.depth = feedback_depth(network_, partition->slices()[learner.slice].population);
        for (FeedbackLink<Real>& link : partition->links()) {
            const FeedbackSpec& spec = network_.feedbacks()[link.index];
            const bool down = spec.source == FeedbackSource::backpropagated;
            for (std::uint32_t e = 0; e < errors_.size(); ++e) {
                if (errors_[e].population == link.readout && errors_[e].backpropagated == down) link.error = e;
            }
            const bool from_readout = places_[link.readout].front().partition == partitions_.size();
            if (from_readout || link.kind != FeedbackKind::symmetric) continue;
            for (std::uint32_t q = 0; q < network_.projections().size(); ++q) {
                const Projection& p = network_.projections()[q];
                if (!(p.source == spec.learner && p.target == spec.readout)) continue;
                for (RowSet<Real>* set : row_sets(q)) {
                    link.followed.push_back(&set->rows);
                    if (set->plasticity) set->plasticity->set_followed();
                }
                followed_ = true;
            }
        }
    }
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
