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
    /// Origin `first`: how far, in millionths, the sensor's clock may run faster or slower than the engine's time. It
    /// is followed: once per second of the sensor the map is moved by what the freshest event is early or late,
    /// compared with the first second, at most by so much. 0: the clocks are taken to be the same. 0 to 10000.
    std::int64_t most_drift_ppm = 0;
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
        const auto tick = ticks ? minus(*ticks, -from_tick_) : ticks;
        if (tick && options_.most_drift_ppm > 0 && options_.origin == ClockOrigin::first) follow(*tick - now, t_us);
        return tick;
    }

    [[nodiscard]] std::uint64_t backward_steps() const { return backward_steps_; }
    [[nodiscard]] std::uint64_t restarts() const { return restarts_; }
    /// Ticks that following the sensor's clock has taken off so far: above 0 where that clock is fast.
    [[nodiscard]] Tick followed() const { return followed_; }

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
        second_from_us_ = t_us;
        lead_ = -largest;
        usual_lead_ = never;
    }
    /// @param lead ticks by which an event is ahead of the engine's present. That of the freshest event of a second
    /// does not depend on how long events wait, only on how the clocks go.
    void follow(Tick lead, std::int64_t t_us) {
        constexpr std::int64_t second_us = 1'000'000;
        const std::int64_t elapsed = t_us - second_from_us_;
        if (elapsed >= second_us) {
            if (usual_lead_ != never) {
                const std::int64_t most_us =
                    (elapsed < 10 * second_us ? elapsed : 10 * second_us) / second_us * options_.most_drift_ppm;
                const Tick most = to_ticks(most_us).value_or(0);
                const Tick gained = lead_ - usual_lead_;
                const Tick move = gained > most ? most : gained < -most ? -most : gained;
                from_tick_ -= move;
                followed_ += move;
            } else {
                usual_lead_ = lead_;
            }
            second_from_us_ = t_us;
            lead_ = -largest;
        }
        if (lead > lead_) lead_ = lead;
    }

    ClockOptions options_;
    std::int64_t tick_ps_;
    bool started_ = false;
    std::int64_t last_us_ = 0;
    std::int64_t from_us_ = 0;
    Tick from_tick_ = 0;
    std::uint64_t backward_steps_ = 0;
    std::uint64_t restarts_ = 0;
    std::int64_t second_from_us_ = 0; ///< when the present second of following began
    Tick lead_ = -largest;            ///< of the freshest event in it
    Tick usual_lead_ = never;         ///< ... in the first; never: it has not ended
    Tick followed_ = 0;
};

} // namespace saltus::io
