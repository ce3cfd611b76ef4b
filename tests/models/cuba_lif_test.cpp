// SPDX-License-Identifier: BSD-3-Clause
// CuBa LIF: the closed form against textbook formulas, its limits tau_s = tau_m and tau_s -> 0. Crossings are compared
// with a dense scan in crossing_scan_test.cpp.
#include "models/cuba_lif.hpp"

#include "engine/core/random.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <cmath>

namespace {

using namespace saltus;

struct State {
    std::array<double, 3> value;
    CubaLif::View view() { return {&value[0], &value[1], &value[2]}; }
};

/// One microsecond ticks, so that time constants are some thousand ticks.
const TimeGrid grid{};

CubaLifParameters random_neuron(RandomStream& r) {
    CubaLifParameters p;
    p.tau_m_ms = 2.0 + 28.0 * r.uniform();
    p.tau_e_ms = r.below(4) == 0 ? p.tau_m_ms : 0.2 + 20.0 * r.uniform();
    p.tau_i_ms = r.below(4) == 0 ? p.tau_e_ms : 0.2 + 20.0 * r.uniform();
    if (r.below(8) == 0) p.tau_e_ms = p.tau_m_ms * (1.0 + 1e-7 * (r.uniform() - 0.5));
    p.v_inf = r.below(3) == 0 ? 0.9 + 0.3 * r.uniform() : -0.5 * r.uniform();
    return p;
}

State random_state(RandomStream& r, double strength) {
    return {{1.2 * r.uniform() - 0.3, r.below(6) == 0 ? 0.0 : strength * r.uniform(),
             r.below(3) == 0 ? 0.0 : -strength * r.uniform()}};
}

/// v(t) with libm and textbook formulas, t in ms.
double reference_v(const CubaLifParameters& p, const State& s, double t) {
    const auto psp = [&](double tau) {
        if (tau == p.tau_m_ms) return t / tau * std::exp(-t / tau);
        const double a = t * (1.0 / p.tau_m_ms - 1.0 / tau);
        return t / p.tau_m_ms * std::exp(-t / p.tau_m_ms) * (a == 0.0 ? 1.0 : std::expm1(a) / a);
    };
    return p.v_inf + (s.value[0] - p.v_inf) * std::exp(-t / p.tau_m_ms) + s.value[1] * psp(p.tau_e_ms) +
           s.value[2] * psp(p.tau_i_ms);
}

} // namespace

