// SPDX-License-Identifier: BSD-3-Clause
// Poisson sources: neurons without a membrane that spike at a given rate, whatever happens.
//
//     hazard(t) = rate,   several spikes in a tick where the tick is long
//
// In continuous time; a spike takes effect at the next tick, as a crossing does. A source holds what the integral of
// its rate has yet to cover until its next spike, an exponential draw: it outlives a change of the rate. Sources know
// nothing of each other, so many go through a stretch of time side by side.
#pragma once

#include "engine/core/random_lanes.hpp"
#include "engine/core/simd.hpp"
#include "engine/core/time.hpp"
#include "models/named_parameter.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

namespace saltus {

struct PoissonParameters {
    double rate_hz = 10.0; ///< of each neuron, >= 0; changed at run time by Simulation::set_rate
};

struct Poisson {
    using Parameters = PoissonParameters;
    static constexpr std::string_view name = "poisson";
    static constexpr bool spiking = true;
    static constexpr bool adaptive = false;
    static constexpr bool currents = false;
    static constexpr bool memoryless = true;       ///< a spike changes nothing
    static constexpr std::size_t state_arrays = 0; ///< takes no input
    static constexpr std::array<NamedParameter<Parameters>, 1> parameters{{{"rate_hz", &Parameters::rate_hz}}};

    struct Constants {
        Constants(const Parameters& p, const TimeGrid& grid)
            : ticks_per_second(1.0 / grid.tick_s()), rate(p.rate_hz / ticks_per_second) {}
        double ticks_per_second;
        double rate; ///< spikes per tick
    };
    static void set_rate(Constants& c, double hz) { c.rate = hz / c.ticks_per_second; }
};

/// Whether a spike of the model changes nothing: it may spike several times in a tick.
template <class Model>
inline constexpr bool memoryless = requires {
    Model::memoryless;
};

/// A block of sources, each at a tick with a spike. Ticks are counted from a common origin, and exact as long as they
/// are below 2^52; a source whose tick lies beyond the end of the stretch waits there.
struct PoissonLanes {
    static constexpr std::size_t size = 64;
    template <class Value>
    using Lane = std::array<Value, size>;

    Lane<double> rate;          ///< spikes per tick
    Lane<double> tick;          ///< at which it spikes
    Lane<double> since;         ///< the tick of its last spike before that
    Lane<double> gap;           ///< from there to `tick`
    Lane<double> position;      ///< of the spike, counted from `since`: in (gap - 1, gap], or 0 if gap is 1
    Lane<double> left;          ///< integral of the rate from `since`, later from `position`, to the spike after
    Lane<std::uint64_t> number; ///< spikes drawn so far: block `number` of the source's stream is the next
};

/// The spike of lane k is taken, and the next one drawn: in the same tick, or in a later one. Nothing, where `tick` is
/// beyond `end`.
SALTUS_INLINE void next_spike(PoissonLanes& lanes, std::size_t k, std::uint64_t seed, std::uint64_t first_entity,
                              double end) {
    const double rate = lanes.rate[k], tick = lanes.tick[k], gap = lanes.gap[k], position = lanes.position[k];
    const bool taken = tick <= end;
    const double drawn = exponential_of(bits_of_block(seed, first_entity + k, lanes.number[k]));
    const double next = position + drawn / rate;
    const bool again = std::ceil(next) <= gap;
    const double rest = drawn - rate * (gap - position); // counted from the end of this tick
    const double left = rest < 0.0 ? 0.0 : rest;         // by rounding only
    const double wait = left / rate;
    const double ticks = std::ceil(wait);
    const double next_gap = ticks > 0.0 ? ticks : 1.0;
    const bool later = taken && !again;
    lanes.number[k] += taken ? 1 : 0;
    lanes.left[k] = taken ? (again ? drawn : left) : lanes.left[k];
    lanes.since[k] = later ? tick : lanes.since[k];
    lanes.tick[k] = later ? tick + next_gap : tick;
    lanes.gap[k] = later ? next_gap : gap;
    lanes.position[k] = taken ? (again ? next : wait) : position;
}

/// The same for all lanes.
SALTUS_SIMD inline void next_spikes(PoissonLanes& lanes, std::uint64_t seed, std::uint64_t first_entity, double end) {
#pragma GCC ivdep
    for (std::size_t k = 0; k < PoissonLanes::size; ++k) next_spike(lanes, k, seed, first_entity, end);
}

} // namespace saltus
