// SPDX-License-Identifier: BSD-3-Clause
// The first threshold crossing of a leaky membrane driven by decaying currents, in continuous time.
//
// With tau_m v' = -(v - v_inf) + i_e + i_i the derivative obeys
//
//     (v'' + v'/tau_m) = -(i_e/tau_e + i_i/tau_i) / tau_m
//
// so e^(t/tau_m) v' is monotone between the zeros of i_e/tau_e + i_i/tau_i, a sum of two exponentials with at most one
// zero, in closed form. Hence v' has at most two zeros, each in a bracket of its own, and v is monotone between them:
// every crossing, single or double, is in a bracket where safeguarded Newton cannot fail. Equal time constants are no
// special case. (Compare Brette 2007; D'Haene et al. 2009; Krishnan et al. 2018.)
#pragma once

#include "engine/core/stable_math.hpp"
#include "engine/core/time.hpp"

#include <cmath>

namespace saltus {

/// Where a function with one sign change in (low, high] crosses zero, to the last digits: Newton's method, kept within
/// a shrinking bracket. value(low) and value(high) have opposite signs (or value(high) is zero).
template <class Value, class Slope>
[[nodiscard]] double monotone_root(const Value& value, const Slope& slope, double low, double high) {
    const bool rising = value(high) >= 0.0;
    double t = 0.5 * (low + high);
    for (int i = 0; i < 200 && low < high; ++i) {
        const double f = value(t);
        if ((f >= 0.0) == rising)
            high = t;
        else
            low = t;
        const double s = slope(t);
        const double newton = s != 0.0 ? t - f / s : low;
        const double next = newton > low && newton < high ? newton : 0.5 * (low + high);
        if (next == t || next <= low || next >= high) break; // no double lies between
        const bool settled = std::abs(next - t) <= 1e-15 * t;
        t = next;
        if (settled) break;
    }
    return t;
}

/// @tparam Trajectory has v(t) (distance to threshold), slope(t) = v'(t), curvature(t) = v''(t), turn() = the zero
/// of v'' + v'/tau_m, or a negative number, and may_cross(t): false if v stays below zero from t on.
/// @return the first t > from with v(t) >= 0, given v(from) < 0; negative if there is none. @param stride first guess
/// of how far ahead to look (a time constant).
template <class Trajectory>
[[nodiscard]] double first_crossing_after(const Trajectory& x, double from, double stride) {
    const auto value = [&](double t) { return x.v(t); };
    const auto slope = [&](double t) { return x.slope(t); };
    const auto curvature = [&](double t) { return x.curvature(t); };
    double low = from;
    const double turn = x.turn();
    // Brackets grow from a time constant on: one that reached far beyond all of them would end where every exponential
    // has drowned in rounding and the sign of v' says nothing. None spans the turn.
    for (; x.may_cross(low); stride *= 2.0) {
        const double high = turn > low && turn < low + stride ? turn : low + stride;
        // Where in [low, high] v' changes sign: at most once.
        const double s_low = slope(low);
        const double s_high = slope(high);
        if ((s_low < 0.0) != (s_high < 0.0)) {
            const double extremum = monotone_root(slope, curvature, low, high);
            if (s_low > 0.0 && x.v(extremum) >= 0.0) return monotone_root(value, slope, low, extremum);
            low = extremum;
        }
        if (x.v(high) >= 0.0) return monotone_root(value, slope, low, high);
        low = high;
        if (!(low < 1e18)) break; // nothing moves any more
    }
    return -1.0;
}

} // namespace saltus
