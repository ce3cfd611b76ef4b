// SPDX-License-Identifier: BSD-3-Clause
// The optimisers, and the update of one row of synapses (all synapses of one source and delay).
//
// A new optimiser is one file, like momentum.hpp, and its name in `Optimiser`. It states
//     memories        numbers it keeps per synapse (0 to 2), all 0 at first
//     moves_at_zero   an update with G = 0 moves the weight; fades_at_zero: it changes a memory
//     step(rate, n)   update number n >= 1, with its constants made ready: w after it, from w, G and the memories
// What is done to every optimiser is here: weight decay before the step, limits after it,
//
//     w <- clip(step((1 - rate weight_decay) w, G)).
#pragma once

#include "engine/core/simd.hpp"
#include "learning/adam.hpp"
#include "learning/momentum.hpp"
#include "learning/rate_schedule.hpp"
#include "learning/rmaxprop.hpp"
#include "learning/rmsprop.hpp"
#include "learning/sgd.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <variant>

namespace saltus {

using Optimiser = std::variant<Sgd, Momentum, Adam, RmsProp, RMaxProp>;

/// Weights are kept within these after every update.
struct WeightLimits {
    double low = -1e30;
    double high = 1e30;
    /// No update takes a weight across zero (Dale's principle, where the weights of a source start with one sign). A
    /// weight that has come to zero keeps its sign; one set to 0.0 is excitatory, one set to -0.0 inhibitory.
    bool keep_sign = false;
};

/// All that makes a gradient into a change of weights.
struct UpdateRule {
    Optimiser optimiser{};
    RateSchedule schedule{};   ///< factor on the optimiser's rate
    double weight_decay = 0.0; ///< >= 0; every update first takes the share rate * weight_decay off the weight
    WeightLimits limits{};

    /// The rate of update number n.
    [[nodiscard]] double rate(std::int64_t n) const {
        const double base = std::visit([](const auto& chosen) { return chosen.rate; }, optimiser);
        return base * std::visit([n](const auto& factor) { return factor(n); }, schedule);
    }
};

/// WeightLimits in the precision of the weights.
template <class Real>
struct Bounds {
    Real low, high;
    explicit Bounds(const WeightLimits& limits)
        : low(static_cast<Real>(limits.low)), high(static_cast<Real>(limits.high)) {}

    /// `moved`, which was `before`, within the limits.
    template <bool keep_sign>
    [[nodiscard]] SALTUS_INLINE Real clip(Real moved, Real before) const {
        if constexpr (keep_sign) {
            const bool inhibitory = std::signbit(before);
            const Real least = inhibitory ? low : Real{0}, most = inhibitory ? Real{0} : high;
            const Real inside = moved < least ? least : (moved > most ? most : moved);
            return std::copysign(inside, before); // the sign of a zero is all that is left of it
        } else {
            const Real risen = moved < low ? low : moved; // two steps: one instruction each
            return risen > high ? high : risen;
        }
    }
};

/// One update of n synapses. @param kept 1 - rate weight_decay @param a, b the memories, null where there are fewer
template <class Chosen, bool keep_sign, class Real>
SALTUS_SIMD void update_row(const typename Chosen::template Step<Real>& step_in, const Bounds<Real>& bounds_in,
                            Real kept, Real* __restrict w, Real* __restrict a, Real* __restrict b,
                            const Real* __restrict gradient, std::size_t n) {
    const typename Chosen::template Step<Real> step = step_in;
    const Bounds<Real> bounds = bounds_in;
#pragma GCC ivdep
    for (std::size_t k = 0; k < n; ++k) {
        const Real before = w[k];
        Real first{0}, second{0};
        if constexpr (Chosen::memories > 0) first = a[k];
        if constexpr (Chosen::memories > 1) second = b[k];
        const Real moved = step(kept * before, gradient[k], first, second);
        if constexpr (Chosen::memories > 0) a[k] = first;
        if constexpr (Chosen::memories > 1) b[k] = second;
        w[k] = bounds.template clip<keep_sign>(moved, before);
    }
}

} // namespace saltus
