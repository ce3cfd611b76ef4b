// SPDX-License-Identifier: BSD-3-Clause
#include "engine/api/cli/summary.hpp"

#include <algorithm>

namespace saltus::cli {

void Summary::take(std::span<const io::SensorEvent> list) {
    for (const io::SensorEvent& event : list) {
        if (events++ == 0) {
            first_us = earliest_us = latest_us = event.t_us;
            x_min = x_max = event.x;
            y_min = y_max = event.y;
        }
        on += event.polarity;
        earliest_us = std::min(earliest_us, event.t_us);
        latest_us = std::max(latest_us, event.t_us);
        x_min = std::min(x_min, event.x);
        x_max = std::max(x_max, event.x);
        y_min = std::min(y_min, event.y);
        y_max = std::max(y_max, event.y);
        const std::int64_t bin = event.t_us / bin_us;
        in_bin_ = bin == bin_ ? in_bin_ + 1 : 1;
        bin_ = bin;
        fullest_ = std::max(fullest_, in_bin_);
    }
}

} // namespace saltus::cli
