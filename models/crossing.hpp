// SPDX-License-Identifier: BSD-3-Clause
// When does a membrane cross its threshold without an arrival? The distance v - A of a leaky neuron with constant drive
// and a decaying adaptive threshold is  f(n) = c0 + c1 e^(r1 n) + c2 e^(r2 n), r1, r2 < 0: at most one extremum, so at
// most two monotone pieces, each searched by bisection. No crossing is missed.
#pragma once

#include "engine/core/stable_math.hpp"
#include "engine/core/time.hpp"

namespace saltus {

/// Coefficients of the distance to threshold, n ticks after the state was materialised.
struct CrossingShape {
    double c0;     ///< what is left when all has decayed
    double c1, r1; ///< membrane: amplitude, rate per tick (negative)
    double c2, r2; ///< adaptive threshold: amplitude (0 without), rate per tick (negative)
};

/// Where f has its one extremum, in ticks; negative if it has none ahead.
[[nodiscard]] constexpr double extremum(const CrossingShape& s) {
    const double ratio = -(s.c2 * s.r2) / (s.c1 * s.r1);
    if (s.c1 == 0.0 || s.r1 == s.r2 || !(ratio > 0.0)) return -1.0;
    return stable_log(ratio) / (s.r1 - s.r2);
}

/// First n in (low, high] with f(n) >= 0, where f(low) < 0 <= f(high) and f is monotone between.
template <class Distance>
[[nodiscard]] constexpr Tick bisect(const Distance& distance, Tick low, Tick high) {
    while (high - low > 1) {
        const Tick middle = low + (high - low) / 2;
        (distance(middle) >= 0.0 ? high : low) = middle;
    }
    return high;
}

/// First n >= from with distance(n) >= 0, or `never`. `distance(n)` evaluates f with the very arithmetic that the
/// neuron's own test will use; `shape` only says where to look.
template <class Distance>
[[nodiscard]] constexpr Tick first_crossing(const Distance& distance, const CrossingShape& shape, Tick from) {
    if (distance(from) >= 0.0) return from;
    // O(1) rejection of the common case: both amplitudes push down or decay away below threshold.
    if (shape.c0 <= 0.0 && shape.c1 <= 0.0 && shape.c2 == 0.0) return never;
    Tick low = from;
    const double peak = extremum(shape);
    if (peak > static_cast<double>(from) && peak < 1e17) {
        const Tick before = static_cast<Tick>(peak);
        for (const Tick n : {before, before + 1}) {
            if (n > low && distance(n) >= 0.0) return bisect(distance, low, n);
        }
        low = before + 1 > low ? before + 1 : low;
    }
    if (!(shape.c0 > 0.0)) return never;
    Tick stride = 1;
    while (distance(low + stride) < 0.0) {
        low += stride;
        if (stride < never / 8) stride *= 2;
    }
    return bisect(distance, low, low + stride);
}

} // namespace saltus
