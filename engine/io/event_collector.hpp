// SPDX-License-Identifier: BSD-3-Clause
// Events kept in a list; and what is read of a recording before its events are wanted.
#pragma once

#include "engine/io/sensor_event.hpp"
#include "engine/io/source.hpp"

#include <span>
#include <vector>

namespace saltus::io {

class EventCollector final : public EventSink {
  public:
    explicit EventCollector(std::vector<SensorEvent>& list) : list_(list) {}
    void take(std::span<const SensorEvent> events) override { list_.insert(list_.end(), events.begin(), events.end()); }

  private:
    std::vector<SensorEvent>& list_;
};

/// Reads on until the source tells the size of the sensor (headers do), or events come. @return those events
[[nodiscard]] inline std::vector<SensorEvent> read_to_geometry(Source& source) {
    std::vector<SensorEvent> early;
    EventCollector collector(early);
    while (source.geometry().width == 0 && early.empty() && source.read(collector)) {
    }
    return early;
}

} // namespace saltus::io
