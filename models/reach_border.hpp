// SPDX-License-Identifier: BSD-3-Clause
// Which states of a membrane with one synaptic current lead to a given level: by a table, without an exponential.
//
// A membrane u above its resting value, with a current i that decays with tau_s, comes to
//
//     h(u, i) = max over t >= 0 of  u e^(-t/tau_m) + i P(t)                       P of psp_kernel.hpp
//
// h is the largest of linear functions, so it is convex, and homogeneous. The states with h < 1 are therefore a convex
// set; its border is u = g(i) with g concave, and a chord between two points of it lies within the set. At a maximum
// the current is as large as the membrane is high, i e^(-t/tau_s) = 1, which gives the border in closed form:
//
//     g(i) = (1 - i P(t)) e^(t/tau_m),   t = tau_s ln i         (g = 1 for i <= 1: nothing rises any more)
#pragma once

#include "engine/core/decay_table.hpp"
#include "models/psp_kernel.hpp"

#include <array>
#include <cstddef>

namespace saltus {

class ReachBorder {
  public:
    /// Time constants of membrane and current, both positive, in any one unit.
    constexpr ReachBorder(double tau_m, double tau_s) {
        const PspKernel kernel(tau_m, tau_s);
        for (std::size_t k = 0; k < border_.size(); ++k) {
            const double i = static_cast<double>(k) / per_unit;
            const double t = i > 1.0 ? tau_s * stable_log(i) : 0.0;
            const double m = stable_exp(-t / tau_m);
            const double g = (1.0 - i * kernel(t, m, stable_exp(-t / tau_s))) / m;
            border_[k] = g - 1e-9 * (1.0 + (g < 0.0 ? -g : g)); // by more than rounding
        }
    }

    /// True only if a membrane `u` above rest with the current `i` stays below rest + `level`, by more than `doubt`.
    [[nodiscard]] constexpr bool stays_below(double u, double i, double level, double doubt) const {
        const double x = i > 0.0 ? i / level * per_unit : 0.0;
        if (!(level > 0.0) || !(x < cells)) return false;
        const auto k = static_cast<std::size_t>(x);
        const double g = border_[k] + (x - static_cast<double>(k)) * (border_[k + 1] - border_[k]);
        return u < g * level - doubt;
    }

  private:
    static constexpr double per_unit = 16.0; ///< chords per level's worth of current
    static constexpr std::size_t cells = 512;
    std::array<double, cells + 1> border_{};
};

/// In its place where every neuron has constants of its own, without tables: it knows of none.
struct NoReachBorder {
    constexpr NoReachBorder(double /*tau_m*/, double /*tau_s*/) {}
    [[nodiscard]] constexpr bool stays_below(double, double, double, double) const { return false; }
};

/// What goes with Factors, a DecayTable or a DecayRate.
template <class Factors>
struct ReachBorderOf {
    using Type = NoReachBorder;
};
template <>
struct ReachBorderOf<DecayTable> {
    using Type = ReachBorder;
};

} // namespace saltus
