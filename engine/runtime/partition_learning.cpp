// SPDX-License-Identifier: BSD-3-Clause
// A partition's learning stages: surrogate derivatives, learning signals, trace maps, updates.
#include "engine/runtime/partition.hpp"
#include "learning/learning_signal.hpp"

#include <algorithm>

namespace saltus {
namespace {

/// What the voltage regulariser asks of the membranes of a slice that was brought to edge t: V_j, see eprop.hpp.
template <class Group, class Real>
void sample_voltage(Group& group, const VoltageRegularisation& rule, Tick t, Real* out) {
    const double* v = group.view()[0];
    for (std::uint32_t j = 0; j < group.size(); ++j) {
        const double beyond = v[j] > rule.high ? v[j] - rule.high : (v[j] < rule.low ? v[j] - rule.low : 0.0);
        out[j] = group.refractory(j, t) ? Real{0} : static_cast<Real>(rule.strength * beyond);
    }
}

/// psi of every neuron, by its distance to threshold, value - less. @tparam Precision that it is computed in
template <class Precision, class Shape, class Value>
SALTUS_SIMD void surrogate_range(const Shape& shape_in, const double* __restrict value, double less, std::size_t n,
                                 Value* __restrict psi) {
    const Shape shape = shape_in;
#pragma GCC ivdep
    for (std::size_t j = 0; j < n; ++j) psi[j] = static_cast<Value>(shape(static_cast<Precision>(value[j] - less)));
}

} // namespace

/// Learning slices are brought to the edge before its arrivals, which then find them there.
template <class Real>
void Partition<Real>::begin_edge(Tick t) {
    const bool settle = run_.clock.settles(run_.clock.step_of(t));
    for (Learner<Real>& learner : learners_) {
        if (!learner.surrogate) continue;
        std::visit(
            [&]<class G>(G& group) { // validated: others do not learn
                if constexpr (requires { group.begin_edge(t, settle); }) group.begin_edge(t, settle);
            },
            groups_[learner.slice]);
    }
}

/// Stage 3: what learning reads of the membranes, from the state before reset.
template <class Real>
void Partition<Real>::sample_surrogates(Tick t) {
    const std::size_t position = run_.clock.position(run_.clock.step_of(t));
    for (Learner<Real>& learner : learners_) {
        if (!learner.surrogate) continue;
        if (learner.history) {
            Real* third = learner.third_kind == ThirdKind::voltage ? learner.history->third(position) : nullptr;
            sample_surrogate(learner, t, learner.history->psi(position), third);
        } else {
            sample_present(learner, t);
        }
    }
}

/// Arrival schedule: psi of the present edge alone. Neurons that are still have that of the edge before.
template <class Real>
void Partition<Real>::sample_present(Learner<Real>& learner, Tick t) {
    if (!run_.learning) {
        if (!learner.psi_zero) std::fill(learner.psi.begin(), learner.psi.end(), Real{0});
        std::fill(learner.third.begin(), learner.third.end(), Real{0});
        learner.psi_zero = true;
        learner.psi_of_rest = 0;
        return;
    }
    const std::uint64_t rest = std::visit(
        []<class G>(const G& group) -> std::uint64_t {
            if constexpr (requires { group.still(); })
                return group.still() ? group.rests() : 0;
            else
                return 0;
        },
        groups_[learner.slice]);
    if (rest != 0 && rest == learner.psi_of_rest) return;
    sample_surrogate(learner, t, learner.psi.data(),
                     learner.third_kind == ThirdKind::voltage ? learner.third.data() : nullptr);
    learner.psi_of_rest = rest;
    learner.psi_zero = std::all_of(learner.psi.begin(), learner.psi.end(), [](Real x) { return x == Real{0}; });
}

/// psi, and V_j of the voltage regulariser where it is asked for, of the learner's slice at edge t: [neurons].
template <class Real>
template <class Value>
void Partition<Real>::sample_surrogate(const Learner<Real>& learner, Tick t, Value* psi, Value* third) {
    std::visit(
        [&]<class G>(G& group) {
            // validated: others do not learn so
            if constexpr (G::Model::spiking && G::Model::state_arrays > 0 && !IntegratedModel<typename G::Model>) {
                distance_.resize(learner.neurons);
                const auto far = group.sample_distance(t, distance_.data());
                std::visit(
                    [&](const auto& shape) { // in intervals it is a small part of the cost
                        if (learner.history)
                            surrogate_range<double>(shape, far.value, far.less, learner.neurons, psi);
                        else
                            surrogate_range<Value>(shape, far.value, far.less, learner.neurons, psi);
                    },
                    *learner.surrogate);
                group.silence(t, psi, learner.psi_while_refractory);
                if (third != nullptr) sample_voltage(group, learner.voltage, t, third);
            }
        },
        groups_[learner.slice]);
}

template <class Real>
void Partition<Real>::learn_step(std::int64_t n, std::span<const ReadoutError<Real>> errors, std::uint32_t depth) {
    compute_signals(n, errors, depth);
    for (Learner<Real>& learner : learners_) {
        keep_rates(learner, n); // not part of what is handed down
        take_third(learner, n);
    }
    extend_traces();
}

/// Stage 6b: learning signals of the learners with so many layers of backpropagated feedback above them: their own
/// error, if they have one, and L_j = sum_o B_jo E_o of what is fed back.
template <class Real>
void Partition<Real>::compute_signals(std::int64_t n, std::span<const ReadoutError<Real>> errors, std::uint32_t depth) {
    const std::size_t position = run_.clock.position(n);
    for (Learner<Real>& learner : learners_) {
        if (learner.depth != depth) continue;
        if (learner.reads_spikes()) count_spikes(learner, n);
        if (learner.history && !learner.surrogate) (void)learner.history->psi(position);
        if (learner.rewarded) {
            take_reward(learner, position);
            continue;
        }
        bool anew = true; // nothing has been taken of this step yet
        for (const ReadoutError<Real>& error : errors) {
            if (!error.counts() || error.backpropagated || error.population != slices_[learner.slice].population)
                continue;
            take_error(learner, error, position);
            anew = false;
        }
        for (const FeedbackLink<Real>& link : links_) {
            if (!learner.fed_back || link.slice != learner.slice || !errors[link.error].counts()) continue;
            feed_back(learner, link, errors[link.error], position, anew);
            anew = false;
        }
        if (anew) learner.clear_signal(position);
    }
}

/// A population's own learning signal is its error.
template <class Real>
void Partition<Real>::take_error(Learner<Real>& learner, const ReadoutError<Real>& error, std::size_t position) {
    const std::uint32_t begin = slices_[learner.slice].begin;
    std::copy_n(&error.error_cast[begin], learner.neurons, learner.signal_at(position));
    learner.signal_zero = false;
}

template <class Real>
void Partition<Real>::take_reward(Learner<Real>& learner, std::size_t position) {
    std::fill_n(learner.signal_at(position), learner.neurons, static_cast<Real>(-run_.delta));
    learner.signal_zero = false;
}

/// B E of one readout joins the learning signal. @param anew it is the first to do so in this step
template <class Real>
void Partition<Real>::feed_back(Learner<Real>& learner, const FeedbackLink<Real>& link, const ReadoutError<Real>& error,
                                std::size_t position, bool anew) {
    const auto add = anew ? add_learning_signal<true, Real> : add_learning_signal<false, Real>;
    add(learner.signal_at(position), link.matrix.data(), link.stride, error.error_cast.data(), error.error_cast.size());
    learner.signal_zero = false;
}

/// Spikes of step n; none in the first step after some that were not worked on.
template <class Real>
void Partition<Real>::count_spikes(Learner<Real>& learner, std::int64_t n) {
    const bool gap = run_.skipped > 0;
    std::visit(
        [&](auto& group) {
            const auto& spikes = group.spikes_in_interval();
            for (std::uint32_t j = 0; j < learner.neurons; ++j) {
                learner.spikes[j] = gap ? 0.0 : static_cast<double>(spikes[j] - learner.seen[j]);
                learner.seen[j] = spikes[j];
            }
        },
        groups_[learner.slice]);
    if (learner.pull.on()) learner.pull.step(learner.spikes, gap);
    if (!learner.counts_spikes) return;
    if (learner.history) {
        Real* psi = learner.history->psi(run_.clock.position(n));
        for (std::uint32_t j = 0; j < learner.neurons; ++j) psi[j] = static_cast<Real>(learner.spikes[j]);
    } else {
        for (std::uint32_t j = 0; j < learner.neurons; ++j)
            learner.psi[j] = static_cast<Real>(run_.learning ? learner.spikes[j] : 0.0);
    } // psi_zero stays false: this is not looked at
}

/// The firing-rate regulariser joins the learning signal of step n. Steps that were not worked on do not show in rates.
template <class Real>
void Partition<Real>::keep_rates(Learner<Real>& learner, std::int64_t n) {
    RateKeeper& keeper = learner.keeper;
    if (!keeper.by_step || keeper.strength == 0.0) return;
    learner.signal_zero = false;
    Real* signal = learner.signal_at(run_.clock.position(n));
    for (std::uint32_t j = 0; j < learner.neurons; ++j) {
        const double now =
            keeper.population ? run_.population_spikes[slices_[learner.slice].population] : learner.spikes[j];
        if (run_.skipped == 0) keeper.rate[j] = keeper.filter * keeper.rate[j] + (1.0 - keeper.filter) * now;
        if (run_.learning) signal[j] += static_cast<Real>(keeper.pull(keeper.rate[j]));
    }
}

/// The third coefficient of step n, where it is not the voltage.
template <class Real>
void Partition<Real>::take_third(Learner<Real>& learner, std::int64_t n) {
    const std::size_t position = run_.clock.position(n);
    if (learner.third_kind == ThirdKind::reward) {
        std::fill_n(learner.third_at(position), learner.neurons, static_cast<Real>(run_.delta));
    }
    if (learner.third_kind != ThirdKind::trail) return;
    // Steps that were not worked on had no factor.
    const double faded = run_.skipped > 0 ? learner.trail_faded(run_.skipped) : 1.0;
    for (std::uint32_t j = 0; j < learner.neurons; ++j) {
        double& trail = learner.trail[j];
        trail *= faded;
        double factor;
        if (learner.history) {
            learner.history->third(position)[j] = static_cast<Real>(trail);
            factor = static_cast<double>(learner.history->psi(position)[j]);
        } else {
            learner.third[j] = static_cast<Real>(run_.learning ? trail : 0.0);
            factor = static_cast<double>(learner.psi[j]);
        }
        trail = learner.trail_decay * (trail + factor);
    }
}

/// psi_k L_k of step n, for the layer below. error: [neurons of the slice]. All rules that have a psi have the same
/// (validated), but for what some take of refractory neurons: that is for their own traces.
template <class Real>
void Partition<Real>::backpropagate(std::uint32_t slice, std::int64_t n, std::span<double> error) {
    const std::size_t position = run_.clock.position(n);
    const auto learns = [&](const Learner<Real>& l) { return l.slice == slice && l.surrogate && l.fed_back; };
    const auto learner = std::find_if(learners_.begin(), learners_.end(), learns);
    if (learner == learners_.end()) return;
    const Real *psi = learner->psi_at(position), *signal = learner->signal_at(position);
    for (std::size_t k = 0; k < error.size(); ++k)
        error[k] = static_cast<double>(psi[k]) * static_cast<double>(signal[k]);
    if (!learner->psi_while_refractory) return;
    std::visit(
        [&]<class G>(const G& group) {
            // validated: others do not learn so
            if constexpr (G::Model::spiking && G::Model::state_arrays > 0 && !IntegratedModel<typename G::Model>) {
                for (std::uint32_t k = 0; k < error.size(); ++k)
                    if (group.was_refractory(k, run_.clock.edge(n))) error[k] = 0.0;
            }
        },
        groups_[slice]);
}

namespace {

template <class Products, class Real>
void append_step(Products& products, const Learner<Real>& learner) {
    if constexpr (requires { products.append_idle(); }) {
        if (learner.idle() && products.idle_is_diagonal()) return products.append_idle();
    }
    products.append(learner.psi.data(), learner.signal.data(), learner.third.data());
}

} // namespace

/// Stage 7: the trace maps take in this step.
template <class Real>
void Partition<Real>::extend_traces() {
    if (run_.timing == UpdateTiming::interval) return; // the history rows are filled already
    for (Learner<Real>& learner : learners_) {
        std::visit(
            [&]<class P>(P& products) {
                if constexpr (!std::is_same_v<P, std::monostate>) {
                    append_step(products, learner);
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

/// Symmetric feedback from spiking neurons takes on the weights that lead to them; nobody changes them meanwhile.
template <class Real>
void Partition<Real>::copy_followed() {
    for (FeedbackLink<Real>& link : links_) {
        for (const SynapseRows<Real>* rows : link.followed) {
            for (std::uint32_t j = link.begin; j < link.end; ++j) {
                for (std::uint32_t g = rows->row_groups[j]; g < rows->row_groups[j + 1]; ++g) {
                    for (std::size_t k = 0; k < rows->count(g); ++k) {
                        const std::size_t o = rows->first_target + rows->target_of(g, k);
                        link.matrix[o * link.stride + (j - link.begin)] = rows->weight[rows->groups[g].first + k];
                    }
                }
            }
        }
    }
}

/// Stage 8: weights change, traces start anew.
template <class Real>
void Partition<Real>::end_interval(bool worthwhile) {
    for (Learner<Real>& learner : learners_) worthwhile ? finish_learner(learner) : learner.history->discard();
    for (RowSet<Real>& set : rows_) {
        if (set.plasticity) worthwhile ? set.plasticity->end_interval() : set.plasticity->discard_interval();
    }
    for (Learner<Real>& learner : learners_) {
        std::fill(learner.seen.begin(), learner.seen.end(), 0u);
        learner.pull.end_interval();
    }
    for (Group& group : groups_) {
        std::visit([](auto& g) { std::fill(g.spikes_in_interval().begin(), g.spikes_in_interval().end(), 0u); }, group);
    }
}

template <class Real>
void Partition<Real>::finish_learner(Learner<Real>& learner) {
    const Real* factor = nullptr;
    if (learner.keeper.strength != 0.0 && !learner.keeper.by_step) {
        std::visit(
            [&](auto& group) {
                const auto steps = static_cast<double>(run_.clock.interval);
                for (std::uint32_t j = 0; j < learner.neurons; ++j) {
                    const double spikes = learner.keeper.population
                                              ? run_.population_spikes[slices_[learner.slice].population]
                                              : group.spikes_in_interval()[j];
                    const double rate = spikes / steps;
                    learner.rate_factor[j] = static_cast<Real>(learner.keeper.pull(rate) / steps);
                }
            },
            groups_[learner.slice]);
        factor = learner.rate_factor.data();
    }
    std::visit([&](const auto& rule) { learner.history->finish(rule, learner.scale, factor); }, learner.rule);
}

template <class Real>
void Partition<Real>::reset_states(Tick t) {
    arrivals_.clear();
    crossings_.clear();
    rest_synapses(t);
    for (Learner<Real>& learner : learners_) {
        std::fill(learner.trail.begin(), learner.trail.end(), 0.0);
        learner.pull.rest();
    }
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
