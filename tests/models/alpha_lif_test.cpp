// SPDX-License-Identifier: BSD-3-Clause
// LIF with alpha-shaped currents: the closed form against a fine integration, kernels near their limits, resets.
// Crossings are compared with a dense scan in crossing_scan_test.cpp.
#include "models/alpha_lif.hpp"

#include "engine/core/random.hpp"
#include "tests/support/catch.hpp"

#include <cmath>

namespace {

using namespace saltus;

/// One microsecond ticks.
const TimeGrid grid{};

struct State {
    std::array<double, 5> value{};
    AlphaLif::View view() { return {&value[0], &value[1], &value[2], &value[3], &value[4]}; }
};

/// Runge-Kutta of fourth order over `ms`, straight from the differential equations.
State integrate(const AlphaLifParameters& p, State s, double ms) {
    using Five = std::array<double, 5>;
    const auto f = [&](const Five& x) {
        return Five{(p.v_inf - x[0] + x[1] + x[3]) / p.tau_m_ms, (x[2] - x[1]) / p.tau_e_ms, -x[2] / p.tau_e_ms,
                    (x[4] - x[3]) / p.tau_i_ms, -x[4] / p.tau_i_ms};
    };
    const auto shifted = [](const Five& x, const Five& k, double h) {
        Five y;
        for (std::size_t n = 0; n < 5; ++n) y[n] = x[n] + h * k[n];
        return y;
    };
    constexpr int steps = 2000;
    const double h = ms / steps;
    for (int n = 0; n < steps; ++n) {
        const Five k1 = f(s.value), k2 = f(shifted(s.value, k1, h / 2)), k3 = f(shifted(s.value, k2, h / 2)),
                   k4 = f(shifted(s.value, k3, h));
        for (std::size_t x = 0; x < 5; ++x) s.value[x] += h / 6 * (k1[x] + 2 * k2[x] + 2 * k3[x] + k4[x]);
    }
    return s;
}

AlphaLifParameters random_neuron(RandomStream& r) {
    AlphaLifParameters p;
    p.tau_m_ms = 2.0 + 28.0 * r.uniform();
    p.tau_e_ms = r.below(4) == 0 ? p.tau_m_ms : 0.5 + 20.0 * r.uniform();
    p.tau_i_ms = r.below(4) == 0 ? p.tau_m_ms * (1.0 + 1e-7 * (r.uniform() - 0.5)) : 0.5 + 20.0 * r.uniform();
    p.v_inf = r.uniform() - 0.5;
    return p;
}

State random_state(RandomStream& r) {
    return {{2.0 * r.uniform() - 1.0, 5.0 * r.uniform(), 20.0 * r.uniform(), -5.0 * r.uniform(), -20.0 * r.uniform()}};
}

} // namespace

