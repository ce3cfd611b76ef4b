// SPDX-License-Identifier: BSD-3-Clause
// Adaptive exponential integrate-and-fire neuron (AdEx), with exponential synapses.
//
//     C dv/dt = -g_L (v - E_L) + g_L D exp((v - V_T) / D) - w + I + I_syn,   tau_w dw/dt = a (v - E_L) - w
//     I_syn = g_e (E_e - v) + g_i (E_i - v)  (conductances, nS)   or   i_e - i_i  (currents, pA),   D = slope factor
//     excitation g_e or i_e <- + w at an arrival with w >= 0, inhibition g_i or i_i <- + |w| at one with w < 0
//     spike when v reaches v_peak:   v <- v_reset, held there while refractory,   w <- w + b
//
// Brette and Gerstner 2005 (J. Neurophysiol. 94: 3637), whose cell is the default; firing patterns: Naud et al. 2008
// (Biol. Cybern. 99: 335). Integrated by its Taylor series (models/look_ahead.hpp). The upswing of a spike, which runs
// away in finite time, is followed with v as the independent variable (models/adex_upswing.hpp).
#pragma once

#include "models/adex_upswing.hpp"
#include "models/fixed_point.hpp"
#include "models/look_ahead.hpp"
#include "models/named_parameter.hpp"

#include <array>
#include <cstddef>
#include <string_view>

namespace saltus {

/// What an arrival moves.
enum class SynapticInput {
    conductance, ///< by w nS, with a reversal potential
    current      ///< by w pA
};

struct AdexParameters {
    double capacitance_pF = 281.0; ///< C, > 0
    double g_leak_nS = 30.0;       ///< g_L, > 0
    double e_leak_mV = -70.6;      ///< E_L, where v starts
    double v_t_mV = -50.4;         ///< V_T
    double slope_mV = 2.0;         ///< D, > 0
    double v_peak_mV = 20.0;       ///< cut-off, above v_t_mV (by 300 slopes at the most) and v_reset_mV
    double v_reset_mV = -70.6;
    double a_nS = 4.0;          ///< subthreshold adaptation
    double b_pA = 80.5;         ///< spike-triggered adaptation
    double tau_w_ms = 144.0;    ///< > 0
    double refractory_ms = 0.0; ///< >= 0
    double current_pA = 0.0;    ///< I
    SynapticInput input = SynapticInput::conductance;
    double e_excitatory_mV = 0.0;   ///< E_e
    double e_inhibitory_mV = -75.0; ///< E_i
    double tau_e_ms = 2.728;        ///< > 0
    double tau_i_ms = 10.49;        ///< > 0
    double tolerance = 1e-11;       ///< error of an integration step, relative to 1 + |y|; 1e-13 to 1e-3
};

struct Adex {
    using Parameters = AdexParameters;
    static constexpr std::string_view name = "adex";
    static constexpr bool spiking = true;
    static constexpr bool adaptive = false;
    static constexpr bool currents = true;
    /// [0] membrane v, [1] adaptation current w, [2] excitatory, [3] inhibitory conductance or current
    static constexpr std::size_t state_arrays = 4;
    using State = OdeState<state_arrays>;
    static constexpr std::array<NamedParameter<Parameters>, 17> parameters{
        {{"capacitance_pF", &Parameters::capacitance_pF},
         {"g_leak_nS", &Parameters::g_leak_nS},
         {"e_leak_mV", &Parameters::e_leak_mV},
         {"v_t_mV", &Parameters::v_t_mV},
         {"slope_mV", &Parameters::slope_mV},
         {"v_peak_mV", &Parameters::v_peak_mV},
         {"v_reset_mV", &Parameters::v_reset_mV},
         {"a_nS", &Parameters::a_nS},
         {"b_pA", &Parameters::b_pA},
         {"tau_w_ms", &Parameters::tau_w_ms},
         {"refractory_ms", &Parameters::refractory_ms},
         {"current_pA", &Parameters::current_pA},
         {"e_excitatory_mV", &Parameters::e_excitatory_mV},
         {"e_inhibitory_mV", &Parameters::e_inhibitory_mV},
         {"tau_e_ms", &Parameters::tau_e_ms},
         {"tau_i_ms", &Parameters::tau_i_ms},
         {"tolerance", &Parameters::tolerance}}};

