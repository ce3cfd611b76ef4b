// SPDX-License-Identifier: BSD-3-Clause
// AdEx against Boost.Odeint: random neurons, and the published firing patterns.
#include "tests/models/ode_cases.hpp"
#include "tests/support/catch.hpp"

#include <array>
#include <string>

namespace {

using namespace saltus;
using namespace saltus::test;

AdexParameters random_adex(RandomStream& r) {
    AdexParameters p;
    p.capacitance_pF = 100.0 + 250.0 * r.uniform();
    p.g_leak_nS = 8.0 + 25.0 * r.uniform();
    p.e_leak_mV = -75.0 + 15.0 * r.uniform();
    p.slope_mV = 0.5 + 3.0 * r.uniform();
    p.v_peak_mV = r.below(3) == 0 ? p.v_t_mV + 4.0 * p.slope_mV : 20.0 * r.uniform();
    p.v_reset_mV = p.e_leak_mV + 14.0 * r.uniform();
    p.a_nS = 6.0 * r.uniform();
    p.b_pA = 100.0 * r.uniform();
    p.tau_w_ms = 30.0 + 200.0 * r.uniform();
    p.refractory_ms = r.below(3) == 0 ? std::floor(3e9 * r.uniform()) * 1e-9 : 0.0;
    p.current_pA = r.below(2) == 0 ? (p.v_t_mV - p.e_leak_mV) * p.g_leak_nS * (0.8 + 1.2 * r.uniform()) : 0.0;
    p.input = r.below(2) == 0 ? SynapticInput::conductance : SynapticInput::current;
    return p;
}

struct Pattern {
    std::string name;
    AdexParameters p;
    std::size_t spikes, compared; ///< within 400 ms; the first ones, where the pattern is chaotic
};

AdexParameters pattern(double c, double gl, double el, double a, double tau_w, double b, double vr, double current) {
    AdexParameters p;
    p.capacitance_pF = c;
    p.g_leak_nS = gl;
    p.e_leak_mV = el;
    p.v_t_mV = -50.0;
    p.slope_mV = 2.0;
    p.v_peak_mV = 0.0;
    p.a_nS = a;
    p.tau_w_ms = tau_w;
    p.b_pA = b;
    p.v_reset_mV = vr;
    p.current_pA = current;
    return p;
}

} // namespace

TEST_CASE("adex: 250 random neurons and trains within 1e-6 ms of the reference", "[models][adex]") {
    RandomStream r(22, 1);
    std::size_t spikes = 0, silent = 0;
    double worst = 0.0;
    for (int k = 0; k < 250; ++k) {
        const AdexParameters p = random_adex(r);
        const double strength = p.input == SynapticInput::conductance ? 15.0 : 400.0;
        const auto arrivals = random_arrivals(r, 1, 0.05 + 0.3 * r.uniform(), 150.0, strength, strength);
        const auto expected = OdeReference<AdexCell>({p}, 1, 1e-9).run(arrivals, {}, 150.0);
        const auto found = simulate(p, 1, arrivals, {}, 150.0);
        const double difference = apart(found, expected);
        INFO("case " << k << ": " << found.size() << " spikes, expected " << expected.size());
        CHECK(difference < 1e-6);
        worst = std::max(worst, difference);
        spikes += expected.size();
        silent += expected.empty();
    }
    INFO("worst " << worst << " ms, " << spikes << " spikes, " << silent << " neurons silent");
    CHECK(worst > 0.0);
    CHECK(spikes > 1000);
    CHECK(silent > 10);
}

// Naud, Marcille, Clopath and Gerstner 2008, table 1.
TEST_CASE("adex: the published firing patterns", "[models][adex]") {
    const std::vector<Pattern> patterns = {
        {"tonic spiking", pattern(200, 10, -70, 2, 30, 0, -58, 500), 41, 1000},
        {"adaptation", pattern(200, 12, -70, 2, 300, 60, -58, 500), 9, 1000},
        {"initial burst", pattern(130, 18, -58, 4, 150, 120, -50, 400), 9, 1000},
        {"regular bursting", pattern(200, 10, -58, 2, 120, 100, -46, 210), 7, 1000},
        {"delayed accelerating", pattern(200, 12, -70, -10, 300, 0, -58, 300), 27, 1000},
        {"delayed regular bursting", pattern(100, 10, -65, -10, 90, 30, -47, 110), 20, 1000},
        {"transient spiking", pattern(100, 10, -65, 10, 90, 100, -47, 180), 1, 1000},
        {"irregular spiking", pattern(100, 12, -60, -11, 130, 30, -48, 160), 23, 6},
    };
    for (const Pattern& x : patterns) {
        const auto expected = OdeReference<AdexCell>({x.p}, 1).run({}, {}, 400.0);
        const auto found = simulate(x.p, 1, {}, {}, 400.0);
        INFO(x.name << ": " << found.size() << " spikes, expected " << expected.size());
        CHECK(found.size() == x.spikes);
        CHECK(apart(found, expected, x.compared) < 1e-6);
    }
}
