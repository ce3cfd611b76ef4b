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
// special case. The same holds for currents of any other shape whose derivative's zeros (the *turns*) are known: for
// alpha-shaped ones models/linear_exponential.hpp finds them, at most three. (Compare Brette 2007; D'Haene et al. 2009;
// Krishnan et al. 2018.)
#pragma once

#include "engine/core/stable_math.hpp"
#include "engine/core/time.hpp"

#include <cmath>

namespace saltus {

/// A root is wanted to its last digits.
struct ToLastDigits {
    [[nodiscard]] bool operator()(double, double) const { return false; }
    /// Where to look next, inside (low, high).
    [[nodiscard]] double place(double next, double, double) const { return next; }
};
/// A root is wanted as a tick, the first at or after it: whether all of (low, high] has the same.
struct ToTick {
    [[nodiscard]] bool operator()(double low, double high) const { return std::ceil(high) - std::floor(low) <= 1.0; }
    /// On a tick, if there is one: then two of them soon have the root between them.
    [[nodiscard]] double place(double next, double low, double high) const {
        const double after = std::ceil(next), before = std::floor(next);
        return after < high ? after : before > low ? before : next;
    }
};

/// Where a function with one sign change in (low, high] crosses zero: Newton's method, kept within a shrinking bracket.
/// value(low) and value(high) have opposite signs (or value(high) is zero). @param enough says of a bracket that it is
/// small enough (its end is returned then), and where in it to look.
template <class Value, class Slope, class Enough = ToLastDigits>
[[nodiscard]] double monotone_root(const Value& value, const Slope& slope, double low, double high,
                                   const Enough& enough = {}) {
    const bool rising = value(high) >= 0.0;
    double t = 0.5 * (low + high);
    for (int i = 0; i < 200 && low < high; ++i) {
        if (enough(low, high)) return high;
        const double f = value(t);
        if ((f >= 0.0) == rising)
            high = t;
        else
            low = t;
        const double s = slope(t);
        const double newton = s != 0.0 ? t - f / s : low;
        const double inside = newton > low && newton < high ? newton : 0.5 * (low + high);
        const double next = enough.place(inside, low, high);
        if (next == t || next <= low || next >= high) break; // no double lies between
        const bool settled = std::abs(next - t) <= 1e-15 * t;
        t = next;
        if (settled) break;
    }
    return t;
}

/// Where a e^(-r t) + b e^(-s t) is zero; negative if nowhere ahead.
[[nodiscard]] constexpr double balance(double a, double r, double b, double s) {
    const double ratio = -a / b;
    if (r == s || !(ratio > 1e-300) || !(ratio < 1e300)) return -1.0;
    return stable_log(ratio) / (r - s);
}

/// @tparam Trajectory has v(t) (distance to threshold), slope(t) = v'(t), curvature(t) = v''(t), next_turn(low, high) =
/// the first zero of v'' + v'/tau_m inside (low, high), or high, and may_cross(t): false if v stays below zero from t
/// on.
/// @return the first t > from with v(t) >= 0, given v(from) < 0; negative if there is none. @param stride first guess
/// of how far ahead to look (a time constant).
template <class Trajectory, class Enough = ToLastDigits>
[[nodiscard]] double first_crossing_after(const Trajectory& x, double from, double stride, const Enough& enough = {}) {
    const auto value = [&](double t) { return x.v(t); };
    const auto slope = [&](double t) { return x.slope(t); };
    const auto curvature = [&](double t) { return x.curvature(t); };
    double low = from;
    // Brackets grow from a time constant on: one that reached far beyond all of them would end where every exponential
    // has drowned in rounding and the sign of v' says nothing. None spans a turn.
    for (; x.may_cross(low); stride *= 2.0) {
        const double high = x.next_turn(low, low + stride);
        // Where in [low, high] v' changes sign: at most once.
        const double s_low = slope(low);
        const double s_high = slope(high);
        if ((s_low < 0.0) != (s_high < 0.0)) {
            const double extremum = monotone_root(slope, curvature, low, high);
            if (s_low > 0.0 && x.v(extremum) >= 0.0) return monotone_root(value, slope, low, extremum, enough);
            low = extremum;
        }
        if (x.v(high) >= 0.0) return monotone_root(value, slope, low, high, enough);
        low = high;
        if (!(low < 1e18)) break; // nothing moves any more
    }
    return -1.0;
}

/// The tick at which the crossing takes effect: the first at or after it, `from` if v(from) >= 0, or `never`.
/// @param peak where the path has its only extremum, a maximum, if that is known; else negative.
template <class Trajectory>
[[nodiscard]] Tick first_crossing_tick(const Trajectory& x, Tick from, double stride, double peak = -1.0) {
    const auto start = static_cast<double>(from);
    if (x.v(start) >= 0.0) return from;
    const auto rise = [&] {
        return monotone_root([&](double t) { return x.v(t); }, [&](double t) { return x.slope(t); }, start, peak,
                             ToTick{});
    };
    const bool crosses = peak > start && x.v(peak) >= 0.0;
    const double crossing = crosses ? rise() : first_crossing_after(x, start, stride, ToTick{});
    if (crossing < 0.0) return never;
    const Tick tick = static_cast<Tick>(std::ceil(crossing));
    return tick > from ? tick : from;
}

} // namespace saltus
