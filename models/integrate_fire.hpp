// SPDX-License-Identifier: BSD-3-Clause
// Integrate-and-fire neuron without leak, with delta synapses.
//
//     dv/dt = drive,   v <- v + w at an arrival,   spike when v >= threshold
//
// Lapicque 1907; NIR's IF. Between events v(t) = v(t0) + drive (t - t0): constant drive fires it once every
// threshold / drive. Without drive the membrane keeps its value for ever.
#pragma once

#include "engine/core/decay_table.hpp"
#include "models/crossing.hpp"
#include "models/named_parameter.hpp"
#include "models/spike_rules.hpp"

#include <array>
#include <cstddef>
#include <limits>
#include <string_view>

namespace saltus {

struct IntegrateFireParameters {
    double drive_per_ms = 0.0; ///< voltage that constant input current adds per millisecond (I / C)
    double threshold = 1.0;    ///< > 0 (and above v_reset)
    Reset reset = Reset::subtract;
    double v_reset = 0.0; ///< for Reset::to_value
    double refractory_ms = 0.0;
    Refractory refractory = Refractory::integrate;
};

struct IntegrateFire {
    using Parameters = IntegrateFireParameters;
    static constexpr std::string_view name = "integrate_fire";
    static constexpr bool spiking = true;
    static constexpr bool adaptive = false;
    static constexpr bool currents = false;        ///< arrivals move the membrane itself
    static constexpr std::size_t state_arrays = 1; ///< [0] membrane potential v
    using View = std::array<double*, state_arrays>;
    static constexpr std::array<NamedParameter<Parameters>, 4> parameters{
        {{"drive_per_ms", &Parameters::drive_per_ms},
         {"threshold", &Parameters::threshold},
         {"v_reset", &Parameters::v_reset},
         {"refractory_ms", &Parameters::refractory_ms}}};

    struct Decay {
        double rise;
    };

    template <class Factors>
    struct ConstantsOf {
        ConstantsOf(const Parameters& p, const TimeGrid& grid)
            : membrane(grid.tick_ms(), infinite), tick_ms(grid.tick_ms()), undriven(p.drive_per_ms),
              threshold(p.threshold),
              v_reset(p.reset == Reset::to_value ? p.v_reset : std::numeric_limits<double>::quiet_NaN()),
              to_value(p.reset == Reset::to_value), clamp(p.refractory == Refractory::clamp),
              refractory(grid.ticks(p.refractory_ms)) {
            set_current(*this, 0.0);
        }
        static constexpr double infinite = std::numeric_limits<double>::infinity();
        Factors membrane; ///< nothing decays: all factors are 1
        double tick_ms;
        double drive = 0.0; ///< per tick
        double v_inf = 0.0; ///< where drive alone leads: above every threshold, or nowhere
        double undriven;    ///< drive per millisecond without the current that is set at run time
        double threshold, v_reset;
        bool to_value, clamp;
        double gain = 1.0; ///< factor on every arrival
        Tick refractory;   ///< in ticks
        double beta = 0.0; ///< no adaptation
    };
    using Constants = ConstantsOf<DecayTable>;

    /// Constant input from now on, in voltage per millisecond (I / C), on top of the parameter drive_per_ms.
    template <class C>
    static void set_current(C& c, double current) {
        c.drive = (c.undriven + current) * c.tick_ms;
        c.v_inf = c.drive > 0.0 ? C::infinite : 0.0;
    }

    template <class C>
    [[nodiscard]] static Decay decay(const C& c, Tick gap) {
        return {c.drive * static_cast<double>(gap)};
    }

    template <class C>
    static void advance(const C&, const Decay& d, const View& s, std::size_t j) {
        s[0][j] += d.rise;
    }
    template <class C>
    static void arrive(const C&, const View& s, std::size_t j, double w) {
        s[0][j] += w;
    }
    template <class C>
    [[nodiscard]] static double distance(const C& c, const View& s, std::size_t j) {
        return s[0][j] - c.threshold;
    }
    template <class C>
    static void reset(const C& c, const View& s, std::size_t j) {
        s[0][j] = c.to_value ? c.v_reset : s[0][j] - c.threshold;
    }
    /// The straight line says where to look; the arithmetic of `advance` decides.
    template <class C>
    [[nodiscard]] static Tick next_crossing(const C& c, const View& s, std::size_t j, Tick from) {
        const auto distance = [&](Tick n) { return (s[0][j] + c.drive * static_cast<double>(n)) - c.threshold; };
        if (distance(from) >= 0.0) return from;
        const double line = (c.threshold - s[0][j]) / c.drive;
        if (!(c.drive > 0.0) || !(line < 1e18)) return never;
        Tick low = from;
        Tick high = static_cast<Tick>(line) > from ? static_cast<Tick>(line) : from + 1;
        for (Tick stride = 1; distance(high) < 0.0; stride *= 2) {
            low = high;
            high += stride;
        }
        for (Tick stride = 1; low == from && high - stride > from; stride *= 2) {
            if (distance(high - stride) >= 0.0) continue;
            low = high - stride;
        }
        return bisect(distance, low, high);
    }
};

} // namespace saltus
