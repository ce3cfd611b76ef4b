// SPDX-License-Identifier: BSD-3-Clause
// Plays a recording: events are handed on when they are due, at the pace of their times or a multiple of it.
#pragma once

#include "engine/io/sensor_event.hpp"

#include <chrono>
#include <cstdint>

namespace saltus::io {

struct PaceOptions {
    double speed = 1.0; ///< model seconds per second, above 0
    /// Events are handed on in groups that span at most this, so that each is late by that at most.
    std::int64_t group_us = 1000;
};

/// Sits between a Source and a sink. The first event sets the pace; a step back of the times counts as none.
class PacedSink final : public EventSink {
  public:
    /// Throws ConfigError for a speed that is not above 0, or a group below 1 us.
    PacedSink(EventSink& sink, const PaceOptions& options);

    void take(std::span<const SensorEvent> events) override;

  private:
    using Clock = std::chrono::steady_clock;

    /// When an event of this time is due.
    [[nodiscard]] Clock::time_point due(std::int64_t t_us) const;

    EventSink& sink_;
    PaceOptions options_;
    bool started_ = false;
    Clock::time_point start_{};
    std::int64_t first_us_ = 0;
    std::int64_t latest_us_ = 0;
};

} // namespace saltus::io
