// SPDX-License-Identifier: BSD-3-Clause
// Which events of a sensor reach the network, and at which input neuron. In this order: geometry, hot pixels, region of
// interest, polarity, down-sampling, address map, refractory period. State per pixel and per neuron, all set aside when
// made; O(1) per event.
#pragma once

#include "engine/io/sensor_event.hpp"
#include "engine/io/stream_report.hpp"

#include <cstdint>
#include <vector>

namespace saltus::io {

/// A rectangle of pixels; width or height 0: to the sensor's edge.
struct Region {
    std::uint32_t x = 0, y = 0, width = 0, height = 0;
};

enum class PolarityUse : std::uint8_t {
    merged,   ///< both reach the same neuron
    separate, ///< neurons of the darker events come behind those of the brighter ones
    on_only,
    off_only
};

/// In an address map: events of this address are not wanted.
inline constexpr std::uint32_t no_neuron = UINT32_MAX;

struct GateOptions {
    Geometry geometry; ///< of the sensor, at most 65536 by 65536; events outside are malformed
    Region region{};
    std::uint32_t shrink = 1; ///< squares of shrink by shrink pixels share a neuron
    PolarityUse polarity = PolarityUse::merged;
    /// Events onto a neuron within this time (either way) of the last that was let through are left out; 0: none.
    std::int64_t refractory_us = 0;
    /// A pixel with more events than this in a stretch of hot_window_us is hot: the rest of that stretch, and every
    /// stretch that follows one in which it had as many, are left out. 0: no such filter.
    std::uint32_t hot_events = 0;
    std::int64_t hot_window_us = 100'000;
    /// [addresses] neuron of each address, or no_neuron; empty: the address itself. Addresses count the squares of the
    /// region row by row.
    std::vector<std::uint32_t> neurons{};
};

class EventGate {
  public:
    /// Throws ConfigError for a region outside the geometry, an address map of the wrong length, and the like.
    explicit EventGate(GateOptions options);

    enum class Verdict : std::uint8_t { passed, filtered, malformed };
    /// @param neuron set where the verdict is `passed`
    Verdict judge(const SensorEvent& event, std::uint32_t& neuron);

    /// How many addresses there are: squares of the region, twice if polarities are separate.
    [[nodiscard]] std::uint32_t addresses() const { return addresses_; }
    /// Largest neuron that an event may reach, plus 1.
    [[nodiscard]] std::uint32_t neurons() const { return neurons_; }

  private:
    struct Pixel {
        std::int64_t stretch = INT64_MIN; ///< number of the one it was last seen in
        std::uint32_t events = 0;         ///< in it
        bool was_hot = false;             ///< in the one before
    };

    bool hot(const SensorEvent& event);
    bool too_soon(std::uint32_t neuron, std::int64_t t_us);

    GateOptions options_;
    std::uint32_t columns_ = 0; ///< of squares
    std::uint32_t addresses_ = 0;
    std::uint32_t neurons_ = 0;
    std::vector<Pixel> pixels_; ///< [height][width], if hot pixels are looked for
    struct Passed {
        std::int64_t t_us = 0;
        bool any = false;
    };
    std::vector<Passed> last_; ///< [neurons], if there is a refractory period
};

} // namespace saltus::io
