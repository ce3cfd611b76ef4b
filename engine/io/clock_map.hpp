// SPDX-License-Identifier: BSD-3-Clause
// From a sensor's clock (microseconds) to the engine's ticks: tick = anchor + floor((t - t_anchor + delay) / tick
// length).
#pragma once

#include "engine/core/time.hpp"

#include <cstdint>
#include <optional>

namespace saltus::io {

enum class ClockOrigin : std::uint8_t {
    sensor, ///< the sensor's time 0 is tick 0
    first,  ///< the first event is taken to happen when the engine takes it: at its present, plus the delay
    host    ///< as `first`, with the host's time of arrival in the place of the sensor's
};

struct ClockOptions {
    ClockOrigin origin = ClockOrigin::first;
    /// Added to every time: slack, so that events that were under way for a while are not late. Within +-10^12.
    std::int64_t delay_us = 0;
    /// A step back by at least this much means that the sensor has started anew: origin `first` (and `host`) then
    /// counts the event as a first one. 0: never.
    std::int64_t restart_us = 1'000'000;
};

class ClockMap {
  public:
    ClockMap(const ClockOptions& options, Picoseconds tick) : options_(options), tick_ps_(tick.count()) {}

    /// The tick of an event, `now` being the engine's present; nothing where it is beyond what a Tick holds.
    std::optional<Tick> at(std::int64_t t_us, Tick now) {
        if (started_ && t_us < last_us_) {
            ++backward_steps_;
            if (restarts(t_us)) {
                ++restarts_;
                started_ = false;
            }
        }
        if (!started_) start(t_us, now);
        last_us_ = t_us;
        const auto since = minus(t_us, from_us_);
        const auto delayed = since ? minus(*since, -options_.delay_us) : since;
        const auto ticks = delayed ? to_ticks(*delayed) : delayed;
        return ticks ? minus(*ticks, -from_tick_) : ticks;
    }

    [[nodiscard]] std::uint64_t backward_steps() const { return backward_steps_; }
    [[nodiscard]] std::uint64_t restarts() const { return restarts_; }

  private:
    static constexpr std::int64_t largest = std::int64_t{1} << 61;

    /// a - b; nothing if either, or the result, is beyond 2^61.
    static std::optional<std::int64_t> minus(std::int64_t a, std::int64_t b) {
        if (a > largest || a < -largest || b > largest || b < -largest) return std::nullopt;
        const std::int64_t difference = a - b;
        if (difference > largest || difference < -largest) return std::nullopt;
        return difference;
    }
    /// floor(us 10^6 / tick_ps), exactly.
    [[nodiscard]] std::optional<Tick> to_ticks(std::int64_t us) const {
        constexpr std::int64_t ps_per_us = 1'000'000;
        std::int64_t whole = us / tick_ps_, rest = us % tick_ps_; // us = whole tick_ps + rest, tick_ps <= 10^12
        if (rest < 0) {
            rest += tick_ps_;
            --whole;
        }
        if (whole > largest / ps_per_us || whole < -largest / ps_per_us) return std::nullopt;
        return whole * ps_per_us + rest * ps_per_us / tick_ps_;
    }
    [[nodiscard]] bool restarts(std::int64_t t_us) const {
        if (options_.origin == ClockOrigin::sensor || options_.restart_us <= 0) return false;
        return static_cast<std::uint64_t>(last_us_) - static_cast<std::uint64_t>(t_us) >=
               static_cast<std::uint64_t>(options_.restart_us);
    }
    void start(std::int64_t t_us, Tick now) {
        started_ = true;
        if (options_.origin == ClockOrigin::sensor) return;
        from_us_ = t_us;
        from_tick_ = now;
    }

    ClockOptions options_;
    std::int64_t tick_ps_;
    bool started_ = false;
    std::int64_t last_us_ = 0;
    std::int64_t from_us_ = 0;
    Tick from_tick_ = 0;
    std::uint64_t backward_steps_ = 0;
    std::uint64_t restarts_ = 0;
};

} // namespace saltus::io
