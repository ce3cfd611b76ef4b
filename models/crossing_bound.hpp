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

} // namespace saltus