TEST_CASE("cuba_lif: the closed form, for equal, close and different time constants", "[models][cuba][fast]") {
    RandomStream r(11, 1);
    double worst = 0.0;
    for (int k = 0; k < 2000; ++k) {
        const CubaLifParameters p = random_neuron(r);
        const CubaLif::Constants c(p, grid);
        State s = random_state(r, 20.0);
        const State before = s;
        const Tick gap = 1 + static_cast<Tick>(r.below(100'000));
        CubaLif::advance(c, CubaLif::decay(c, gap), s.view(), 0);
        const double expected = reference_v(p, before, grid.milliseconds(gap));
        worst = std::max(worst, std::abs(s.value[0] - expected) / (1.0 + std::abs(expected)));
        CHECK(s.value[1] ==
              Catch::Approx(before.value[1] * std::exp(-grid.milliseconds(gap) / p.tau_e_ms)).epsilon(1e-12));
    }
    INFO("worst " << worst);
    CHECK(worst < 1e-13);
}

TEST_CASE("cuba_lif: many small steps end where one large one does", "[models][cuba][fast]") {
    RandomStream r(11, 2);
    for (int k = 0; k < 200; ++k) {
        const CubaLifParameters p = random_neuron(r);
        const CubaLif::Constants c(p, grid);
        State once = random_state(r, 20.0);
        State often = once;
        CubaLif::advance(c, CubaLif::decay(c, 5000), once.view(), 0);
        for (int n = 0; n < 5000; n += 50) CubaLif::advance(c, CubaLif::decay(c, 50), often.view(), 0);
        for (std::size_t x = 0; x < 3; ++x)
            CHECK(often.value[x] == Catch::Approx(once.value[x]).epsilon(1e-11).margin(1e-13));
    }
}

TEST_CASE("cuba_lif: interspike interval under constant drive, to 1e-12", "[models][cuba][fast]") {
    const TimeGrid fine{.tick = Picoseconds(1)};
    CubaLifParameters p;
    p.tau_m_ms = 10.0;
    for (const double drive : {1.01, 1.5, 3.0, 20.0}) {
        p.v_inf = drive;
        const CubaLif::Constants c(p, fine);
        State s{{0.0, 0.0, 0.0}};
        const Tick isi = CubaLif::next_crossing(c, s.view(), 0, 1);
        const double exact_ms = 10.0 * std::log(drive / (drive - 1.0));
        CHECK(fine.milliseconds(isi) == Catch::Approx(exact_ms).epsilon(1e-12).margin(2e-9));
    }
}

TEST_CASE("cuba_lif: tau_s -> 0 at constant charge becomes the delta synapse", "[models][cuba][fast]") {
    CubaLifParameters p;
    p.tau_m_ms = 20.0;
    double previous = 1.0;
    for (const double tau : {1.0, 0.1, 0.01}) {
        p.tau_e_ms = tau;
        const CubaLif::Constants c(p, grid);
        State s{{0.0, 0.5 * p.tau_m_ms / tau, 0.0}}; // the charge of a jump by 0.5
        CubaLif::advance(c, CubaLif::decay(c, grid.ticks(10.0)), s.view(), 0);
        const double difference = std::abs(s.value[0] - 0.5 * std::exp(-10.0 / 20.0));
        CHECK(difference < 0.2 * previous);
        previous = difference;
    }
    CHECK(previous < 1e-3);
}

TEST_CASE("cuba_lif: tau_s = tau_m is the exact limit, and is approached without loss of digits",
          "[models][cuba][fast]") {
    const TimeGrid ps{.tick = Picoseconds(1)};
    const double tau = 12.0, i0 = 3.5, v0 = 0.2;
    for (const double ms : {1e-6, 0.01, 1.0, 12.0, 100.0}) {
        const double exact = (v0 + i0 * ms / tau) * std::exp(-ms / tau); // t/tau e^(-t/tau)
        const auto v_at = [&](double tau_e) {
            CubaLifParameters p;
            p.tau_m_ms = tau;
            p.tau_e_ms = tau_e;
            const CubaLif::Constants c(p, ps);
            State s{{v0, i0, 0.0}};
            CubaLif::advance(c, CubaLif::decay(c, ps.ticks(ms)), s.view(), 0);
            return s.value[0];
        };
        INFO(ms << " ms");
        CHECK(v_at(tau) == Catch::Approx(exact).epsilon(2e-14)); // the time itself is known to 1e-15 of tau only
        // Apart by a part d, the first-order term is d i0 (t/tau)^2/2 e^(-t/tau) at most, and nothing else is lost.
        const double x = ms / tau;
        for (const double d : {1e-13, 1e-10, 1e-7, 1e-4}) {
            const double bound = 1.1 * d * i0 * (x + 0.5 * x * x) * std::exp(-x) + 4e-14 * std::abs(exact);
            CHECK(std::abs(v_at(tau * (1.0 + d)) - exact) <= bound);
            CHECK(std::abs(v_at(tau * (1.0 - d)) - exact) <= bound);
        }
    }
}

TEST_CASE("cuba_lif: the crossing for tau_s = tau_m solves t e^(-t) = const", "[models][cuba][fast]") {
    const TimeGrid ps{.tick = Picoseconds(1)};
    for (const double d : {0.0, 1e-14, -1e-12, 1e-9}) {
        CubaLifParameters p;
        p.tau_m_ms = 12.0;
        p.tau_e_ms = 12.0 * (1.0 + d);
        const CubaLif::Constants c(p, ps);
        State s{{0.0, 2.0 / (0.5 * std::exp(-0.5)) / 2.0, 0.0}}; // at t = tau/2 the membrane is at 1
        const Tick crossing = CubaLif::next_crossing(c, s.view(), 0, 0);
        CHECK(ps.milliseconds(crossing) == Catch::Approx(6.0).margin(2e-9 + 20.0 * std::abs(d)));
    }
}
