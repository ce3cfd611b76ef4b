// SPDX-License-Identifier: BSD-3-Clause
// Conductance-based LIF neuron with exponential synapses (COBA), excitatory and inhibitory.
//
//     C dv/dt = g_L (E_L - v) + g_e (E_e - v) + g_i (E_i - v) + I
//     tau_e dg_e/dt = -g_e,   tau_i dg_i/dt = -g_i
//     g_e <- g_e + w at an arrival with w >= 0,   g_i <- g_i + |w| at one with w < 0
//     spike when v reaches v_threshold:   v <- v_reset, held there while refractory
//
// Vogels and Abbott 2005; the defaults are those of benchmark 1 of Brette et al. 2007 (J. Comput. Neurosci. 23: 349).
// Weights are in nS, voltages in mV. No closed form: integrated by its Taylor series (models/look_ahead.hpp), with
// Cauchy products of the total conductance and v. The conductances go on during refractoriness.
#pragma once

#include "models/look_ahead.hpp"
#include "models/named_parameter.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <string_view>

namespace saltus {

struct CobaLifParameters {
    double capacitance_pF = 200.0; ///< C, > 0
    double g_leak_nS = 10.0;       ///< g_L, > 0
    double e_leak_mV = -60.0;      ///< E_L, where v starts
    double v_threshold_mV = -50.0; ///< > v_reset_mV and e_leak_mV
    double v_reset_mV = -60.0;
    double refractory_ms = 5.0;     ///< >= 0
    double e_excitatory_mV = 0.0;   ///< E_e
    double e_inhibitory_mV = -80.0; ///< E_i
    double tau_e_ms = 5.0;          ///< > 0
    double tau_i_ms = 10.0;         ///< > 0
    double current_pA = 0.0;        ///< I
    double tolerance = 1e-11;       ///< error of an integration step, relative to 1 + |y|; 1e-13 to 1e-3
};

struct CobaLif {
    using Parameters = CobaLifParameters;
    static constexpr std::string_view name = "coba_lif";
    static constexpr bool spiking = true;
    static constexpr bool adaptive = false;
    static constexpr bool currents = true;
    static constexpr std::size_t state_arrays = 3; ///< [0] membrane v, [1] excitatory, [2] inhibitory conductance
    using State = OdeState<state_arrays>;
    static constexpr std::array<NamedParameter<Parameters>, 12> parameters{
        {{"capacitance_pF", &Parameters::capacitance_pF},
         {"g_leak_nS", &Parameters::g_leak_nS},
         {"e_leak_mV", &Parameters::e_leak_mV},
         {"v_threshold_mV", &Parameters::v_threshold_mV},
         {"v_reset_mV", &Parameters::v_reset_mV},
         {"refractory_ms", &Parameters::refractory_ms},
         {"e_excitatory_mV", &Parameters::e_excitatory_mV},
         {"e_inhibitory_mV", &Parameters::e_inhibitory_mV},
         {"tau_e_ms", &Parameters::tau_e_ms},
         {"tau_i_ms", &Parameters::tau_i_ms},
         {"current_pA", &Parameters::current_pA},
         {"tolerance", &Parameters::tolerance}}};

    struct Constants : IntegrationConstants {
        Constants(const Parameters& p, const TimeGrid& grid)
            : IntegrationConstants{grid.tick_ms(), p.v_threshold_mV, p.tolerance, grid.ticks(p.refractory_ms)},
              leak(p.g_leak_nS / p.capacitance_pF), unit(1.0 / p.capacitance_pF),
              drive((p.g_leak_nS * p.e_leak_mV + p.current_pA) / p.capacitance_pF), undriven(drive),
              v_rest(p.e_leak_mV + p.current_pA / p.g_leak_nS), v_start(p.e_leak_mV), v_reset(p.v_reset_mV),
              e_e(p.e_excitatory_mV), e_i(p.e_inhibitory_mV), rate_e(1.0 / p.tau_e_ms), rate_i(1.0 / p.tau_i_ms) {}
        double leak;     ///< g_L / C, per ms
        double unit;     ///< 1 / C
        double drive;    ///< (g_L E_L + I) / C, mV per ms
        double undriven; ///< without the current that is set at run time
        double v_rest;   ///< where v settles without conductances
        double v_start, v_reset, e_e, e_i;
        double rate_e, rate_i; ///< per ms
    };

    [[nodiscard]] static State start(const Constants& c) { return {c.v_start, 0.0, 0.0}; }

    static void expand(const Constants& c, OdeSeries<state_arrays>& y) {
        Series &v = y[0], &g_e = y[1], &g_i = y[2];
        Series rate; // total conductance over C
        for_each_order([&](auto k) {
            rate[k] = (k == 0 ? c.leak : 0.0) + c.unit * (g_e[k] + g_i[k]);
            const double drive = (k == 0 ? c.drive : 0.0) + c.unit * (g_e[k] * c.e_e + g_i[k] * c.e_i);
            v[k + 1] = (drive - product(rate, v, k)) * over[k + 1];
            g_e[k + 1] = -c.rate_e * g_e[k] * over[k + 1];
            g_i[k + 1] = -c.rate_i * g_i[k] * over[k + 1];
        });
    }

    [[nodiscard]] static bool settle(const Constants& c, const OdeSeries<state_arrays>&, State& y) {
        if (c.v_rest >= c.threshold || y[1] > c.tolerance || y[2] > c.tolerance) return false;
        if (std::abs(y[0] - c.v_rest) > c.tolerance * (1.0 + std::abs(y[0]))) return false;
        y = {c.v_rest, 0.0, 0.0};
        return true;
    }

    static void hold(const Constants& c, State& y, double ms) {
        y[1] *= stable_exp(-c.rate_e * ms);
        y[2] *= stable_exp(-c.rate_i * ms);
    }

    static void arrive(const Constants&, State& y, double w, bool) {
        y[1] += w >= 0.0 ? w : 0.0;
        y[2] += w >= 0.0 ? 0.0 : -w;
    }

    static void reset(const Constants& c, State& y) { y[0] = c.v_reset; }

    /// Constant input from now on (pA), on top of the parameter.
    static void set_current(Constants& c, double current_pA) {
        c.drive = c.undriven + current_pA * c.unit;
        c.v_rest = c.drive / c.leak;
    }
};

} // namespace saltus
