// SPDX-License-Identifier: BSD-3-Clause
// Izhikevich's simple model.
//
//     dv/dt = 0.04 v^2 + 5 v + 140 - u + I + i,   du/dt = a (b v - u),   tau_syn di/dt = -i
//     spike when v reaches v_peak:   v <- c,   u <- u + d
//     at an arrival  v <- v + w  (IzhikevichInput::voltage)  or  i <- i + w  (IzhikevichInput::current)
//
// Izhikevich 2003 (IEEE Trans. Neural Netw. 14: 1569); v in mV, t in ms. The defaults are its regular-spiking cell. The
// published program takes two Euler steps of 0.5 ms and adds a weight to I for 1 ms: its charge is that of a jump of v
// by w mV. Here the equations themselves are solved (models/look_ahead.hpp), so spike times are those of the model and
// not of that step.
#pragma once

#include "models/fixed_point.hpp"
#include "models/look_ahead.hpp"
#include "models/named_parameter.hpp"

#include <array>
#include <cstddef>
#include <string_view>

namespace saltus {

/// What an arrival moves.
enum class IzhikevichInput {
    voltage, ///< v, by w mV
    current  ///< a synaptic current, by w (mV/ms), which decays with tau_syn_ms
};

struct IzhikevichParameters {
    double a_per_ms = 0.02; ///< rate of recovery, > 0
    double b_per_ms = 0.2;  ///< how recovery follows v
    double c_mV = -65.0;    ///< reset of v, < v_peak_mV
    double d = 8.0;         ///< jump of u at a spike (mV/ms)
    double v_peak_mV = 30.0;
    double v_start_mV = -65.0;  ///< at the start; u starts at b v. < v_peak_mV
    double current = 0.0;       ///< I (mV/ms)
    double refractory_ms = 0.0; ///< v is held at c; arrivals at it are lost. >= 0
    IzhikevichInput input = IzhikevichInput::voltage;
    double tau_syn_ms = 5.0;  ///< > 0
    double tolerance = 1e-11; ///< error of an integration step, relative to 1 + |y|; 1e-13 to 1e-3
};

struct Izhikevich {
    using Parameters = IzhikevichParameters;
    static constexpr std::string_view name = "izhikevich";
    static constexpr bool spiking = true;
    static constexpr bool adaptive = false;
    static constexpr bool currents = true;
    static constexpr std::size_t state_arrays = 3; ///< [0] membrane v, [1] recovery u, [2] synaptic current i
    using State = OdeState<state_arrays>;
    static constexpr std::array<NamedParameter<Parameters>, 10> parameters{
        {{"a_per_ms", &Parameters::a_per_ms},
         {"b_per_ms", &Parameters::b_per_ms},
         {"c_mV", &Parameters::c_mV},
         {"d", &Parameters::d},
         {"v_peak_mV", &Parameters::v_peak_mV},
         {"v_start_mV", &Parameters::v_start_mV},
         {"current", &Parameters::current},
         {"refractory_ms", &Parameters::refractory_ms},
         {"tau_syn_ms", &Parameters::tau_syn_ms},
         {"tolerance", &Parameters::tolerance}}};

    struct Constants : IntegrationConstants {
        Constants(const Parameters& p, const TimeGrid& grid)
            : IntegrationConstants{grid.tick_ms(), p.v_peak_mV, p.tolerance, grid.ticks(p.refractory_ms)},
              a(p.a_per_ms), b(p.b_per_ms), c(p.c_mV), d(p.d), v_start(p.v_start_mV), drive(140.0 + p.current),
              undriven(drive), rate(1.0 / p.tau_syn_ms), jumps(p.input == IzhikevichInput::voltage) {}
        double a, b, c, d, v_start;
        double drive;    ///< 140 + I
        double undriven; ///< without the current that is set at run time
        double rate;     ///< 1 / tau_syn
        bool jumps;      ///< arrivals move v
    };

    [[nodiscard]] static State start(const Constants& c) { return {c.v_start, c.b * c.v_start, 0.0}; }

    static void expand(const Constants& c, OdeSeries<state_arrays>& y) {
        Series &v = y[0], &u = y[1], &i = y[2];
        for_each_order([&](auto k) {
            const double drive = k == 0 ? c.drive : 0.0;
            v[k + 1] = (0.04 * square(v, k) + (5.0 * v[k] - u[k] + i[k] + drive)) * over[k + 1];
            u[k + 1] = c.a * (c.b * v[k] - u[k]) * over[k + 1];
            i[k + 1] = -c.rate * i[k] * over[k + 1];
        });
    }

    [[nodiscard]] static bool settle(const Constants& c, const OdeSeries<state_arrays>& y, State& at) {
        if (std::abs(at[2]) > c.tolerance || std::abs(y[0][1]) > 1e-3) return false;
        const PlanarFlow flow{y[0][1], y[1][1], 0.08 * at[0] + 5.0, -1.0, c.a * c.b, -c.a};
        if (!settle_planar(flow, c.tolerance, at[0], at[1])) return false;
        at[2] = 0.0;
        return true;
    }

    static void hold(const Constants& c, State& y, double ms) {
        const double u_held = c.b * c.c;
        y[1] = u_held + (y[1] - u_held) * stable_exp(-c.a * ms);
        y[2] *= stable_exp(-c.rate * ms);
    }

    static void arrive(const Constants& c, State& y, double w, bool held) {
        if (!c.jumps) {
            y[2] += w;
        } else if (!held) {
            y[0] += w;
        }
    }

    static void reset(const Constants& c, State& y) {
        y[0] = c.c;
        y[1] += c.d;
    }

    /// Constant input from now on (mV/ms), on top of the parameter.
    static void set_current(Constants& c, double current) { c.drive = c.undriven + current; }
};

} // namespace saltus
