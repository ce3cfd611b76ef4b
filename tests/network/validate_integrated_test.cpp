// SPDX-License-Identifier: BSD-3-Clause
// Every way to get an integrated population wrong; rules onto one are refused.
#include "tests/network/draft.hpp"

namespace {

using namespace saltus;
using namespace saltus::test;

template <class P>
std::function<void(Draft&)> with(double P::*parameter, double value) {
    return [=](Draft& d) { d.populations[adaptive].model.emplace<P>().*parameter = value; };
}

} // namespace

TEST_CASE("integrated populations with their defaults are valid", "[network][validate][fast]") {
    check_valid({[](Draft& d) { d.populations[adaptive].model = CobaLifParameters{}; },
                 [](Draft& d) { d.populations[adaptive].model = AdexParameters{}; },
                 [](Draft& d) { d.populations[adaptive].model = IzhikevichParameters{}; }});
}

TEST_CASE("faults of conductance-based LIF populations", "[network][validate][fast]") {
    using P = CobaLifParameters;
    check({
        {with(&P::capacitance_pF, 0.0), {"population 'adaptive'", "capacitance_pF is 0", "above 0"}},
        {with(&P::g_leak_nS, undefined), {"g_leak_nS is nan"}},
        {with(&P::g_leak_nS, 1e9), {"membrane time constant", "too coarse"}},
        {with(&P::e_leak_mV, -0.06e6), {"e_leak_mV is -60000", "-1000 to 1000 mV", "voltages are in mV"}},
        {with(&P::e_leak_mV, -40.0), {"e_leak_mV is -40", "below v_threshold_mV (-50)", "current_pA"}},
        {with(&P::v_reset_mV, -50.0), {"v_reset_mV is -50", "below v_threshold_mV (-50)", "never stops"}},
        {with(&P::v_threshold_mV, undefined), {"v_threshold_mV is nan"}},
        {with(&P::e_excitatory_mV, infinite), {"e_excitatory_mV is inf"}},
        {with(&P::e_inhibitory_mV, undefined), {"e_inhibitory_mV is nan"}},
        {with(&P::tau_e_ms, 0.0), {"tau_e_ms is 0"}},
        {with(&P::tau_i_ms, 1e-4), {"tau_i_ms is 1e-04", "too coarse"}},
        {with(&P::current_pA, infinite), {"current_pA is inf"}},
        {with(&P::refractory_ms, -1.0), {"refractory_ms is -1"}},
        {with(&P::tolerance, 1e-14), {"tolerance is 1e-14", "1e-13 to 1e-3", "rounding"}},
    });
}

TEST_CASE("faults of AdEx populations", "[network][validate][fast]") {
    using P = AdexParameters;
    check({
        {with(&P::capacitance_pF, -1.0), {"population 'adaptive'", "capacitance_pF is -1"}},
        {with(&P::g_leak_nS, 0.0), {"g_leak_nS is 0"}},
        {with(&P::slope_mV, 0.0), {"slope_mV is 0", "above 0"}},
        {with(&P::v_peak_mV, -60.0), {"v_peak_mV is -60", "above v_t_mV (-50.4)"}},
        {with(&P::slope_mV, 0.1), {"v_peak_mV is 20", "300 slope_mV", "20 slopes"}},
        {with(&P::v_reset_mV, 20.0), {"v_reset_mV is 20", "below v_peak_mV (20)"}},
        {with(&P::e_leak_mV, 30.0), {"e_leak_mV is 30", "below v_peak_mV"}},
        {with(&P::v_t_mV, undefined), {"v_t_mV is nan"}},
        {with(&P::a_nS, undefined), {"a_nS is nan"}},
        {with(&P::b_pA, infinite), {"b_pA is inf"}},
        {with(&P::tau_w_ms, 0.0), {"tau_w_ms is 0"}},
        {with(&P::tau_e_ms, -1.0), {"tau_e_ms is -1"}},
        {with(&P::tau_i_ms, undefined), {"tau_i_ms is nan"}},
        {with(&P::refractory_ms, 4e-4), {"refractory_ms is 4e-04", "half a tick"}},
        {with(&P::tolerance, 0.1), {"tolerance is 0.1"}},
    });
}

TEST_CASE("faults of Izhikevich populations", "[network][validate][fast]") {
    using P = IzhikevichParameters;
    check({
        {with(&P::a_per_ms, 0.0), {"population 'adaptive'", "a_per_ms is 0"}},
        {with(&P::a_per_ms, 1e4), {"time constant of recovery", "too coarse"}},
        {with(&P::b_per_ms, undefined), {"b_per_ms is nan"}},
        {with(&P::c_mV, 30.0), {"c_mV is 30", "below v_peak_mV (30)"}},
        {with(&P::d, infinite), {"d is inf"}},
        {with(&P::v_start_mV, 31.0), {"v_start_mV is 31", "start below"}},
        {with(&P::current, undefined), {"current is nan"}},
        {with(&P::tau_syn_ms, 0.0), {"tau_syn_ms is 0"}},
        {with(&P::tolerance, undefined), {"tolerance is nan"}},
    });
}

TEST_CASE("no rule learns onto an integrated population", "[network][validate][fast]") {
    const auto learning = [](ModelParameters model, Rule rule) {
        return [=](Draft& d) {
            d.populations[adaptive].model = model;
            d.spec(to_adaptive).rule = rule;
        };
    };
    check({
        {learning(CobaLifParameters{}, Eprop{}),
         {"hidden -> adaptive", "Eprop", "not LIF, adaptive LIF or CuBa LIF", "no rule"}},
        {learning(AdexParameters{}, Eprop{}), {"Eprop", "not LIF, adaptive LIF or CuBa LIF"}},
        {learning(IzhikevichParameters{}, Eprop{}), {"Eprop", "not LIF, adaptive LIF or CuBa LIF"}},
        {learning(AdexParameters{}, ReadoutRule{}), {"ReadoutRule", "not a readout"}},
    });
}
