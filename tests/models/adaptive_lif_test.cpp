// SPDX-License-Identifier: BSD-3-Clause
#include "models/adaptive_lif.hpp"

#include "engine/core/random.hpp"
#include "tests/support/catch.hpp"

#include <cmath>

namespace {

using namespace saltus;
using namespace std::chrono_literals;

const TimeGrid grid{.tick = 1ms, .delay_resolution = 1ms, .learning_clock = 1};

struct Neuron {
    AdaptiveLif::Constants constants;
    double v, a;

    Neuron(const AdaptiveLifParameters& p, double v_at_start, double a_at_start)
        : constants(p, grid), v(v_at_start), a(a_at_start) {}
    AdaptiveLif::View view() { return {&v, &a}; }
    void advance(Tick gap) { AdaptiveLif::advance(constants, AdaptiveLif::decay(constants, gap), view(), 0); }
    double distance() { return AdaptiveLif::distance(constants, view(), 0); }
    void reset() { AdaptiveLif::reset(constants, view(), 0); }
    Tick next_crossing(Tick from) { return AdaptiveLif::next_crossing(constants, view(), 0, from); }
    [[nodiscard]] double distance_after(Tick n) const {
        double v_later = v;
        double a_later = a;
        AdaptiveLif::advance(constants, AdaptiveLif::decay(constants, n), {&v_later, &a_later}, 0);
        return AdaptiveLif::distance(constants, {&v_later, &a_later}, 0);
    }
};

AdaptiveLifParameters parameters(double tau_m_ms, double tau_a_ms, double beta, double v_inf) {
    AdaptiveLifParameters p;
    p.tau_m_ms = tau_m_ms;
    p.tau_a_ms = tau_a_ms;
    p.beta = beta;
    p.v_inf = v_inf;
    return p;
}

double log_uniform(RandomStream& random, double low, double high) {
    return low * stable_exp(random.uniform() * stable_log(high / low));
}

/// First tick from `from` on at which a scan finds the neuron at threshold, or `never`.
Tick scan(const Neuron& neuron, Tick from, double slowest_ms) {
    const Tick last = from + static_cast<Tick>(45.0 * slowest_ms) + 5;
    for (Tick n = from; n <= last; ++n)
        if (neuron.distance_after(n) >= 0.0) return n;
    return never;
}

} // namespace

TEST_CASE("threshold and membrane decay each with its own time constant", "[models][adaptive_lif][fast]") {
    Neuron neuron(parameters(20.0, 200.0, 0.5, 0.0), 0.9, 2.0);
    CHECK(neuron.distance() == Catch::Approx(0.9 - (1.0 + 0.5 * 2.0)));
    neuron.advance(30);
    CHECK(neuron.v == Catch::Approx(0.9 * std::exp(-30.0 / 20.0)).epsilon(1e-14));
    CHECK(neuron.a == Catch::Approx(2.0 * std::exp(-30.0 / 200.0)).epsilon(1e-14));
    CHECK(neuron.distance() == Catch::Approx(neuron.v - 1.0 - 0.5 * neuron.a).epsilon(1e-14));
}

TEST_CASE("a spike takes off the base threshold and raises the adaptation by one", "[models][adaptive_lif][fast]") {
    Neuron neuron(parameters(20.0, 200.0, 0.5, 0.0), 2.25, 2.0);
    neuron.reset();
    CHECK(neuron.v == 1.25);
    CHECK(neuron.a == 3.0);
}

TEST_CASE("effects at the next tick are undecayed there", "[models][adaptive_lif][fast]") {
    AdaptiveLifParameters p = parameters(20.0, 200.0, 0.5, 0.1);
    p.spike_effect = SpikeEffect::next_tick;
    Neuron neuron(p, 2.25, 2.0);
    neuron.reset();
    neuron.advance(1);
    CHECK(neuron.v == Catch::Approx(0.1 + (2.25 - 0.1) * std::exp(-1.0 / 20.0) - 1.0).epsilon(1e-14));
    CHECK(neuron.a == Catch::Approx(2.0 * std::exp(-1.0 / 200.0) + 1.0).epsilon(1e-14));
}

