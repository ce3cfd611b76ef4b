// SPDX-License-Identifier: BSD-3-Clause
// Events kept in a list; and what is read of a recording before its events are wanted.
#pragma once

#include "engine/io/sensor_event.hpp"
#include "engine/io/source.hpp"

#include <span>
#include <vector>

namespace saltus::cli {

class EventCollector final : public io::EventSink {
  public:
    explicit EventCollector(std::vector<io::SensorEvent>& list) : list_(list) {}
    void take(std::span<const io::SensorEvent> events) override {
        list_.insert(list_.end(), events.begin(), events.end());
    }

  private:
    std::vector<io::SensorEvent>& list_;
};

/// Reads on until the source tells the size of the sensor (headers do), or events come. @return those events
[[nodiscard]] inline std::vector<io::SensorEvent> read_to_geometry(io::Source& source) {
    std::vector<io::SensorEvent> early;
    EventCollector collector(early);
    while (source.geometry().width == 0 && early.empty() && source.read(collector)) {
    }
    return early;
}

} // namespace saltus::cli