    struct Constants : IntegrationConstants, AdexFlow {
        Constants(const Parameters& p, const TimeGrid& grid)
            : IntegrationConstants{grid.tick_ms(), p.v_peak_mV, p.tolerance, grid.ticks(p.refractory_ms)},
              v_reset(p.v_reset_mV), b(p.b_pA) {
            const bool conductance = p.input == SynapticInput::conductance;
            leak = p.g_leak_nS;
            e_leak = p.e_leak_mV;
            drive = p.g_leak_nS * p.e_leak_mV + p.current_pA;
            undriven = drive;
            v_t = p.v_t_mV;
            slope = p.slope_mV;
            per_capacitance = 1.0 / p.capacitance_pF;
            a = p.a_nS;
            rate_w = 1.0 / p.tau_w_ms;
            rate_e = 1.0 / p.tau_e_ms;
            rate_i = 1.0 / p.tau_i_ms;
            couples = conductance ? 1.0 : 0.0;
            e_e = conductance ? p.e_excitatory_mV : 1.0;
            e_i = conductance ? p.e_inhibitory_mV : -1.0;
        }
        double v_reset, b;
        double undriven; ///< drive without the current that is set at run time
    };

    [[nodiscard]] static State start(const Constants& c) { return {c.e_leak, 0.0, 0.0, 0.0}; }

    static void expand(const Constants& c, OdeSeries<state_arrays>& y) {
        Series &v = y[0], &w = y[1], &g_e = y[2], &g_i = y[3];
        Series conductance, swing, v_slope; // total; g_L D exp((v - V_T) / D); v' / D
        swing[0] = c.swing(v[0]);
        for_each_order([&](auto k) {
            conductance[k] = (k == 0 ? c.leak : 0.0) + c.couples * (g_e[k] + g_i[k]);
            const double drive = (k == 0 ? c.drive : 0.0) + (g_e[k] * c.e_e + g_i[k] * c.e_i) - w[k];
            const double current = drive - product(conductance, v, k) + swing[k];
            v_slope[k] = current * (c.per_capacitance / c.slope);
            v[k + 1] = current * c.per_capacitance * over[k + 1];
            w[k + 1] = c.rate_w * (c.a * (k == 0 ? v[0] - c.e_leak : v[k]) - w[k]) * over[k + 1];
            g_e[k + 1] = -c.rate_e * g_e[k] * over[k + 1];
            g_i[k + 1] = -c.rate_i * g_i[k] * over[k + 1];
            swing[k + 1] = product(v_slope, swing, k) * over[k + 1];
        });
    }

    [[nodiscard]] static bool settle(const Constants& c, const OdeSeries<state_arrays>& y, State& at) {
        if (at[2] > c.tolerance || at[3] > c.tolerance || std::abs(y[0][1]) > 1e-3) return false;
        const double dv = (c.swing(at[0]) / c.slope - c.leak) * c.per_capacitance;
        const PlanarFlow flow{y[0][1], y[1][1], dv, -c.per_capacitance, c.rate_w * c.a, -c.rate_w};
        if (!settle_planar(flow, c.tolerance, at[0], at[1])) return false;
        at[2] = at[3] = 0.0;
        return true;
    }

    [[nodiscard]] static bool surges(const Constants& c, const State& y) { return AdexUpswing::begins(c, y); }
    static double surge(const Constants& c, State& y, double limit_ms) {
        return AdexUpswing::follow(c, c.threshold, c.log_tolerance, y, limit_ms);
    }

    static void hold(const Constants& c, State& y, double ms) {
        const double w_held = c.a * (c.v_reset - c.e_leak);
        y[1] = w_held + (y[1] - w_held) * stable_exp(-c.rate_w * ms);
        y[2] *= stable_exp(-c.rate_e * ms);
        y[3] *= stable_exp(-c.rate_i * ms);
    }

    static void arrive(const Constants&, State& y, double w, bool) {
        y[2] += w >= 0.0 ? w : 0.0;
        y[3] += w >= 0.0 ? 0.0 : -w;
    }

    static void reset(const Constants& c, State& y) {
        y[0] = c.v_reset;
        y[1] += c.b;
    }

    /// Constant input from now on (pA), on top of the parameter.
    static void set_current(Constants& c, double current_pA) { c.drive = c.undriven + current_pA; }
};

} // namespace saltus
