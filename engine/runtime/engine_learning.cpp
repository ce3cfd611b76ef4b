// SPDX-License-Identifier: BSD-3-Clause
// Learning, at the end of a window: errors of the readouts, then every partition's share; the end of an interval.
#include "engine/runtime/engine.hpp"
#include "learning/learning_signal.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace saltus {
namespace {

/// -sum target log softmax, or half the squared error; `error` is what readout_error has made.
double edge_loss(Error kind, std::span<const double> error, std::span<const double> target) {
    double loss = 0.0;
    if (kind == Error::label || kind == Error::value) return loss;
    for (std::size_t o = 0; o < error.size(); ++o) {
        if (kind != Error::cross_entropy) {
            loss += 0.5 * error[o] * error[o];
        } else if (target[o] != 0.0) {
            loss -= target[o] * stable_log(std::max(error[o] + target[o], 1e-300));
        }
    }
    return loss;
}

} // namespace

/// Stages 6 and 7 of edge t. Readouts come last: hidden learners read the feedback that readouts' updates change.
template <class Real>
void Engine<Real>::learn(Tick t) {
    const std::int64_t n = run_.clock.step_of(t);
    ++counters_.learning_edges;
    recorded_edges_ = true;
    run_.skipped = n - last_edge_ - 1;
    compute_errors(t, n);
    compute_delta(t);
    last_edge_ = n;
    if (rates_by_step_) count_population_spikes(false);
    const std::span<const ReadoutError<Real>> errors(errors_);
    for (std::uint32_t depth = 0; depth < deepest_; ++depth) {
        for_each_partition([&](Partition<Real>& partition) { partition.compute_signals(n, errors, depth); });
        backpropagate(n, depth);
    }
    for_each_partition([&](Partition<Real>& partition) { partition.learn_step(n, errors, deepest_); });
    readouts_->learn_step(n, errors, 0);
}

/// Stage 6a: errors, where the edge lies in the signal window.
template <class Real>
void Engine<Real>::compute_errors(Tick t, std::int64_t n) {
    const bool in_window = run_.timing == UpdateTiming::arrival || run_.clock.signals(n);
    for (ReadoutError<Real>& error : errors_) {
        if (error.backpropagated) continue;
        if (run_.skipped > 0) (void)error.take_targets(run_.clock.edge(n - 1)); // those came before this step
        const bool event = error.take_targets(t);
        if (error.kind == Error::spike_train) follow_spikes(error, t);
        if (!in_window || !run_.learning || (error.at_events && !event)) {
            error.silence();
            continue;
        }
        error.active = true;
        if (error.kind != Error::spike_train) {
            std::visit(
                [&]<class G>(G& group) {
                    if constexpr (!G::Model::spiking) {
                        group.begin_edge(t, run_.clock.settles(n));
                        std::copy_n(group.view()[0], error.error.size(), error.error.begin());
                    }
                },
                readouts_->group(find(error.population, 0).slice));
            readout_error(error.kind, error.error, error.target);
        }
        error.loss += edge_loss(error.kind, error.error, error.target);
        for (std::size_t o = 0; o < error.error.size(); ++o) {
            error.error[o] *= error.weight;
            largest_error_ = std::max(largest_error_, std::abs(error.error[o]));
        }
        error.finish();
    }
}

/// The filtered difference of spikes and target spikes takes in step n. After steps that were not worked on (learning
/// was off) it starts from nothing.
template <class Real>
void Engine<Real>::follow_spikes(ReadoutError<Real>& error, Tick t) {
    error.take_target_spikes(t);
    if (run_.skipped > 0) error.spikes.clear();
    error.spikes.step(error.error);
}

/// delta_n = r_n + discount V_n - V_(n-1). 0 while learning is off, and where the step before was not worked on.
template <class Real>
void Engine<Real>::compute_delta(Tick t) {
    if (!network_.reward()) return;
    double reward = 0.0;
    bool terminal = false;
    for (; !rewards_.empty() && rewards_.front().tick <= t; rewards_.pop()) {
        reward += rewards_.front().value;
        terminal |= rewards_.front().terminal;
    }
    double value = 0.0;
    if (const std::uint32_t critic = network_.reward()->critic.index; critic != PopulationId{}.index)
        value = state_at(critic, 0, 0, t);
    const double expected = terminal ? 0.0 : discount_ * value;
    run_.delta = run_.learning && run_.skipped == 0 ? reward + expected - last_value_ : 0.0;
    last_value_ = value;
}

/// Hands psi_k L_k of the layers of this depth down.
template <class Real>
void Engine<Real>::backpropagate(std::int64_t n, std::uint32_t depth) {
    for (ReadoutError<Real>& error : errors_) {
        if (!error.backpropagated || feedback_depth(network_, error.population) != depth) continue;
        error.active = run_.learning;
        for (const Place at : places_[error.population]) {
            const Slice& slice = partition(at).slices()[at.slice];
            partition(at).backpropagate(at.slice, n, std::span(error.error).subspan(slice.begin, slice.size()));
        }
        error.finish();
    }
}

/// Mean spikes per neuron of every population, of the whole interval or since this was last asked; sums of integers, so
/// no cut shows.
template <class Real>
void Engine<Real>::count_population_spikes(bool of_interval) {
    for (std::uint32_t p = 0; p < run_.population_spikes.size(); ++p) {
        std::uint64_t sum = 0;
        for (const Place at : places_[p]) {
            std::visit(
                [&](auto& group) {
                    for (const std::uint32_t spikes : group.spikes_in_interval()) sum += spikes;
                },
                partition(at).group(at.slice));
        }
        const auto size = static_cast<double>(network_.populations()[p].size);
        run_.population_spikes[p] = static_cast<double>(of_interval ? sum : sum - population_seen_[p]) / size;
        population_seen_[p] = of_interval ? 0 : sum;
    }
}

/// Stage 8: weights change, traces start anew, and neurons return to rest if so chosen.
template <class Real>
void Engine<Real>::end_interval(Tick t) {
    const bool worthwhile = run_.learning && recorded_edges_ && largest_error_ >= network_.schedule().error_threshold;
    if (worthwhile) ++counters_.intervals_learned;
    count_population_spikes(true);
    for_each_partition([&](Partition<Real>& partition) { partition.end_interval(worthwhile); });
    readouts_->end_interval(worthwhile);
    if (worthwhile && followed_) for_each_partition([](Partition<Real>& partition) { partition.copy_followed(); });
    if (worthwhile && rewires_) rewire();
    recorded_edges_ = false;
    largest_error_ = 0.0;
    for (ReadoutError<Real>& error : errors_) {
        error.last_loss = error.loss;
        if (error.kind == Error::cross_entropy) error.last_loss /= static_cast<double>(run_.clock.signal_steps());
        error.loss = 0.0;
    }
    if (run_.reset_state) reset_states(t);
}

template <class Real>
void Engine<Real>::reset_states(Tick t) {
    land_spikes();
    find_flight(flight_);
    counters_.spikes_discarded += flight_.size();
    for_each_partition([&](Partition<Real>& partition) { partition.reset_states(t); });
    readouts_->reset_states(t);
    for (ReadoutError<Real>& error : errors_) error.spikes.clear();
    last_value_ = 0.0;
}

template class Engine<float>;
template class Engine<double>;

} // namespace saltus
