// SPDX-License-Identifier: BSD-3-Clause
// Leaky integrate-and-fire neuron with delta synapses.
//
//     tau_m dv/dt = -(v - v_inf),   v <- v + w at an arrival,   spike when v >= threshold
//
// Between events v(t) = v_inf + (v(t0) - v_inf) exp(-(t - t0)/tau_m), exactly. Voltages are relative to rest.
// Neftci, Mostafa, Zenke 2019, eq. 1 with tau_syn -> 0; Bellec et al. 2020, eq. 6.
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

/// Parameters of a LIF population, as a user states them.
struct LifParameters {
    double tau_m_ms = 20.0; ///< membrane time constant, > 0
    double threshold = 1.0; ///< > 0 (and above v_reset)
    Reset reset = Reset::subtract;
    double v_reset = 0.0; ///< for Reset::to_value
    SpikeEffect spike_effect = SpikeEffect::immediate;
    double refractory_ms = 0.0;
    Refractory refractory = Refractory::integrate;
    double v_inf = 0.0;            ///< what constant input current alone would drive v to (R I)
    bool normalised_input = false; ///< arrivals are scaled by 1 - exp(-tick/tau_m)
    /// Escape noise (models/escape.hpp): spikes per second of a neuron held at threshold; 0: none, it spikes at
    /// threshold.
    double escape_rate_hz = 0.0;
    double escape_width = 0.1; ///< voltage over which that grows e-fold, > 0
};

/// The LIF equations as pure functions on one neuron of a structure of arrays.
struct Lif {
    using Parameters = LifParameters;
    static constexpr std::string_view name = "lif";
    static constexpr bool spiking = true;
    static constexpr bool adaptive = false;
    static constexpr bool currents = false;        ///< arrivals move the membrane itself
    static constexpr std::size_t state_arrays = 1; ///< [0] membrane potential v
    using View = std::array<double*, state_arrays>;
    static constexpr std::array<NamedParameter<Parameters>, 7> parameters{
        {{"tau_m_ms", &Parameters::tau_m_ms},
         {"threshold", &Parameters::threshold},
         {"v_reset", &Parameters::v_reset},
         {"refractory_ms", &Parameters::refractory_ms},
         {"v_inf", &Parameters::v_inf},
         {"escape_rate_hz", &Parameters::escape_rate_hz},
         {"escape_width", &Parameters::escape_width}}};

    struct Decay {
        double v, v_inf; ///< both, so that a loop over neurons has all it needs in registers
    };

    /// Frozen for one time grid. @tparam Factors DecayTable for a whole population, DecayRate for a single neuron.
    template <class Factors>
    struct ConstantsOf {
        ConstantsOf(const Parameters& p, const TimeGrid& grid)
            : membrane(grid.tick_ms(), p.tau_m_ms), v_inf(p.v_inf), undriven(p.v_inf), threshold(p.threshold),
              v_reset(p.reset == Reset::to_value ? p.v_reset : std::numeric_limits<double>::quiet_NaN()),
              to_value(p.reset == Reset::to_value), clamp(p.refractory == Refractory::clamp),
              gain(p.normalised_input ? 1.0 - membrane(1) : 1.0),
              // An effect undecayed at the next tick is one that is larger now by one tick's decay.
              subtracted(p.spike_effect == SpikeEffect::next_tick ? p.threshold / membrane(1) : p.threshold),
              refractory(grid.ticks(p.refractory_ms)), escape_rate(p.escape_rate_hz * grid.tick_s()),
              escape_width(p.escape_width) {}

        Factors membrane;
        double v_inf;
        double undriven; ///< v_inf without the current that is set at run time
        double threshold, v_reset;
        bool to_value, clamp;
        double gain;                      ///< factor on every arrival
        double subtracted;                ///< what a soft reset takes off
        Tick refractory;                  ///< refractory period in ticks
        double beta = 0.0;                ///< no adaptation
        double escape_rate, escape_width; ///< hazard at threshold, per tick; 0: none
    };
    using Constants = ConstantsOf<DecayTable>;

    template <class C>
    [[nodiscard]] static Decay decay(const C& c, Tick gap) {
        return {c.membrane(gap), c.v_inf};
    }

    template <class C>
    static void advance(const C&, const Decay& d, const View& s, std::size_t j) {
        s[0][j] = d.v_inf + (s[0][j] - d.v_inf) * d.v;
    }
    /// What an arrival adds to the membrane, and to nothing else.
    template <class C>
    [[nodiscard]] static double effect(const C& c, double w) {
        return c.gain * w;
    }
    template <class C>
    static void arrive(const C& c, const View& s, std::size_t j, double w) {
        s[0][j] += effect(c, w);
    }
    /// v - A: a neuron spikes at zero and above.
    template <class C>
    [[nodiscard]] static double distance(const C& c, const View& s, std::size_t j) {
        return s[0][j] - c.threshold;
    }
    template <class C>
    static void reset(const C& c, const View& s, std::size_t j) {
        s[0][j] = c.to_value ? c.v_reset : s[0][j] - c.subtracted;
    }
    /// Ticks from the state's own time to the next crossing without an arrival, at `from` or later; or `never`.
    template <class C>
    [[nodiscard]] static Tick next_crossing(const C& c, const View& s, std::size_t j, Tick from) {
        const double v = s[0][j];
        if (c.v_inf <= c.threshold && v < c.threshold) return never;
        const auto distance = [&](Tick n) { return c.v_inf + (v - c.v_inf) * c.membrane(n) - c.threshold; };
        return first_crossing(distance, {c.v_inf - c.threshold, v - c.v_inf, c.membrane.rate(), 0.0, 0.0}, from);
    }

    /// Constant input from now on, as a voltage (R I), on top of the parameter v_inf.
    template <class C>
    static void set_current(C& c, double current) {
        c.v_inf = c.undriven + current;
    }

    // for escape noise (models/escape.hpp): x and y in ticks, not rounded
    template <class C>
    [[nodiscard]] static double membrane_at(const C& c, const View& s, std::size_t j, double x) {
        return c.v_inf + (s[0][j] - c.v_inf) * stable_exp(c.membrane.rate() * x);
    }
    template <class C>
    [[nodiscard]] static double distance_at(const C& c, const View& s, std::size_t j, double x) {
        return membrane_at(c, s, j, x) - c.threshold;
    }
    /// The membrane is monotone: it is highest at an end.
    template <class C>
    [[nodiscard]] static double ceiling(const C& c, const View& s, std::size_t j, double x, double y) {
        const double a = membrane_at(c, s, j, x), b = membrane_at(c, s, j, y);
        return (a > b ? a : b) - c.threshold;
    }
    template <class C>
    [[nodiscard]] static double memory(const C& c) {
        return -1.0 / c.membrane.rate();
    }
};

} // namespace saltus
