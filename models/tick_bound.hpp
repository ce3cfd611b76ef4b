// SPDX-License-Identifier: BSD-3-Clause
// Whether a neuron with synaptic currents comes to threshold within one tick, for populations that are advanced at
// every tick: a bound that rules it out for nearly all of them in a few operations without a branch, and the exact
// answer for the few that are left.
//
// Over a tick inhibition is at least what is left at its end of what there is now, i_i e^(-1/tau_i); excitation is at
// most some I. With such a current all along tau_m u' = v_inf - u + I + i_i e^(-1/tau_i), from the same start, lies
// nowhere below the membrane, so for t <= 1
//
//     v(t) <= v + (1 - e^(-1/tau_m)) max(0, v_inf - v + I + i_i e^(-1/tau_i))
//
// An exponential current only decays: I = i_e. One that is alpha-shaped is (i_e + x_e t/tau_e) e^(-t/tau_e), so
// I = i_e + x_e/tau_e.
#pragma once

#include "models/alpha_lif.hpp"
#include "models/cuba_lif.hpp"

#include <array>
#include <cstddef>

namespace saltus {

/// Whether TickBound knows the model.
template <class Model>
inline constexpr bool has_tick_bound = false;
template <>
inline constexpr bool has_tick_bound<CubaLif> = true;
template <>
inline constexpr bool has_tick_bound<AlphaLif> = true;

/// The bound, of neurons that share their constants.
struct CurrentBound {
    double v_inf, rise, inhibition, threshold; ///< rise: 1 - e^(-1/tau_m), inhibition: e^(-1/tau_i)

    /// Whether a membrane stays below threshold for a tick. False if its state is not finite. @param e I, @param i i_i
    [[nodiscard]] bool stays_below(double v, double e, double i) const {
        const double margin = 1e-9 * (threshold + (e - i)); // far above what rounding does to the exact search
        const double up = v_inf - v + (e + i * inhibition);
        return v + (up > 0.0 ? up : 0.0) * rise + margin < threshold;
    }
};

/// The same for neuron j of a state. tick: Model::decay(c, 1).
template <class Model>
struct TickBound;

template <>
struct TickBound<CubaLif> {
    CurrentBound bound;

    template <class C>
    TickBound(const C& c, const CubaLif::Decay& tick) : bound{c.v_inf, 1.0 - tick.m, tick.i, c.threshold} {}
    [[nodiscard]] bool stays_below(const CubaLif::View& s, std::size_t j) const {
        return bound.stays_below(s[0][j], s[1][j], s[2][j]);
    }
};

template <>
struct TickBound<AlphaLif> {
    CurrentBound bound;
    double fed; ///< by how much a unit x_e may raise i_e

    template <class C>
    TickBound(const C& c, const AlphaLif::Decay& tick)
        : bound{c.v_inf, 1.0 - tick.m, tick.i.factor, c.threshold}, fed(1.0 / c.e.tau) {}
    [[nodiscard]] bool stays_below(const AlphaLif::View& s, std::size_t j) const {
        const double x_i = s[4][j];
        return bound.stays_below(s[0][j], s[1][j] + s[2][j] * fed, s[3][j] + (x_i - x_i)); // x_i may be no number
    }
};

/// Whether the membrane is at threshold now, s[j], or comes there within a tick at whose end, `end`, it is below.
template <class C>
[[nodiscard]] bool crosses_within_tick(const C& c, const CubaLif::View& s, std::size_t j,
                                       const std::array<double, CubaLif::state_arrays>& end) {
    const auto slope = [&](double v, double e, double i) { return c.v_inf - v + e + i; };
    const auto turning = [&](double e, double i) { return e / c.tau_e + i / c.tau_i; };
    // Without a turn in the tick (models/current_crossing.hpp) there is a peak if the membrane rises first and falls
    // last, and only then.
    const bool turns = (turning(s[1][j], s[2][j]) > 0.0) != (turning(end[1], end[2]) > 0.0);
    const bool peaks = slope(s[0][j], s[1][j], s[2][j]) > 0.0 && slope(end[0], end[1], end[2]) < 0.0;
    if (s[0][j] < c.threshold && !turns && !peaks) return false;
    return CubaLif::next_crossing(c, s, j, 0) <= 1;
}
template <class C>
[[nodiscard]] bool crosses_within_tick(const C& c, const AlphaLif::View& s, std::size_t j,
                                       const std::array<double, AlphaLif::state_arrays>&) {
    return AlphaLif::next_crossing(c, s, j, 0) <= 1;
}

} // namespace saltus
