// SPDX-License-Identifier: BSD-3-Clause
// What a learning population records at each learning edge: surrogate derivatives, learning signals and what else its
// rule reads of the target, and the products of trace maps made from them. Shared by all plastic projections onto the
// population that follow the same rule.
#pragma once

#include "engine/core/hash.hpp"
#include "engine/core/huge_pages.hpp"
#include "engine/core/stable_math.hpp"
#include "engine/network/frozen.hpp"
#include "engine/runtime/arrival_kernel.hpp"
#include "engine/runtime/learning_clock.hpp"
#include "engine/runtime/rule_list.hpp"
#include "learning/interval_traces.hpp"
#include "learning/parameters.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

namespace saltus {

/// B[o][j], the way of one readout's error to one slice of a learning population.
template <class Real>
struct FeedbackLink {
    std::uint32_t index;      ///< of its Network::add_feedback
    std::uint32_t readout;    ///< population
    std::uint32_t slice;      ///< of the learning population, within its partition
    std::uint32_t begin, end; ///< the slice's neurons, numbered within their population
    FeedbackKind kind;
    std::size_t stride;
    HugeVector<Real> matrix;                          ///< [outputs][stride], neurons numbered within the slice
    std::uint32_t error = 0;                          ///< index among the engine's errors
    std::vector<const SynapseRows<Real>*> followed{}; ///< symmetric to spiking neurons: the rows it copies

    [[nodiscard]] bool owns(std::uint32_t j) const { return j >= begin && j < end; }
    /// The readout weight of synapse j -> o has changed; the slice owns j.
    void weight_changed(std::uint32_t j, std::uint32_t o, Real before, Real after) {
        Real& b = matrix[o * stride + (j - begin)];
        if (kind == FeedbackKind::symmetric) b = after;
        if (kind == FeedbackKind::adaptive) b += after - before;
    }
};

/// Keeps the firing rates of a learning population near a target.
struct RateKeeper {
    double strength = 0.0;
    double target_per_step = 0.0;
    double tolerance_per_step = 0.0;
    RateBound bound = RateBound::both;
    bool population = false;  ///< all neurons are judged by their mean rate
    bool by_step = false;     ///< joins the learning signal in every step; else the gradient at the interval's end
    double filter = 0.0;      ///< k_f, by step
    std::vector<double> rate; ///< [neurons] low-passed spikes per step, by step

    /// strength times the deviation of a rate, in spikes per step, that is to be corrected.
    [[nodiscard]] double pull(double rate_now) const {
        const double above = rate_now - (target_per_step + tolerance_per_step);
        const double below = rate_now - (target_per_step - tolerance_per_step);
        if (above > 0.0 && bound != RateBound::lower) return strength * above;
        if (below < 0.0 && bound != RateBound::upper) return strength * below;
        return 0.0;
    }
};

/// What ActivityPenalty keeps: low-passed spikes of each neuron, and what the steps of this interval have added to the
/// gradient, per weight.
struct ActivityPull {
    double strength = 0.0;
    double decay = 0.0;
    std::vector<double> trace, sum; ///< [neurons]

