// SPDX-License-Identifier: BSD-3-Clause
// What `saltus inspect` tells of a stream of events, gathered as they pass.
#pragma once

#include "engine/io/sensor_event.hpp"

#include <cstdint>
#include <span>

namespace saltus::cli {

class Summary final : public io::EventSink {
  public:
    static constexpr std::int64_t bin_us = 10'000; ///< the peak rate is that of the fullest bin

    void take(std::span<const io::SensorEvent> events) override;

    std::uint64_t events = 0;
    std::uint64_t on = 0;
    std::int64_t first_us = 0;
    std::int64_t earliest_us = 0;
    std::int64_t latest_us = 0;
    std::uint16_t x_min = 0, x_max = 0, y_min = 0, y_max = 0;

    /// From the earliest to the latest event.
    [[nodiscard]] double span_s() const {
        return 1e-6 * (static_cast<double>(latest_us) - static_cast<double>(earliest_us));
    }
    /// Events per second over the whole span; 0 when all events share one time.
    [[nodiscard]] double mean_rate() const { return span_s() > 0.0 ? static_cast<double>(events) / span_s() : 0.0; }
    /// Events per second in the fullest stretch of 10 ms.
    [[nodiscard]] double peak_rate() const { return 1e6 * static_cast<double>(fullest_) / static_cast<double>(bin_us); }

  private:
    std::int64_t bin_ = 0;
    std::uint64_t in_bin_ = 0;
    std::uint64_t fullest_ = 0;
};

} // namespace saltus::cli