TEST_CASE("alpha_lif: the closed form, for equal, close and different time constants", "[models][alpha][fast]") {
    RandomStream r(21, 1);
    for (int k = 0; k < 300; ++k) {
        const AlphaLifParameters p = random_neuron(r);
        const AlphaLif::Constants c(p, grid);
        State s = random_state(r);
        const Tick gap = 1 + static_cast<Tick>(r.below(40'000));
        const State expected = integrate(p, s, grid.milliseconds(gap));
        AlphaLif::advance(c, AlphaLif::decay(c, gap), s.view(), 0);
        for (std::size_t x = 0; x < 5; ++x) CHECK(s.value[x] == Catch::Approx(expected.value[x]).margin(1e-9));
    }
}

TEST_CASE("alpha_lif: many small steps end where one large one does", "[models][alpha][fast]") {
    RandomStream r(21, 2);
    for (int k = 0; k < 200; ++k) {
        const AlphaLifParameters p = random_neuron(r);
        const AlphaLif::Constants c(p, grid);
        State once = random_state(r);
        State often = once;
        AlphaLif::advance(c, AlphaLif::decay(c, 20'000), once.view(), 0);
        for (int n = 0; n < 20'000; n += 100) AlphaLif::advance(c, AlphaLif::decay(c, 100), often.view(), 0);
        for (std::size_t x = 0; x < 5; ++x)
            CHECK(often.value[x] == Catch::Approx(once.value[x]).epsilon(1e-11).margin(1e-12));
    }
}

TEST_CASE("alpha_lif: an arrival adds a current whose peak, one time constant later, is its weight",
          "[models][alpha][fast]") {
    AlphaLifParameters p;
    p.tau_e_ms = 4.0;
    p.tau_i_ms = 7.0;
    const AlphaLif::Constants c(p, grid);
    State s;
    AlphaLif::arrive(c, s.view(), 0, 0.3);
    AlphaLif::arrive(c, s.view(), 0, -0.2);
    State e = s, i = s;
    AlphaLif::advance(c, AlphaLif::decay(c, 4000), e.view(), 0);
    CHECK(e.value[1] == Catch::Approx(0.3).epsilon(1e-14));
    AlphaLif::advance(c, AlphaLif::decay(c, 7000), i.view(), 0);
    CHECK(i.value[3] == Catch::Approx(-0.2).epsilon(1e-14));
    State clamped = s;
    AlphaLif::advance_clamped(AlphaLif::decay(c, 4000), clamped.view(), 0);
    CHECK(clamped.value[0] == 0.0);
    for (std::size_t x = 1; x < 5; ++x) CHECK(clamped.value[x] == e.value[x]);
}

TEST_CASE("alpha kernel: all digits near equal time constants, and a bound on its peak", "[models][alpha][fast]") {
    // Equal time constants: t^2 / (2 tau^2) e^(-t/tau).
    for (const double t : {1e-6, 0.1, 1.0, 5.0, 40.0}) {
        const double exact = 0.5 * t * t / 25.0 * std::exp(-t / 5.0);
        const double decay = stable_exp(-t / 5.0);
        CHECK(AlphaKernel(5.0, 5.0)(t, decay, decay) == Catch::Approx(exact).epsilon(1e-14));
        for (const double apart : {1e-12, 1e-9, 1e-6}) { // differs from the limit in first order only
            const double tau = 5.0 * (1.0 + apart);
            const double q = AlphaKernel(5.0, tau)(t, decay, stable_exp(-t / tau));
            CHECK(q == Catch::Approx(exact).epsilon(10.0 * apart + 1e-14));
        }
    }
    RandomStream r(21, 3);
    for (int k = 0; k < 500; ++k) {
        const double tau_m = 1.0 + 50.0 * r.uniform(), tau_s = 1.0 + 50.0 * r.uniform();
        const AlphaKernel kernel(tau_m, tau_s);
        double highest = 0.0;
        for (int n = 0; n < 800; ++n) {
            const double t = 0.5 * n;
            highest = std::max(highest, kernel(t, std::exp(-t / tau_m), std::exp(-t / tau_s)));
        }
        CHECK(kernel.peak() >= highest);
        CHECK(kernel.peak() < highest * 1.02);
    }
}

TEST_CASE("alpha_lif: both branches of the kernels meet", "[models][alpha][fast]") {
    // |a| = 1 is where the series hands over to the difference of exponentials.
    const double tau_m = 20.0, tau_s = 5.0;
    const double edge = 1.0 / (1.0 / tau_s - 1.0 / tau_m);
    const AlphaKernel kernel(tau_m, tau_s);
    const auto at = [&](double t) { return kernel(t, stable_exp(-t / tau_m), stable_exp(-t / tau_s)); };
    CHECK(at(edge * (1.0 - 1e-12)) == Catch::Approx(at(edge * (1.0 + 1e-12))).epsilon(1e-11));
}

TEST_CASE("alpha_lif: short time constants at constant charge become the delta synapse", "[models][alpha][fast]") {
    AlphaLifParameters p;
    double previous = 1.0;
    for (const double tau : {1.0, 0.1, 0.01}) {
        p.tau_e_ms = tau;
        const AlphaLif::Constants c(p, grid);
        State s; // the charge e w tau of an arrival is that of a jump by 0.5
        AlphaLif::arrive(c, s.view(), 0, 0.5 * p.tau_m_ms / (std::exp(1.0) * tau));
        AlphaLif::advance(c, AlphaLif::decay(c, grid.ticks(10.0)), s.view(), 0);
        const double difference = std::abs(s.value[0] - 0.5 * std::exp(-10.0 / 20.0));
        CHECK(difference < 0.2 * previous);
        previous = difference;
    }
    CHECK(previous < 1e-3);
}
