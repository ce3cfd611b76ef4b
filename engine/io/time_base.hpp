// SPDX-License-Identifier: BSD-3-Clause
// The 34-bit clock of EVT2, EVT2.1 and EVT4: TIME_HIGH words carry its upper 28 bits, events the lower 6.
#pragma once

#include "engine/io/stream_report.hpp"

#include <cstdint>

namespace saltus::io {

/// A drop of at least `wrap_drop_us` is a wrap of the clock (2^34 us, 4 h 46 min); a smaller one is kept, and counted.
class TimeBase {
  public:
    static constexpr std::int64_t max_us = ((std::int64_t{1} << 28) - 1) << 6;

    explicit constexpr TimeBase(std::int64_t wrap_drop_us) : wrap_drop_us_(wrap_drop_us) {}

    void high(std::uint32_t upper_bits, StreamCounters& counters) {
        const std::int64_t base = std::int64_t{upper_bits} << 6;
        if (known_ && base < base_us_) {
            if (base_us_ - base >= wrap_drop_us_) {
                wraps_us_ += std::int64_t{1} << 34;
                ++counters.clock_wraps;
            } else {
                ++counters.clock_errors;
            }
        }
        base_us_ = base;
        known_ = true;
    }
    [[nodiscard]] bool known() const { return known_; }
    /// Time of an event with these lower bits.
    [[nodiscard]] std::int64_t at(std::uint32_t low) const { return (wraps_us_ + base_us_) | low; }

  private:
    std::int64_t wrap_drop_us_;
    std::int64_t base_us_ = 0;
    std::int64_t wraps_us_ = 0;
    bool known_ = false;
};

} // namespace saltus::io
