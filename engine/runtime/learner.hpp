// SPDX-License-Identifier: BSD-3-Clause
// What a learning population records at each learning edge: surrogate derivatives and learning signals, and the
// products of trace maps made from them. Shared by all plastic projections onto the population.
#pragma once

#include "engine/core/hash.hpp"
#include "learning/block_products.hpp"
#include "learning/comoving_products.hpp"
#include "learning/eprop.hpp"
#include "learning/interval_traces.hpp"
#include "learning/parameters.hpp"
#include "learning/readout_rule.hpp"

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

namespace saltus {

/// The rules of the interval schedule. A new rule is one header, one line here and in ArrivalRules, and one test.
using IntervalRules = std::variant<EpropMap<false, false>, EpropMap<false, true>, EpropMap<true, false>,
                                   EpropMap<true, true>, ReadoutMap>;

/// The rules of the arrival schedule, by what carries their traces: co-moving coordinates where the maps have a
/// constant diagonal, block products else.
using ArrivalRules =
    std::variant<std::monostate, CoMovingProducts<EpropMap<false, false>>, BlockProducts<EpropMap<true, false>>>;

/// The learning clock: which learning step a tick belongs to.
struct LearningClock {
    Tick period = 1;                ///< ticks per learning step
    std::int64_t interval = 1;      ///< learning steps per interval
    std::int64_t window = 1;        ///< the error counts in the last so many steps of an interval
    std::int64_t signal_period = 1; ///< ... and of those in every signal_period-th, counted from the interval's start

    /// Step n covers the ticks (n-1) period + 1 ... n period.
    [[nodiscard]] std::int64_t step_of(Tick t) const { return (t + period - 1) / period; }
    /// 0-based position of step n in its interval.
    [[nodiscard]] std::size_t position(std::int64_t n) const { return static_cast<std::size_t>((n - 1) % interval); }
    /// Whether the error counts at step n.
    [[nodiscard]] bool signals(std::int64_t n) const {
        const auto place = static_cast<std::int64_t>(position(n)) + 1;
        return place > interval - window && place % signal_period == 0;
    }
    /// Number of steps of an interval at which it does.
    [[nodiscard]] std::int64_t signal_steps() const {
        return interval / signal_period - (interval - window) / signal_period;
    }
    [[nodiscard]] Tick edge(std::int64_t n) const { return n * period; }
    /// Ticks from t to the edge of its step.
    [[nodiscard]] Tick until_edge(Tick t) const { return step_of(t) * period - t; }
};

/// B[o][j], the way of one readout's error to one slice of a learning population.
template <class Real>
struct FeedbackLink {
    std::uint32_t index;      ///< of its Network::add_feedback
    std::uint32_t readout;    ///< population
    std::uint32_t slice;      ///< of the learning population, within its partition
    std::uint32_t begin, end; ///< the slice's neurons, numbered within their population
    FeedbackKind kind;
    std::size_t stride;
    std::vector<Real> matrix; ///< [outputs][stride], neurons numbered within the slice

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
    double filter = 0.0;             ///< k_f (arrival schedule)
    std::vector<double> rate;        ///< [neurons] low-passed spikes per step (arrival schedule)
    std::vector<std::uint32_t> seen; ///< [neurons] spikes counted up to the last edge (arrival schedule)
};

template <class Real>
struct Learner {
    std::uint32_t slice = 0;            ///< of the learning population, within its partition
    std::uint32_t neurons = 0;          ///< of that slice
    std::uint32_t first_projection = 0; ///< the first of those it serves: its name, wherever slices lie
    std::optional<Surrogate> surrogate; ///< none for readouts
    IntervalRules rule = ReadoutMap{0.0};
    std::optional<IntervalTraces<Real>> history; ///< interval schedule
    ArrivalRules products;                       ///< arrival schedule
    std::vector<double> psi;                     ///< arrival schedule: [neurons] of the present edge
    std::vector<double> signal;                  ///< arrival schedule: [neurons] of the present edge
    RateKeeper keeper;
    std::vector<Real> rate_factor; ///< interval schedule: r_j, [neurons]
    Real scale = 1;                ///< factor on the gradient

    /// Everything recorded of neuron j that weights may yet come of.
    void hash(std::size_t j, Fingerprint& h) const {
        if (history) history->hash(j, h);
        std::visit(
            [&](const auto& p) {
                if constexpr (requires { p.hash(j, h); }) p.hash(j, h);
            },
            products);
        if (!keeper.rate.empty()) h.add(keeper.rate[j]);
    }

    [[nodiscard]] std::size_t bytes() const {
        std::size_t sum = (psi.size() + signal.size()) * sizeof(double);
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
