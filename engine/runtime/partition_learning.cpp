// SPDX-License-Identifier: BSD-3-Clause
// A partition's learning stages: surrogate derivatives, learning signals, trace maps, updates.
#include "engine/runtime/partition.hpp"
#include "learning/learning_signal.hpp"

#include <algorithm>

namespace saltus {

/// Learning slices are brought to the edge before its arrivals, which then find them there.
template <class Real>
void Partition<Real>::begin_edge(Tick t) {
    for (Learner<Real>& learner : learners_) {
        if (!learner.surrogate) continue;
        std::visit(
            [t]<class G>(G& group) {
                if constexpr (!IntegratedModel<typename G::Model>)
                    group.begin_edge(t); // validated: others do not learn
            },
            groups_[learner.slice]);
    }
}

/// Stage 3: psi of every learning slice, from the state before reset.
template <class Real>
void Partition<Real>::sample_surrogates(Tick t) {
    const std::int64_t n = run_.clock.step_of(t);
    for (Learner<Real>& learner : learners_) {
        if (!learner.surrogate) continue;
        std::visit(
            [&]<class G>(G& group, const auto& shape) {
                if constexpr (G::Model::spiking && !IntegratedModel<typename G::Model>) { // validated
                    if (learner.history) {
                        group.sample_surrogate(shape, t, learner.history->psi(run_.clock.position(n)));
                    } else {
                        group.sample_surrogate(shape, t, learner.psi.data());
                    }
                }
            },
            groups_[learner.slice], *learner.surrogate);
        if (!learner.history && !run_.learning) std::fill(learner.psi.begin(), learner.psi.end(), 0.0);
    }
}

template <class Real>
void Partition<Real>::learn_step(std::int64_t n, std::span<const ReadoutError<Real>> errors) {
    compute_signals(n, errors);
    extend_traces();
}

/// Stage 6b: learning signals, L_j = sum_o B_jo E_o.
template <class Real>
void Partition<Real>::compute_signals(std::int64_t n, std::span<const ReadoutError<Real>> errors) {
    const std::size_t position = run_.clock.position(n);
    for (Learner<Real>& learner : learners_) {
        if (learner.history) {
            if (!learner.surrogate) (void)learner.history->psi(position);
            std::fill_n(learner.history->signal(position), learner.neurons, Real{0});
        } else {
            std::fill(learner.signal.begin(), learner.signal.end(), 0.0);
        }
    }
    for (Learner<Real>& learner : learners_) {
        for (const ReadoutError<Real>& error : errors) {
            if (!error.active) continue;
            if (!learner.surrogate && error.population == slices_[learner.slice].population)
                take_error(learner, error, position);
            if (!learner.surrogate) continue;
            for (const FeedbackLink<Real>& link : links_) {
                const bool leads = link.readout == error.population && link.slice == learner.slice;
                if (leads) feed_back(learner, link, error, position);
            }
        }
        keep_rates(learner);
    }
}

/// A readout's own learning signal is its error.
template <class Real>
void Partition<Real>::take_error(Learner<Real>& learner, const ReadoutError<Real>& error, std::size_t position) {
    if (learner.history) {
        std::copy(error.error_cast.begin(), error.error_cast.end(), learner.history->signal(position));
    } else {
        std::copy(error.error.begin(), error.error.end(), learner.signal.begin());
    }
}

template <class Real>
void Partition<Real>::feed_back(Learner<Real>& learner, const FeedbackLink<Real>& link, const ReadoutError<Real>& error,
                                std::size_t position) {
    if (learner.history) {
        add_learning_signal(learner.history->signal(position), link.matrix.data(), link.stride, error.error_cast.data(),
                            error.error_cast.size());
        return;
    }
    add_learning_signal(learner.signal.data(), link.matrix.data(), link.stride, error.error.data(), error.error.size());
}

/// Arrival schedule: the firing-rate regulariser joins the learning signal.
template <class Real>
void Partition<Real>::keep_rates(Learner<Real>& learner) {
    RateKeeper& keeper = learner.keeper;
    if (learner.history || keeper.strength == 0.0) return;
    std::visit(
        [&](auto& group) {
            const auto& spikes = group.spikes_in_interval();
            for (std::uint32_t j = 0; j < learner.neurons; ++j) {
                const std::uint32_t now = spikes[j] - keeper.seen[j];
                keeper.seen[j] = spikes[j];
                keeper.rate[j] = keeper.filter * keeper.rate[j] + (1.0 - keeper.filter) * now;
                if (run_.learning) learner.signal[j] += keeper.strength * (keeper.rate[j] - keeper.target_per_step);
            }
        },
        groups_[learner.slice]);
}

/// Stage 7: the trace maps take in this step.
template <class Real>
void Partition<Real>::extend_traces() {
    if (run_.timing == UpdateTiming::interval) return; // the history rows are filled already
    for (Learner<Real>& learner : learners_) {
        std::visit(
            [&]<class P>(P& products) {
                if constexpr (!std::is_same_v<P, std::monostate>) {
                    products.append(learner.psi.data(), learner.signal.data());
                    if (!products.full()) return;
                    for (RowSet<Real>& set : rows_) {
                        if (set.learner == &learner) set.plasticity->before_block_closes();
                    }
                    products.close();
                }
            },
            learner.products);
    }
    for (RowSet<Real>& set : rows_) {
        if (set.plasticity) set.plasticity->end_step(run_.learning);
    }
}

/// Stage 8: weights change, traces start anew.
template <class Real>
void Partition<Real>::end_interval(bool worthwhile) {
    for (Learner<Real>& learner : learners_) worthwhile ? finish_learner(learner) : learner.history->discard();
    for (RowSet<Real>& set : rows_) {
        if (set.plasticity) worthwhile ? set.plasticity->end_interval() : set.plasticity->discard_interval();
    }
    for (Group& group : groups_) {
        std::visit([](auto& g) { std::fill(g.spikes_in_interval().begin(), g.spikes_in_interval().end(), 0u); }, group);
    }
}

template <class Real>
void Partition<Real>::finish_learner(Learner<Real>& learner) {
    const Real* factor = nullptr;
    if (learner.keeper.strength != 0.0) {
        std::visit(
            [&](auto& group) {
                const auto steps = static_cast<double>(run_.clock.interval);
                for (std::uint32_t j = 0; j < learner.neurons; ++j) {
                    const double rate = group.spikes_in_interval()[j] / steps;
                    learner.rate_factor[j] =
                        static_cast<Real>(learner.keeper.strength * (rate - learner.keeper.target_per_step) / steps);
                }
            },
            groups_[learner.slice]);
        factor = learner.rate_factor.data();
    }
    std::visit([&](const auto& rule) { learner.history->finish(rule, learner.scale, factor); }, learner.rule);
}

template <class Real>
void Partition<Real>::reset_states(Tick t) {
    queue_.clear();
    crossings_.clear();
    rest_synapses(t);
    for (std::uint32_t s = 0; s < groups_.size(); ++s) {
        std::visit(
            [&]<class G>(G& group) {
                group.reset_state(t);
                if constexpr (G::Model::spiking) group.schedule_all(t, crossings_, local_first_[s]);
            },
            groups_[s]);
    }
}

template class Partition<float>;
template class Partition<double>;

} // namespace saltus
