// SPDX-License-Identifier: BSD-3-Clause
// When a neuron with exponential currents can reach its threshold at the earliest, for the price of a division.
//
// Without inhibition the membrane would obey tau_m u' = v_inf - u + i_e(t), from the same start. It lies nowhere below
// the true one, and rises slower and slower: i_e decays, and once u falls it never rises again. So
//
//     v(t) <= v + t max(0, v_inf - v + i_e) / tau_m
//
// Whoever asks for the crossing only when that line has reached the threshold asks seldom: mostly something arrives
// before.
#pragma once

#include "models/cuba_lif.hpp"

namespace saltus {

/// Whether earliest_crossing knows the model.
template <class Model>
inline constexpr bool has_crossing_bound = false;
template <>
inline constexpr bool has_crossing_bound<CubaLif> = true;

/// A tick, counted from the state s[j], at or before which no crossing falls if nothing arrives; `never`: there is none
/// at all. 0 says nothing.
template <class C>
[[nodiscard]] Tick no_crossing_until(const C& c, const CubaLif::View& s, std::size_t j) {
    const double v = s[0][j], e = s[1][j], i = s[2][j];
    const double margin = 1e-9 * (c.threshold + (e - i)); // far above what rounding does to the exact search
    const double room = c.threshold - margin - v;
    const double net = c.tau_e == c.tau_i ? e + i : e; // where both decay alike they are one current
    const double lift = net > 0.0 ? net : 0.0;
    const double base = v > c.v_inf ? v : c.v_inf;
    if (base + lift * c.peak_e < c.threshold - margin) return never;
    const double rise = c.v_inf - v + lift;
    if (!(room > 0.0)) return 0;
    if (rise <= 0.0) return never;
    const double ticks = room * c.tau_m / rise * (1.0 - 1e-9);
    return ticks < 1e17 ? static_cast<Tick>(ticks) : never;
}

/// The same for one tick, of neurons that share their constants: inhibition is at least what is left of it at the end
/// of the tick, excitation at most what there is now, and with such a current all along
///
///     v(t) <= v + (1 - e^(-t/tau_m)) max(0, v_inf - v + i_e + i_i e^(-1/tau_i))
struct TickBound {
    double v_inf, rise, inhibition, threshold;

    template <class C>
    TickBound(const C& c, const CubaLif::Decay& tick)
        : v_inf(c.v_inf), rise(1.0 - tick.m), inhibition(tick.i), threshold(c.threshold) {}

    /// Whether it stays below threshold for the tick. False if the state is not finite.
    [[nodiscard]] bool stays_below(const CubaLif::View& s, std::size_t j) const {
        const double v = s[0][j], e = s[1][j], i = s[2][j];
        const double margin = 1e-9 * (threshold + (e - i));
        const double up = v_inf - v + (e + i * inhibition);
        return v + (up > 0.0 ? up : 0.0) * rise + margin < threshold;
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

} // namespace saltus
