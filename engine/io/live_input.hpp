// SPDX-License-Identifier: BSD-3-Clause
// From a sensor's thread to a population of inputs. The sensor's thread calls take() with what its decoder delivers:
// events pass the gate and enter the ring. The engine's thread calls feed() before every step: what waits gets its tick
// and is pushed. No lock, no allocation after construction, and every event is accounted for:
//
//     offered = accepted + dropped + late + malformed + filtered + waiting
//
// exactly, at every step; feed() checks it and ends the program if it does not hold.
#pragma once

#include "engine/io/clock_map.hpp"
#include "engine/io/event_gate.hpp"
#include "engine/io/event_ring.hpp"
#include "engine/io/published.hpp"
#include "engine/io/sensor_event.hpp"
#include "engine/network/network.hpp"
#include "engine/runtime/simulation.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <span>
#include <vector>

namespace saltus::io {

/// What to do with events whose tick lies before the engine's present.
enum class LateEvents : std::uint8_t {
    leave_out,
    move ///< they are pushed at the present
};

/// Microseconds of a steady clock of the host.
[[nodiscard]] std::int64_t host_time_us();

struct LiveOptions {
    GateOptions gate;
    ClockOptions clock{};
    std::size_t capacity = 65536; ///< of the ring, in events; 1 to 2^28
    Overflow overflow = Overflow::drop_newest;
    std::chrono::microseconds block_limit{1000}; ///< Overflow::block: how long one call of take() waits at most
    LateEvents late = LateEvents::leave_out;
    std::uint32_t most_per_step = 0; ///< events that one feed() takes at most; 0: the ring's capacity
    /// Events further ahead of the engine's present than this are malformed: they would fill the memory.
    std::int64_t most_ahead_us = 10'000'000;
    std::int64_t (*host_clock_us)() = host_time_us; ///< ClockOrigin::host
};

struct LiveCounters {
    std::uint64_t offered = 0;
    std::uint64_t accepted = 0;  ///< pushed to the engine
    std::uint64_t dropped = 0;   ///< did not fit into the ring, or had to make room
    std::uint64_t late = 0;      ///< left out, their tick being past
    std::uint64_t malformed = 0; ///< outside the geometry, or without a tick in reach
    std::uint64_t filtered = 0;  ///< by the gate
    std::uint64_t waiting = 0;   ///< in the ring

    std::uint64_t moved = 0; ///< of those accepted: late, pushed at the present
    std::uint64_t backward_steps = 0;
    std::uint64_t clock_restarts = 0;
    Tick followed = 0; ///< ticks that were taken off to follow a sensor's clock that is fast; below 0: slow

    [[nodiscard]] bool balanced() const {
        return offered == accepted + dropped + late + malformed + filtered + waiting;
    }
};

class LiveInput final : public EventSink {
  public:
    /// Throws ConfigError if `input` is no input population, has fewer neurons than the gate reaches, and the like.
    LiveInput(const Network& network, PopulationId input, const LiveOptions& options);

    /// The sensor's thread.
    void take(std::span<const SensorEvent> events) override;

    /// The engine's thread. Pushes what waits to `simulation`, which runs the network this was made for. Returns how
    /// many events were accepted.
    std::size_t feed(Simulation& simulation);
    /// The engine's thread: as of the last feed().
    [[nodiscard]] LiveCounters counters() const;

  private:
    /// What the sensor's thread counts: offered = malformed + filtered + refused + entered.
    struct Offered {
        std::uint64_t offered = 0, malformed = 0, filtered = 0, refused = 0, entered = 0, evicted = 0;
    };

    void enter(std::span<const SensorSpike> spikes, std::chrono::steady_clock::time_point& give_up);
    [[nodiscard]] std::span<const InputEvent> stamp(std::span<const SensorSpike> spikes, Tick now);
    void check() const;

    LiveOptions options_;
    PopulationId input_;
    EventGate gate_;
    ClockMap clock_;
    EventRing ring_;
    Tick most_ahead_;

    Offered here_; ///< the sensor's thread
    std::array<SensorSpike, 256> staged_{};
    alignas(64) Published<Offered> published_;

    alignas(64) Offered seen_; ///< the engine's thread, like all that follows
    std::uint64_t accepted_ = 0, late_ = 0, out_of_reach_ = 0, moved_ = 0, popped_ = 0;
    std::vector<SensorSpike> popped_spikes_; ///< [most per step]
    std::vector<InputEvent> stamped_;        ///< [most per step]
};

} // namespace saltus::io
