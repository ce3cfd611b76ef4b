// SPDX-License-Identifier: BSD-3-Clause
// The learning clock: which learning step a tick belongs to, and which steps an error counts in.
#pragma once

#include "engine/core/time.hpp"

#include <cstddef>
#include <cstdint>

namespace saltus {

struct LearningClock {
    Tick period = 1;                ///< ticks per learning step
    std::int64_t interval = 1;      ///< learning steps per interval
    std::int64_t window = 1;        ///< the error counts in the last so many steps of an interval
    std::int64_t signal_period = 1; ///< ... and of those in every signal_period-th, counted from the interval's start

    std::int64_t memory = 0; ///< steps before an interval whose arrivals count for it too

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
    /// Whether it is asked at step n if neurons have come to rest.
    [[nodiscard]] bool settles(std::int64_t n) const { return n % 16 == 0; }
    [[nodiscard]] Tick edge(std::int64_t n) const { return n * period; }
    /// Ticks from t to the edge of its step.
    [[nodiscard]] Tick until_edge(Tick t) const { return step_of(t) * period - t; }
};

} // namespace saltus