    [[nodiscard]] bool on() const { return strength > 0.0; }
    /// spikes: [neurons] in this step. @param anew whether steps before it were not worked on.
    void step(const std::vector<double>& spikes, bool anew) {
        for (std::size_t j = 0; j < trace.size(); ++j) {
            trace[j] = (anew ? 0.0 : decay * trace[j]) + spikes[j];
            const double square = trace[j] * trace[j];
            sum[j] += strength * (square * square);
        }
    }
    void end_interval() { std::fill(sum.begin(), sum.end(), 0.0); }
    void rest() { std::fill(trace.begin(), trace.end(), 0.0); }
};

/// What a rule's third coefficient is.
enum class ThirdKind {
    none,
    trail,   ///< low-passed factor of the target (pairing.hpp)
    reward,  ///< temporal-difference error, the same for all neurons (reward.hpp)
    voltage, ///< V_j of the voltage regulariser (eprop.hpp)
};

template <class Real>
struct Learner {
    std::uint32_t slice = 0;                  ///< of the learning population, within its partition
    std::uint32_t neurons = 0;                ///< of that slice
    std::uint32_t first_projection = 0;       ///< the first of those it serves: its name, wherever slices lie
    std::optional<FrozenSurrogate> surrogate; ///< none where spiking plays no part, or the spikes themselves count
    bool psi_while_refractory = false;        ///< refractory neurons have a surrogate derivative, too
    bool counts_spikes = false;               ///< in the place of psi: spikes in the step
    bool fed_back = false;                    ///< L_j comes by feedback; else it is the population's own error
    bool rewarded = false;                    ///< L_j is minus the reward
    bool deferred = false;                    ///< a readout's; weights are brought up to date when something arrives
    ArrivalKernel kernel;
    IntervalRules rule = ReadoutMap<>{};
    std::optional<IntervalTraces<Real>> history; ///< interval schedule
    ArrivalRules<Real> products;                 ///< arrival schedule
    HugeVector<Real> psi;                        ///< arrival schedule: [neurons] of the present edge
    HugeVector<Real> signal;                     ///< arrival schedule: [neurons] of the present edge
    HugeVector<Real> third;                      ///< arrival schedule: [neurons] of the present edge
    std::uint64_t psi_of_rest = 0; ///< arrival schedule: psi is that of neurons still since so many rests; 0: not so
    bool psi_zero = false;         ///< arrival schedule: psi is known to be 0 everywhere
    bool signal_zero = false;      ///< arrival schedule: signal likewise
    ThirdKind third_kind = ThirdKind::none;
    double trail_decay = 0.0;
    std::vector<double> trail; ///< [neurons] ThirdKind::trail
    VoltageRegularisation voltage{};
    RateKeeper keeper;
    ActivityPull pull;
    std::vector<std::uint32_t> seen; ///< [neurons] spikes of the interval counted up to the last edge
    std::vector<double> spikes;      ///< [neurons] in the present step, where somebody reads it
    std::uint32_t depth = 0;         ///< layers of backpropagated feedback above it
    std::vector<Real> rate_factor;   ///< interval schedule: r_j, [neurons]
    Real scale = 1;                  ///< factor on the gradient

    /// What is left of a trail after `steps` steps without anything new.
    [[nodiscard]] double trail_faded(std::int64_t steps) const {
        return trail_decay > 0.0 ? stable_exp(stable_log(trail_decay) * static_cast<double>(steps)) : 0.0;
    }
    /// Whether it needs to know who spiked in each step.
    [[nodiscard]] bool reads_spikes() const {
        return counts_spikes || pull.on() || (keeper.by_step && keeper.strength != 0.0);
    }

    /// Arrival schedule: whether the step that psi and signal are of leaves no trace.
    [[nodiscard]] bool idle() const { return psi_zero && signal_zero && third_kind == ThirdKind::none; }
    /// psi, L and the third coefficient of step `position` of the interval, or of the present one: [neurons].
    [[nodiscard]] Real* psi_at(std::size_t position) { return history ? history->psi(position) : psi.data(); }
    [[nodiscard]] Real* signal_at(std::size_t position) { return history ? history->signal(position) : signal.data(); }
    [[nodiscard]] Real* third_at(std::size_t position) { return history ? history->third(position) : third.data(); }
    /// No signal at step `position` of the interval, or the present one.
    void clear_signal(std::size_t position) {
        if (history) {
            std::fill_n(history->signal(position), neurons, Real{0});
        } else {
            if (!signal_zero) std::fill(signal.begin(), signal.end(), Real{0});
            signal_zero = true;
        }
    }

    /// Everything recorded of neuron j that weights may yet come of.
    void hash(std::size_t j, Fingerprint& h) const {
        if (history) history->hash(j, h);
        std::visit(
            [&](const auto& p) {
                if constexpr (requires { p.hash(j, h); }) p.hash(j, h);
            },
            products);
        if (!keeper.rate.empty()) h.add(keeper.rate[j]);
        if (!trail.empty()) h.add(trail[j]);
        if (pull.on()) {
            h.add(pull.trace[j]);
            h.add(pull.sum[j]);
        }
    }

    [[nodiscard]] std::size_t bytes() const {
        std::size_t sum = (psi.size() + signal.size() + third.size() + rate_factor.size()) * sizeof(Real) +
                          seen.size() * sizeof(seen[0]);
        for (const auto* values : {&trail, &keeper.rate, &pull.trace, &pull.sum, &spikes})
            sum += values->size() * sizeof(double);
        if (history) sum += history->bytes();
        std::visit(
            [&](const auto& p) {
                if constexpr (requires { p.bytes(); }) sum += p.bytes();
            },
            products);
        return sum;
    }
};

} // namespace saltus
