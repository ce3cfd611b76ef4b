// SPDX-License-Identifier: BSD-3-Clause
// Conductance-based LIF against Boost.Odeint.
#include "tests/models/ode_cases.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace saltus;
using namespace saltus::test;

CobaLifParameters random_coba(RandomStream& r) {
    CobaLifParameters p;
    p.capacitance_pF = 100.0 + 300.0 * r.uniform();
    p.g_leak_nS = 5.0 + 20.0 * r.uniform();
    p.v_reset_mV = -75.0 + 20.0 * r.uniform();
    p.refractory_ms = r.below(3) == 0 ? 0.0 : std::floor(5e9 * r.uniform()) * 1e-9;
    p.tau_e_ms = 0.5 + 8.0 * r.uniform();
    p.tau_i_ms = r.below(4) == 0 ? p.tau_e_ms : 0.5 + 15.0 * r.uniform();
    p.current_pA = r.below(3) == 0 ? 8.0 * p.g_leak_nS + 6.0 * p.g_leak_nS * r.uniform() : 0.0;
    return p;
}

} // namespace

TEST_CASE("coba_lif: 250 random neurons and trains within 1e-6 ms of the reference", "[models][coba]") {
    RandomStream r(21, 1);
    std::size_t spikes = 0, silent = 0;
    double worst = 0.0;
    for (int k = 0; k < 250; ++k) {
        const CobaLifParameters p = random_coba(r);
        const auto arrivals = random_arrivals(r, 1, 0.05 + 0.5 * r.uniform(), 150.0, 25.0, 40.0);
        const auto expected = OdeReference<CobaCell>({p}, 1, 1e-9).run(arrivals, {}, 150.0);
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
