// SPDX-License-Identifier: BSD-3-Clause
// Neuron models in files: one description each.
#pragma once

#include "engine/persist/description/fields.hpp"
#include "models/registry.hpp"

namespace saltus::persist {

template <>
inline constexpr Names<Reset, 2> names<Reset>{{{Reset::subtract, "subtract"}, {Reset::to_value, "to_value"}}};
template <>
inline constexpr Names<SpikeEffect, 2> names<SpikeEffect>{
    {{SpikeEffect::immediate, "immediate"}, {SpikeEffect::next_tick, "next_tick"}}};
template <>
inline constexpr Names<Refractory, 2> names<Refractory>{
    {{Refractory::integrate, "integrate"}, {Refractory::clamp, "clamp"}}};
template <>
inline constexpr Names<SynapticInput, 2> names<SynapticInput>{
    {{SynapticInput::conductance, "conductance"}, {SynapticInput::current, "current"}}};
template <>
inline constexpr Names<IzhikevichInput, 2> names<IzhikevichInput>{
    {{IzhikevichInput::voltage, "voltage"}, {IzhikevichInput::current, "current"}}};

// clang-format off
template <> inline constexpr auto description<InputParameters> = describe(InputParameters::name);

template <> inline constexpr auto description<LifParameters> = describe(Lif::name,
    "tau_m_ms", &LifParameters::tau_m_ms,
    "threshold", &LifParameters::threshold,
    "reset", &LifParameters::reset,
    "v_reset", &LifParameters::v_reset,
    "spike_effect", &LifParameters::spike_effect,
    "refractory_ms", &LifParameters::refractory_ms,
    "refractory", &LifParameters::refractory,
    "v_inf", &LifParameters::v_inf,
    "normalised_input", &LifParameters::normalised_input,
    "escape_rate_hz", &LifParameters::escape_rate_hz,
    "escape_width", &LifParameters::escape_width);

template <> inline constexpr auto description<AdaptiveLifParameters> = extend_description(
    description<LifParameters>, AdaptiveLif::name,
    "beta", &AdaptiveLifParameters::beta,
    "tau_a_ms", &AdaptiveLifParameters::tau_a_ms);

template <> inline constexpr auto description<CubaLifParameters> = extend_description(
    description<LifParameters>, CubaLif::name,
    "tau_e_ms", &CubaLifParameters::tau_e_ms,
    "tau_i_ms", &CubaLifParameters::tau_i_ms);

template <> inline constexpr auto description<AlphaLifParameters> = extend_description(
    description<CubaLifParameters>, AlphaLif::name);

template <> inline constexpr auto description<IntegrateFireParameters> = describe(IntegrateFire::name,
    "drive_per_ms", &IntegrateFireParameters::drive_per_ms,
    "threshold", &IntegrateFireParameters::threshold,
    "reset", &IntegrateFireParameters::reset,
    "v_reset", &IntegrateFireParameters::v_reset,
    "refractory_ms", &IntegrateFireParameters::refractory_ms,
    "refractory", &IntegrateFireParameters::refractory);

template <> inline constexpr auto description<CubaIntegrateFireParameters> = extend_description(
    description<IntegrateFireParameters>, CubaIntegrateFire::name,
    "tau_e_ms", &CubaIntegrateFireParameters::tau_e_ms,
    "tau_i_ms", &CubaIntegrateFireParameters::tau_i_ms);

template <> inline constexpr auto description<LeakyReadoutParameters> = describe(LeakyReadout::name,
    "tau_ms", &LeakyReadoutParameters::tau_ms,
    "normalised_input", &LeakyReadoutParameters::normalised_input);

template <> inline constexpr auto description<CubaReadoutParameters> = describe(CubaReadout::name,
    "tau_m_ms", &CubaReadoutParameters::tau_m_ms,
    "tau_s_ms", &CubaReadoutParameters::tau_s_ms,
    "y_inf", &CubaReadoutParameters::y_inf);

template <> inline constexpr auto description<PoissonParameters> = describe(Poisson::name,
    "rate_hz", &PoissonParameters::rate_hz);

template <> inline constexpr auto description<CobaLifParameters> = describe(CobaLif::name,
    "capacitance_pF", &CobaLifParameters::capacitance_pF,
    "g_leak_nS", &CobaLifParameters::g_leak_nS,
    "e_leak_mV", &CobaLifParameters::e_leak_mV,
    "v_threshold_mV", &CobaLifParameters::v_threshold_mV,
    "v_reset_mV", &CobaLifParameters::v_reset_mV,
    "refractory_ms", &CobaLifParameters::refractory_ms,
    "e_excitatory_mV", &CobaLifParameters::e_excitatory_mV,
    "e_inhibitory_mV", &CobaLifParameters::e_inhibitory_mV,
    "tau_e_ms", &CobaLifParameters::tau_e_ms,
    "tau_i_ms", &CobaLifParameters::tau_i_ms,
    "current_pA", &CobaLifParameters::current_pA,
    "tolerance", &CobaLifParameters::tolerance);

template <> inline constexpr auto description<AdexParameters> = describe(Adex::name,
    "capacitance_pF", &AdexParameters::capacitance_pF,
    "g_leak_nS", &AdexParameters::g_leak_nS,
    "e_leak_mV", &AdexParameters::e_leak_mV,
    "v_t_mV", &AdexParameters::v_t_mV,
    "slope_mV", &AdexParameters::slope_mV,
    "v_peak_mV", &AdexParameters::v_peak_mV,
    "v_reset_mV", &AdexParameters::v_reset_mV,
    "a_nS", &AdexParameters::a_nS,
    "b_pA", &AdexParameters::b_pA,
    "tau_w_ms", &AdexParameters::tau_w_ms,
    "refractory_ms", &AdexParameters::refractory_ms,
    "current_pA", &AdexParameters::current_pA,
    "input", &AdexParameters::input,
    "e_excitatory_mV", &AdexParameters::e_excitatory_mV,
    "e_inhibitory_mV", &AdexParameters::e_inhibitory_mV,
    "tau_e_ms", &AdexParameters::tau_e_ms,
    "tau_i_ms", &AdexParameters::tau_i_ms,
    "tolerance", &AdexParameters::tolerance);

template <> inline constexpr auto description<IzhikevichParameters> = describe(Izhikevich::name,
    "a_per_ms", &IzhikevichParameters::a_per_ms,
    "b_per_ms", &IzhikevichParameters::b_per_ms,
    "c_mV", &IzhikevichParameters::c_mV,
    "d", &IzhikevichParameters::d,
    "v_peak_mV", &IzhikevichParameters::v_peak_mV,
    "v_start_mV", &IzhikevichParameters::v_start_mV,
    "current", &IzhikevichParameters::current,
    "refractory_ms", &IzhikevichParameters::refractory_ms,
    "input", &IzhikevichParameters::input,
    "tau_syn_ms", &IzhikevichParameters::tau_syn_ms,
    "tolerance", &IzhikevichParameters::tolerance);
// clang-format on

} // namespace saltus::persist
