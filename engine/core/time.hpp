// SPDX-License-Identifier: BSD-3-Clause
// Time is a count of ticks. How long a tick is belongs to the network, and cost does not depend on it.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>

namespace saltus {

/// A moment, or a span, in ticks since the start of the simulation.
using Tick = std::int64_t;

/// Later than every moment: "never".
inline constexpr Tick never = std::numeric_limits<Tick>::max();

using Picoseconds = std::chrono::duration<std::int64_t, std::pico>;

/// How model time maps onto ticks. Held by the network; the same for all its parts.
struct TimeGrid {
    Picoseconds tick{1'000'000};               ///< length of a tick: 1 ps to 1 s (default 1 us)
    Picoseconds delay_resolution{100'000'000}; ///< delays are rounded to multiples of this (default 0.1 ms)
    Tick learning_clock = 1000;                ///< ticks from one learning edge to the next (default 1 ms)

    [[nodiscard]] constexpr double tick_ms() const { return static_cast<double>(tick.count()) * 1e-9; }
    [[nodiscard]] constexpr double tick_s() const { return static_cast<double>(tick.count()) * 1e-12; }

    /// The tick nearest to a time in milliseconds (halves away from zero).
    [[nodiscard]] constexpr Tick ticks(double ms) const {
        const double exact = ms / tick_ms();
        return static_cast<Tick>(exact + (exact < 0 ? -0.5 : 0.5));
    }
    [[nodiscard]] constexpr double milliseconds(Tick t) const { return static_cast<double>(t) * tick_ms(); }
};

} // namespace saltus
