// SPDX-License-Identifier: BSD-3-Clause
// What every reader delivers and every writer takes: one event of a sensor.
#pragma once

#include <cstdint>
#include <span>

namespace saltus::io {

/// One change seen by one pixel (or one spike of one channel: then y is 0 and polarity 1).
struct SensorEvent {
    std::int64_t t_us = 0;     ///< microseconds on the sensor's clock, its wraps undone
    std::uint16_t x = 0;       ///< column, or channel
    std::uint16_t y = 0;       ///< row; row 0 is the top of the image
    std::uint8_t polarity = 0; ///< 1: brighter, 0: darker

    friend bool operator==(const SensorEvent&, const SensorEvent&) = default;
};

/// Receives events in the order of the stream. Times may step back where the stream's do; they are counted.
class EventSink {
  public:
    virtual ~EventSink() = default;
    virtual void take(std::span<const SensorEvent> events) = 0;
};

} // namespace saltus::io
