// SPDX-License-Identifier: BSD-3-Clause
// Poisson sources: neurons without a membrane that spike at a given rate, whatever happens.
//
//     hazard(t) = rate,   several spikes in a tick where the tick is long
//
// Background drive that costs spikes, not steps; what escape noise (models/escape.hpp) leaves of a neuron whose hazard
// is constant. In continuous time; a spike takes effect at the next tick, as a crossing does.
#pragma once

#include "engine/core/time.hpp"
#include "models/named_parameter.hpp"

#include <array>
#include <cstddef>
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
    using View = std::array<double*, state_arrays>;
    static constexpr std::array<NamedParameter<Parameters>, 1> parameters{{{"rate_hz", &Parameters::rate_hz}}};

    struct Decay {};

    struct Constants {
        Constants(const Parameters& p, const TimeGrid& grid)
            : ticks_per_second(1.0 / grid.tick_s()), escape_rate(p.rate_hz / ticks_per_second) {}
        double ticks_per_second;
        double escape_rate; ///< spikes per tick
        static constexpr double escape_width = 1.0;
        static constexpr Tick refractory = 0;
        static constexpr bool clamp = false;
        static constexpr double threshold = std::numeric_limits<double>::infinity();
    };

    static void set_rate(Constants& c, double hz) { c.escape_rate = hz / c.ticks_per_second; }
    [[nodiscard]] static Decay decay(const Constants&, Tick) { return {}; }
    static void advance(const Constants&, const Decay&, const View&, std::size_t) {}
    static void arrive(const Constants&, const View&, std::size_t, double) {}
    [[nodiscard]] static double distance(const Constants&, const View&, std::size_t) { return 0.0; }
    static void reset(const Constants&, const View&, std::size_t) {}
    [[nodiscard]] static Tick next_crossing(const Constants&, const View&, std::size_t, Tick) { return never; }

    [[nodiscard]] static double distance_at(const Constants&, const View&, std::size_t, double) { return 0.0; }
    [[nodiscard]] static double ceiling(const Constants&, const View&, std::size_t, double, double) { return 0.0; }
    [[nodiscard]] static double memory(const Constants&) { return 1.0; }
};

} // namespace saltus
