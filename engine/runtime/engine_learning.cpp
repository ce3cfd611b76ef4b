// SPDX-License-Identifier: BSD-3-Clause
// The learning stages of a tick: surrogate derivatives, errors, learning signals, trace maps, updates.
#include "engine/runtime/engine.hpp"
#include "learning/learning_signal.hpp"

#include <algorithm>
#include <cmath>

namespace saltus {
namespace {

/// -sum target log softmax, or half the squared error; `output` is y, `error` the error made from it.
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

/// Stage 3: psi of every learning population, from the state before reset.
template <class Real>
void Engine<Real>::sample_surrogates(Tick t, std::int64_t n) {
    ++counters_.learning_edges;
    recorded_edges_ = true;
    for (Learner<Real>& learner : learners_) {
        if (!learner.surrogate) continue;
        std::visit(
            [&]<class G>(G& group, const auto& shape) {
                if constexpr (!std::is_same_v<G, InputGroup>) {
                    if constexpr (G::Model::spiking) {
                        if (learner.history) {
                            group.sample_surrogate(shape, t, learner.history->psi(clock_.position(n)));
                        } else {
                            group.sample_surrogate(shape, t, learner.psi.data());
                        }
                    }
                }
            },
            groups_[learner.population], *learner.surrogate);
        if (!learner.history && !learning_) std::fill(learner.psi.begin(), learner.psi.end(), 0.0);
    }
}

/// Stage 6a: errors of the readouts, where the edge lies in the signal window.
template <class Real>
void Engine<Real>::compute_errors(Tick t, std::int64_t n) {
    const bool in_window = timing_ == UpdateTiming::arrival || clock_.signals(n);
    for (ReadoutError<Real>& error : errors_) {
        while (!error.upcoming.empty() && error.upcoming.front().first <= t) {
            error.target = std::move(error.upcoming.front().second);
            error.upcoming.pop_front();
        }
        error.active = in_window && learning_;
        if (!error.active) {
            std::fill(error.error.begin(), error.error.end(), 0.0);
            std::fill(error.error_cast.begin(), error.error_cast.end(), Real{0});
            continue;
        }
        auto& group = std::get<NeuronGroup<LeakyReadout>>(groups_[error.population]);
        group.advance_all(t);
        std::copy_n(group.view()[0], error.error.size(), error.error.begin());
        readout_error(error.kind, error.error, error.target);
        error.loss += edge_loss(error.kind, error.error, error.target);
        for (std::size_t o = 0; o < error.error.size(); ++o) {
            error.error_cast[o] = static_cast<Real>(error.error[o]);
            largest_error_ = std::max(largest_error_, std::abs(error.error[o]));
        }
    }
}

/// Stage 6b: learning signals, L_j = sum_o B_jo E_o.
template <class Real>
void Engine<Real>::compute_signals(std::int64_t n) {
    const std::size_t position = clock_.position(n);
    for (Learner<Real>& learner : learners_) {
        if (learner.history) {
            if (!learner.surrogate) (void)learner.history->psi(position);
            std::fill_n(learner.history->signal(position), learner.neurons, Real{0});
        } else {
            std::fill(learner.signal.begin(), learner.signal.end(), 0.0);
        }
    }
    for (Learner<Real>& learner : learners_) {
        for (const ReadoutError<Real>& error : errors_) {
            if (!error.active) continue;
            if (!learner.surrogate && error.population == learner.population) take_error(learner, error, position);
            if (!learner.surrogate) continue;
            for (const FeedbackLink<Real>& link : links_) {
                const bool leads = link.readout == error.population && link.learner == learner.population;
                if (leads) feed_back(learner, link, error, position);
            }
        }
        keep_rates(learner);
    }
}

/// A readout's own learning signal is its error.
template <class Real>
void Engine<Real>::take_error(Learner<Real>& learner, const ReadoutError<Real>& error, std::size_t position) {
    if (learner.history) {
        std::copy(error.error_cast.begin(), error.error_cast.end(), learner.history->signal(position));
    } else {
        std::copy(error.error.begin(), error.error.end(), learner.signal.begin());
    }
}

template <class Real>
void Engine<Real>::feed_back(Learner<Real>& learner, const FeedbackLink<Real>& link, const ReadoutError<Real>& error,
                             std::size_t position) {
    if (learner.history) {
        add_learning_signal<Real>(learner.history->signal(position), link.matrix.data(), link.stride,
                                  error.error_cast.data(), error.error_cast.size());
        return;
    }
    for (std::uint32_t j = 0; j < learner.neurons; ++j) {
        for (std::size_t o = 0; o < error.error.size(); ++o) {
            learner.signal[j] += static_cast<double>(link.matrix[o * link.stride + j]) * error.error[o];
        }
    }
}

/// Arrival schedule: the firing-rate regulariser joins the learning signal.
template <class Real>
void Engine<Real>::keep_rates(Learner<Real>& learner) {
    RateKeeper& keeper = learner.keeper;
    if (learner.history || keeper.strength == 0.0) return;
    std::visit(
        [&]<class G>(G& group) {
            if constexpr (!std::is_same_v<G, InputGroup>) {
                const auto& spikes = group.spikes_in_interval();
                for (std::uint32_t j = 0; j < learner.neurons; ++j) {
                    const std::uint32_t now = spikes[j] - keeper.seen[j];
                    keeper.seen[j] = spikes[j];
                    keeper.rate[j] = keeper.filter * keeper.rate[j] + (1.0 - keeper.filter) * now;
                    if (learning_) learner.signal[j] += keeper.strength * (keeper.rate[j] - keeper.target_per_step);
                }
            }
        },
        groups_[learner.population]);
}

/// Stage 7: the trace maps take in this step.
template <class Real>
void Engine<Real>::extend_traces() {
    if (timing_ == UpdateTiming::interval) return; // the history rows are filled already
    for (Learner<Real>& learner : learners_) {
        std::visit(
            [&]<class P>(P& products) {
                if constexpr (!std::is_same_v<P, std::monostate>) {
                    products.append(learner.psi.data(), learner.signal.data());
                    if (!products.full()) return;
                    for (std::uint32_t p = 0; p < rows_.size(); ++p) {
                        if (learner_of_[p] == &learner) plasticity_[p]->before_block_closes();
                    }
                    products.close();
                }
            },
            learner.products);
    }
    for (auto& plasticity : plasticity_) {
        if (plasticity) plasticity->end_step(learning_);
    }
}

/// Stage 8: weights change, traces start anew, and neurons return to rest if so chosen.
template <class Real>
void Engine<Real>::end_interval(Tick t) {
    update_weights(learning_ && recorded_edges_ && largest_error_ >= network_.schedule().error_threshold);
    recorded_edges_ = false;
    largest_error_ = 0.0;
    for (ReadoutError<Real>& error : errors_) {
        error.last_loss = error.loss;
        if (error.kind == Error::cross_entropy) error.last_loss /= static_cast<double>(clock_.signal_steps());
        error.loss = 0.0;
    }
    for (Group& group : groups_) {
        std::visit(
            []<class G>(G& g) {
                if constexpr (!std::is_same_v<G, InputGroup>) {
                    std::fill(g.spikes_in_interval().begin(), g.spikes_in_interval().end(), 0u);
                }
            },
            group);
    }
    if (reset_state_) reset_states(t);
}

/// @param worthwhile false where learning is off or the error was too small to learn from: the interval is forgotten.
template <class Real>
void Engine<Real>::update_weights(bool worthwhile) {
    if (worthwhile) ++counters_.intervals_learned;
    for (Learner<Real>& learner : learners_) worthwhile ? finish_learner(learner) : learner.history->discard();
    for (auto& plasticity : plasticity_) {
        if (plasticity) worthwhile ? plasticity->end_interval() : plasticity->discard_interval();
    }
}

template <class Real>
void Engine<Real>::finish_learner(Learner<Real>& learner) {
    const Real* factor = nullptr;
    if (learner.keeper.strength != 0.0) {
        std::visit(
            [&]<class G>(G& group) {
                if constexpr (!std::is_same_v<G, InputGroup>) {
                    const auto steps = static_cast<double>(clock_.interval);
                    for (std::uint32_t j = 0; j < learner.neurons; ++j) {
                        const double rate = group.spikes_in_interval()[j] / steps;
                        learner.rate_factor[j] = static_cast<Real>(learner.keeper.strength *
                                                                   (rate - learner.keeper.target_per_step) / steps);
                    }
                }
            },
            groups_[learner.population]);
        factor = learner.rate_factor.data();
    }
    std::visit([&](const auto& rule) { learner.history->finish(rule, learner.scale, factor); }, learner.rule);
}

template <class Real>
void Engine<Real>::reset_states(Tick t) {
    counters_.spikes_discarded += queue_.size();
    queue_.clear();
    crossings_.clear();
    for (std::uint32_t p = 0; p < groups_.size(); ++p) {
        std::visit(
            [&]<class G>(G& group) {
                if constexpr (!std::is_same_v<G, InputGroup>) {
                    group.reset_state(t);
                    if constexpr (G::Model::spiking) group.schedule_all(t, crossings_, first_neuron_[p]);
                }
            },
            groups_[p]);
    }
}

template class Engine<float>;
template class Engine<double>;

} // namespace saltus