TEST_CASE("without adaptation it is a LIF neuron, bit for bit", "[models][adaptive_lif][fast]") {
    RandomStream random(31, 1);
    for (int i = 0; i < 200; ++i) {
        const double v_inf = 2.0 * random.uniform();
        Neuron adaptive(parameters(20.0, 200.0, 0.0, v_inf), 1.2 * random.uniform(), 3.0);
        LifParameters p;
        p.v_inf = v_inf;
        const Lif::Constants lif(p, grid);
        double v = adaptive.v;
        CHECK(adaptive.next_crossing(1) == Lif::next_crossing(lif, {&v}, 0, 1));
        adaptive.advance(17);
        Lif::advance(lif, Lif::decay(lif, 17), {&v}, 0);
        CHECK(adaptive.v == v);
        CHECK(adaptive.distance() == Lif::distance(lif, {&v}, 0));
    }
}

TEST_CASE("an adaptive neuron crosses exactly where a scan tick by tick says",
          "[models][adaptive_lif][crossing][fast]") {
    RandomStream random(32, 1);
    int crossed = 0, silent = 0, slower = 0, faster = 0;
    for (int i = 0; i < 4000; ++i) {
        const double tau_m = log_uniform(random, 1.0, 100.0);
        double tau_a = log_uniform(random, 1.0, 200.0);
        if (i % 10 == 0) tau_a = tau_m;
        double v_inf = 0.0;
        switch (i % 5) {
            case 0: v_inf = 1.0 + log_uniform(random, 1e-15, 1e-3); break; // just above threshold
            case 1: v_inf = 1.0 + log_uniform(random, 1e-3, 30.0); break;
            case 2: v_inf = 2.0 * random.uniform() - 1.0; break; // only the adaptation's decay can bring a crossing
            default: break;
        }
        // The membrane above the base threshold, but not above the raised one: the case that a naive search misses.
        const double beta = log_uniform(random, 0.01, 5.0);
        const double a = log_uniform(random, 0.01, 10.0);
        const double v = i % 2 == 0 ? 1.0 + beta * a * random.uniform() : 3.0 * random.uniform() - 1.5;
        Neuron neuron(parameters(tau_m, tau_a, beta, v_inf), v, a);
        const Tick from = i % 3 == 0 ? static_cast<Tick>(random.below(150)) : 1;
        const Tick expected = scan(neuron, from, std::max(tau_m, tau_a));
        (expected == never ? silent : crossed) += 1;
        if (expected != never && expected > from) (tau_a > tau_m ? slower : faster) += 1;
        INFO("tau_m " << tau_m << " tau_a " << tau_a << " beta " << beta << " v_inf " << v_inf << " v " << v << " a "
                      << a << " from " << from);
        if (neuron.next_crossing(from) != expected) CHECK(neuron.next_crossing(from) == expected);
    }
    CHECK(crossed > 1000);
    CHECK(silent > 500);
    CHECK(slower > 300);
    CHECK(faster > 300);
}

TEST_CASE("a threshold that decays onto a resting membrane is crossed, then left again",
          "[models][adaptive_lif][fast]") {
    // tau_a < tau_m: the threshold comes down faster than the membrane, which is above the base threshold for a while.
    Neuron neuron(parameters(100.0, 10.0, 1.0, 0.0), 1.5, 2.0);
    const Tick crossing = neuron.next_crossing(1);
    REQUIRE(crossing != never);
    CHECK(crossing == scan(neuron, 1, 100.0));
    CHECK(crossing > 5);
    // Refractory until the membrane is below the base threshold again: it has come too late.
    CHECK(neuron.next_crossing(60) == never);
    CHECK(scan(neuron, 60, 100.0) == never);
    // ... and if it ends in between, the neuron fires at once.
    CHECK(neuron.next_crossing(crossing + 3) == crossing + 3);
}
