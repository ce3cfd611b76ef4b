// SPDX-License-Identifier: BSD-3-Clause
// The check of populations whose model is integrated: conductance-based LIF, AdEx, Izhikevich.
#include "engine/network/validate_parts.hpp"

#include <cmath>

namespace saltus::detail {

namespace {

constexpr std::string_view above_reset_remedy =
    "lower the reset or raise the threshold, or the neuron never stops "
    "spiking";

void require_tolerance(const std::string& place, double tolerance) {
    require(tolerance >= 1e-13 && tolerance <= 1e-3, place, "tolerance", tolerance, "1e-13 to 1e-3",
            "1e-11 keeps spikes within 1e-6 ms of the exact solution; below 1e-13 rounding takes over");
}

/// A voltage within what neurons and cut-offs know; anything else is a slip of units.
void require_voltage(const std::string& place, std::string_view parameter, double value) {
    require(std::abs(value) <= 1000.0, place, parameter, value, "-1000 to 1000 mV", "voltages are in mV");
}

} // namespace

void validate_model(const TimeGrid& grid, const std::string& place, const CobaLifParameters& p) {
    require_positive(place, "capacitance_pF", p.capacitance_pF);
    require_positive(place, "g_leak_nS", p.g_leak_nS);
    require_time_constant(grid, place, "membrane time constant (capacitance_pF / g_leak_nS)",
                          p.capacitance_pF / p.g_leak_nS);
    require_voltage(place, "e_leak_mV", p.e_leak_mV);
    require_voltage(place, "v_threshold_mV", p.v_threshold_mV);
    require_voltage(place, "v_reset_mV", p.v_reset_mV);
    require(p.v_reset_mV < p.v_threshold_mV, place, "v_reset_mV", p.v_reset_mV,
            "below v_threshold_mV (" + text(p.v_threshold_mV) + ")", above_reset_remedy);
    require(p.e_leak_mV < p.v_threshold_mV, place, "e_leak_mV", p.e_leak_mV,
            "below v_threshold_mV (" + text(p.v_threshold_mV) + "), as v starts there",
            "lower it, or use current_pA for a neuron that fires by itself");
    require_voltage(place, "e_excitatory_mV", p.e_excitatory_mV);
    require_voltage(place, "e_inhibitory_mV", p.e_inhibitory_mV);
    require_time_constant(grid, place, "tau_e_ms", p.tau_e_ms);
    require_time_constant(grid, place, "tau_i_ms", p.tau_i_ms);
    require_finite(place, "current_pA", p.current_pA);
    require_tolerance(place, p.tolerance);
    require_refractory(grid, place, p.refractory_ms);
}

void validate_model(const TimeGrid& grid, const std::string& place, const AdexParameters& p) {
    require_positive(place, "capacitance_pF", p.capacitance_pF);
    require_positive(place, "g_leak_nS", p.g_leak_nS);
    require_time_constant(grid, place, "membrane time constant (capacitance_pF / g_leak_nS)",
                          p.capacitance_pF / p.g_leak_nS);
    require_voltage(place, "e_leak_mV", p.e_leak_mV);
    require_voltage(place, "v_t_mV", p.v_t_mV);
    require_positive(place, "slope_mV", p.slope_mV);
    require_voltage(place, "v_peak_mV", p.v_peak_mV);
    require(p.v_peak_mV > p.v_t_mV && p.v_peak_mV - p.v_t_mV <= 300.0 * p.slope_mV, place, "v_peak_mV", p.v_peak_mV,
            "above v_t_mV (" + text(p.v_t_mV) + ") by at most 300 slope_mV (" + text(300.0 * p.slope_mV) + " mV)",
            "20 slopes above v_t_mV is ample: the upswing from there takes no time");
    require_voltage(place, "v_reset_mV", p.v_reset_mV);
    require(p.v_reset_mV < p.v_peak_mV, place, "v_reset_mV", p.v_reset_mV,
            "below v_peak_mV (" + text(p.v_peak_mV) + ")", above_reset_remedy);
    require(p.e_leak_mV < p.v_peak_mV, place, "e_leak_mV", p.e_leak_mV,
            "below v_peak_mV (" + text(p.v_peak_mV) + "), as v starts there", "lower it or raise v_peak_mV");
    require_finite(place, "a_nS", p.a_nS);
    require_finite(place, "b_pA", p.b_pA);
    require_time_constant(grid, place, "tau_w_ms", p.tau_w_ms);
    require_voltage(place, "e_excitatory_mV", p.e_excitatory_mV);
    require_voltage(place, "e_inhibitory_mV", p.e_inhibitory_mV);
    require_time_constant(grid, place, "tau_e_ms", p.tau_e_ms);
    require_time_constant(grid, place, "tau_i_ms", p.tau_i_ms);
    require_finite(place, "current_pA", p.current_pA);
    require_tolerance(place, p.tolerance);
    require_refractory(grid, place, p.refractory_ms);
}

void validate_model(const TimeGrid& grid, const std::string& place, const IzhikevichParameters& p) {
    require_positive(place, "a_per_ms", p.a_per_ms);
    require_time_constant(grid, place, "time constant of recovery (1 / a_per_ms)", 1.0 / p.a_per_ms);
    require_finite(place, "b_per_ms", p.b_per_ms);
    require_voltage(place, "c_mV", p.c_mV);
    require_finite(place, "d", p.d);
    require_voltage(place, "v_peak_mV", p.v_peak_mV);
    require_voltage(place, "v_start_mV", p.v_start_mV);
    require(p.c_mV < p.v_peak_mV, place, "c_mV", p.c_mV, "below v_peak_mV (" + text(p.v_peak_mV) + ")",
            above_reset_remedy);
    require(p.v_start_mV < p.v_peak_mV, place, "v_start_mV", p.v_start_mV,
            "below v_peak_mV (" + text(p.v_peak_mV) + ")", "start below the peak");
    require_finite(place, "current", p.current);
    require_time_constant(grid, place, "tau_syn_ms", p.tau_syn_ms);
    require_tolerance(place, p.tolerance);
    require_refractory(grid, place, p.refractory_ms);
}

} // namespace saltus::detail
