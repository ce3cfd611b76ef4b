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
    for (std::size_t o = 0; o < error.size(); ++o) {
        if (kind == Error::mean_squared) {
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
    compute_errors(t, n);
    const std::span<const ReadoutError<Real>> errors(errors_);
    for_each_partition([&](Partition<Real>& partition) { partition.learn_step(n, errors); });
    readouts_->learn_step(n, errors);
}

/// Stage 6a: errors of the readouts, where the edge lies in the signal window.
template <class Real>
void Engine<Real>::compute_errors(Tick t, std::int64_t n) {
    const bool in_window = run_.timing == UpdateTiming::arrival || run_.clock.signals(n);
    for (ReadoutError<Real>& error : errors_) {
        while (!error.upcoming.empty() && error.upcoming.front().first <= t) {
            error.target = std::move(error.upcoming.front().second);
            error.upcoming.pop_front();
        }
        error.active = in_window && run_.learning;
        if (!error.active) {
            std::fill(error.error.begin(), error.error.end(), 0.0);
            std::fill(error.error_cast.begin(), error.error_cast.end(), Real{0});
            continue;
        }
        std::visit(
            [&]<class G>(G& group) {
                if constexpr (!G::Model::spiking) {
                    group.advance_all(t);
                    std::copy_n(group.view()[0], error.error.size(), error.error.begin());
                }
            },
            readouts_->group(find(error.population, 0).slice));
        readout_error(error.kind, error.error, error.target);
        error.loss += edge_loss(error.kind, error.error, error.target);
        for (std::size_t o = 0; o < error.error.size(); ++o) {
            error.error_cast[o] = static_cast<Real>(error.error[o]);
            largest_error_ = std::max(largest_error_, std::abs(error.error[o]));
        }
    }
}

/// Stage 8: weights change, traces start anew, and neurons return to rest if so chosen.
template <class Real>
void Engine<Real>::end_interval(Tick t) {
    const bool worthwhile = run_.learning && recorded_edges_ && largest_error_ >= network_.schedule().error_threshold;
    if (worthwhile) ++counters_.intervals_learned;
    for_each_partition([&](Partition<Real>& partition) { partition.end_interval(worthwhile); });
    readouts_->end_interval(worthwhile);
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
    counters_.spikes_discarded += flight().size();
    for_each_partition([&](Partition<Real>& partition) { partition.reset_states(t); });
    readouts_->reset_states(t);
}

template class Engine<float>;
template class Engine<double>;

} // namespace saltus
