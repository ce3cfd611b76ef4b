// SPDX-License-Identifier: BSD-3-Clause
// The bounded, lock-free ring between a sensor's thread and the engine's.
#pragma once

#include "engine/io/overwriting_ring.hpp"
#include "engine/io/sensor_spike.hpp"

#include <boost/lockfree/spsc_queue.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace saltus::io {

/// What happens to events that do not fit.
enum class Overflow : std::uint8_t {
    drop_newest, ///< they are dropped; what waits stays
    drop_oldest, ///< the events that have waited longest make room for them
    block        ///< the sensor's thread waits for room up to a limit; then they are dropped
};

/// Allocates when made, never after.
class EventRing {
  public:
    EventRing(std::size_t capacity, Overflow overflow) : capacity_(capacity) {
        if (overflow == Overflow::drop_oldest) {
            overwriting_ = std::make_unique<OverwritingRing>(capacity);
        } else {
            queue_ = std::make_unique<Queue>(capacity);
        }
    }

    struct Pushed {
        std::size_t entered;
        std::size_t evicted;
    };
    /// The sensor thread's. With drop_oldest all enter; else as many as fit.
    Pushed push(std::span<const SensorSpike> spikes) {
        if (overwriting_) return {spikes.size(), overwriting_->push(spikes)};
        return {queue_->push(spikes.data(), spikes.size()), 0};
    }
    /// The engine thread's: the oldest, up to out.size().
    std::size_t pop(std::span<SensorSpike> out) {
        return overwriting_ ? overwriting_->pop(out) : queue_->pop(out.data(), out.size());
    }
    [[nodiscard]] std::size_t capacity() const { return capacity_; }

  private:
    using Queue = boost::lockfree::spsc_queue<SensorSpike>;

    std::size_t capacity_;
    std::unique_ptr<Queue> queue_;
    std::unique_ptr<OverwritingRing> overwriting_;
};

} // namespace saltus::io
