// SPDX-License-Identifier: BSD-3-Clause
// Integrate-and-fire without leak: delta synapses, and exponential currents. Crossings of the latter are also compared
// with a dense scan in crossing_scan_test.cpp.
#include "engine/core/random.hpp"
#include "models/cuba_integrate_fire.hpp"
#include "tests/support/catch.hpp"

#include <cmath>

namespace {

using namespace saltus;
using namespace std::chrono_literals;

const TimeGrid grid{.tick = 1ms, .delay_resolution = 1ms, .learning_clock = 1};

double log_uniform(RandomStream& random, double low, double high) {
    return low * stable_exp(random.uniform() * stable_log(high / low));
}

struct Neuron {
    IntegrateFire::Constants constants;
    double v;
    Neuron(const IntegrateFireParameters& p, double start) : constants(p, grid), v(start) {}
    IntegrateFire::View view() { return {&v}; }
    Tick next_crossing(Tick from) { return IntegrateFire::next_crossing(constants, view(), 0, from); }
    [[nodiscard]] double distance_after(Tick n) const {
        double later = v;
        IntegrateFire::advance(constants, IntegrateFire::decay(constants, n), {&later}, 0);
        return IntegrateFire::distance(constants, {&later}, 0);
    }
};

} // namespace

TEST_CASE("integrate_fire: a straight line between events, and two resets", "[models][integrate_fire][fast]") {
    Neuron n({.drive_per_ms = 0.125, .threshold = 0.75}, 0.25);
    IntegrateFire::advance(n.constants, IntegrateFire::decay(n.constants, 3), n.view(), 0);
    CHECK(n.v == 0.625);
    IntegrateFire::arrive(n.constants, n.view(), 0, 0.375);
    CHECK(n.v == 1.0);
    IntegrateFire::reset(n.constants, n.view(), 0);
    CHECK(n.v == 0.25);
    Neuron hard({.threshold = 0.75, .reset = Reset::to_value, .v_reset = -0.5}, 1.0);
    IntegrateFire::reset(hard.constants, hard.view(), 0);
    CHECK(hard.v == -0.5);
    IntegrateFire::advance(hard.constants, IntegrateFire::decay(hard.constants, 1'000'000'000), hard.view(), 0);
    CHECK(hard.v == -0.5); // nothing leaks
}

TEST_CASE("integrate_fire: crosses exactly where a scan tick by tick says",
          "[models][integrate_fire][crossing][fast]") {
    RandomStream random(24, 1);
    int crossed = 0, silent = 0, later = 0;
    for (int i = 0; i < 4000; ++i) {
        IntegrateFireParameters p{.threshold = log_uniform(random, 0.1, 10.0)};
        p.drive_per_ms = i % 4 == 0 ? -random.uniform() : p.threshold * log_uniform(random, 1e-3, 3.0);
        if (i % 9 == 0) p.drive_per_ms = 0.0;
        if (i % 5 == 0) p.drive_per_ms = p.threshold / static_cast<double>(1 + random.below(300)); // just on a tick
        Neuron neuron(p, i % 5 == 0 ? 0.0 : p.threshold * (3.0 * random.uniform() - 1.7));
        const Tick from = i % 3 == 0 ? static_cast<Tick>(random.below(200)) : 1;
        const Tick last = from + 3000;
        Tick expected = from;
        while (expected <= last && neuron.distance_after(expected) < 0.0) ++expected;
        if (expected > last) expected = never;
        (expected == never ? silent : crossed) += 1;
        later += expected != never && expected > from ? 1 : 0;
        INFO("threshold " << p.threshold << " drive " << p.drive_per_ms << " v " << neuron.v << " from " << from);
        if (neuron.next_crossing(from) != expected) CHECK(neuron.next_crossing(from) == expected);
    }
    CHECK(crossed > 1500);
    CHECK(silent > 800);
    CHECK(later > 1000);
}

TEST_CASE("integrate_fire: faint drive, where many ticks share one rounded voltage", "[models][integrate_fire][fast]") {
    const TimeGrid ps{.tick = Picoseconds(1)};
    const IntegrateFireParameters p{.drive_per_ms = 1e-9}; // 1e-18 a tick: 110 ticks per rounding step below threshold
    const IntegrateFire::Constants c(p, ps);
    double v = 0.999'999'999;
    const auto distance = [&](Tick n) {
        double later = v;
        IntegrateFire::advance(c, IntegrateFire::decay(c, n), {&later}, 0);
        return IntegrateFire::distance(c, {&later}, 0);
    };
    const Tick crossing = IntegrateFire::next_crossing(c, {&v}, 0, 1);
    REQUIRE(crossing != never);
    CHECK(distance(crossing) >= 0.0);
    CHECK(distance(crossing - 1) < 0.0);
    CHECK(static_cast<double>(crossing) == Catch::Approx(1e9).epsilon(1e-6));
    const IntegrateFireParameters fainter{.drive_per_ms = 1e-30};
    const IntegrateFire::Constants never_reaches(fainter, ps);
    v = 0.0;
    CHECK(IntegrateFire::next_crossing(never_reaches, {&v}, 0, 1) == never);
}

TEST_CASE("cuba_integrate_fire: the closed form against a fine integration", "[models][integrate_fire][fast]") {
    RandomStream r(24, 2);
    const TimeGrid us{};
    for (int k = 0; k < 200; ++k) {
        CubaIntegrateFireParameters p;
        p.drive_per_ms = 0.1 * (r.uniform() - 0.5);
        p.tau_e_ms = 0.5 + 20.0 * r.uniform();
        p.tau_i_ms = 0.5 + 20.0 * r.uniform();
        const CubaIntegrateFire::Constants c(p, us);
        double v = r.uniform(), e = 2.0 * r.uniform(), i = -2.0 * r.uniform();
        const Tick gap = 1 + static_cast<Tick>(r.below(k % 2 == 0 ? 100 : 30'000));
        const double ms = us.milliseconds(gap);
        double sum = 0.0; // Simpson's rule
        const auto rate = [&](double t) {
            return p.drive_per_ms + e * std::exp(-t / p.tau_e_ms) + i * std::exp(-t / p.tau_i_ms);
        };
        for (int n = 0; n <= 2000; ++n)
            sum += (n == 0 || n == 2000 ? 1.0 : n % 2 == 1 ? 4.0 : 2.0) * rate(ms * n / 2000.0);
        const double expected = v + sum * ms / 6000.0;
        const double e_later = e * std::exp(-ms / p.tau_e_ms);
        CubaIntegrateFire::advance(c, CubaIntegrateFire::decay(c, gap), {&v, &e, &i}, 0);
        CHECK(v == Catch::Approx(expected).epsilon(1e-9).margin(1e-12));
        CHECK(e == Catch::Approx(e_later).epsilon(1e-12));
    }
}

TEST_CASE("cuba_integrate_fire: an arrival moves the membrane by weight times time constant in the end",
          "[models][integrate_fire][fast]") {
    CubaIntegrateFireParameters p;
    p.tau_e_ms = 5.0;
    p.tau_i_ms = 8.0;
    const CubaIntegrateFire::Constants c(p, grid);
    double v = 0.1, e = 0.0, i = 0.0;
    CubaIntegrateFire::arrive(c, {&v, &e, &i}, 0, 0.04);
    CubaIntegrateFire::arrive(c, {&v, &e, &i}, 0, -0.01);
    CHECK(v == 0.1);
    CubaIntegrateFire::advance(c, CubaIntegrateFire::decay(c, 1'000'000), {&v, &e, &i}, 0);
    CHECK(v == Catch::Approx(0.1 + 0.2 - 0.08).epsilon(1e-14));
    CHECK(e == 0.0);
}
