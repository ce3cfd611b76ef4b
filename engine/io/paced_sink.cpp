// SPDX-License-Identifier: BSD-3-Clause
#include "engine/io/paced_sink.hpp"
#include "engine/core/error.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <thread>

namespace saltus::io {

PacedSink::PacedSink(EventSink& sink, const PaceOptions& options) : sink_(sink), options_(options) {
    if (!(options.speed > 0.0) || !std::isfinite(options.speed)) {
        throw ConfigError("PaceOptions", "speed is " + std::to_string(options.speed),
                          "use a number above 0; 1: real time");
    }
    if (options.group_us < 1) throw ConfigError("PaceOptions", "group_us is below 1", "use 1 or more, such as 1000");
}

void PacedSink::take(std::span<const SensorEvent> events) {
    while (!events.empty()) {
        if (!started_) {
            started_ = true;
            start_ = Clock::now();
            first_us_ = latest_us_ = events.front().t_us;
        }
        latest_us_ = std::max(latest_us_, events.front().t_us);
        std::size_t count = 1;
        while (count < events.size() && events[count].t_us - latest_us_ < options_.group_us) ++count;
        // The last of the group is due last; it may not be early.
        std::int64_t last_us = latest_us_;
        for (const SensorEvent& event : events.first(count)) last_us = std::max(last_us, event.t_us);
        latest_us_ = last_us;
        std::this_thread::sleep_until(due(last_us));
        sink_.take(events.first(count));
        events = events.subspan(count);
    }
}

PacedSink::Clock::time_point PacedSink::due(std::int64_t t_us) const {
    const double us = (static_cast<double>(t_us) - static_cast<double>(first_us_)) / options_.speed;
    const double longest_us = 1e15; // some thirty years
    return start_ + std::chrono::duration_cast<Clock::duration>(
                        std::chrono::duration<double, std::micro>(std::min(us, longest_us)));
}

} // namespace saltus::io
