// SPDX-License-Identifier: BSD-3-Clause
// A clock of 32 bits (DAT, AEDAT 2), made continuous.
#pragma once

#include "engine/io/stream_report.hpp"

#include <cstdint>

namespace saltus::io {

/// Wraps every 2^32 us (71.6 min). A drop by half of that or more is a wrap; a smaller one is kept as it is.
class WrapClock {
  public:
    /// `raw` as it stands in the record: signed or not, as long as it is the same throughout.
    std::int64_t at(std::int64_t raw, StreamCounters& counters) {
        if (known_ && last_ - raw >= (std::int64_t{1} << 31)) {
            wraps_us_ += std::int64_t{1} << 32;
            ++counters.clock_wraps;
        }
        last_ = raw;
        known_ = true;
        return wraps_us_ + raw;
    }

  private:
    std::int64_t last_ = 0;
    std::int64_t wraps_us_ = 0;
    bool known_ = false;
};

} // namespace saltus::io
