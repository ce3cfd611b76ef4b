// SPDX-License-Identifier: BSD-3-Clause
#include "models/lif.hpp"

#include "engine/core/random.hpp"
#include "tests/support/catch.hpp"

#include <cmath>

namespace {

using namespace saltus;
using namespace std::chrono_literals;

const TimeGrid grid{.tick = 1ms, .delay_resolution = 1ms, .learning_clock = 1};

/// One neuron, and what the engine does with it.
struct Neuron {
    Lif::Constants constants;
    double v = 0.0;

    explicit Neuron(const LifParameters& p, double v_at_start = 0.0) : constants(p, grid), v(v_at_start) {}
    Lif::View view() { return {&v}; }
    void advance(Tick gap) { Lif::advance(constants, Lif::decay(constants, gap), view(), 0); }
    double distance() { return Lif::distance(constants, view(), 0); }
    void reset() { Lif::reset(constants, view(), 0); }
    Tick next_crossing(Tick from) { return Lif::next_crossing(constants, view(), 0, from); }
    /// Where the neuron is n ticks later.
    [[nodiscard]] double distance_after(Tick n) const {
        double later = v;
        Lif::advance(constants, Lif::decay(constants, n), {&later}, 0);
        return Lif::distance(constants, {&later}, 0);
    }
};

double log_uniform(RandomStream& random, double low, double high) {
    return low * stable_exp(random.uniform() * stable_log(high / low));
}

} // namespace

TEST_CASE("the membrane follows its differential equation", "[models][lif][fast]") {
    Neuron neuron({.tau_m_ms = 20.0, .v_inf = 0.4}, 0.9);
    double v = 0.9;
    constexpr int substeps = 10'000; // of an explicit midpoint rule
    for (int i = 0; i < 7 * substeps; ++i) {
        const double h = 1.0 / substeps;
        const double middle = v - 0.5 * h * (v - 0.4) / 20.0;
        v -= h * (middle - 0.4) / 20.0;
    }
    neuron.advance(7);
    CHECK(neuron.v == Catch::Approx(v).epsilon(1e-9));
    CHECK(neuron.v == Catch::Approx(0.4 + 0.5 * std::exp(-7.0 / 20.0)).epsilon(1e-14));
}

TEST_CASE("decaying in one step or in many agrees to rounding", "[models][lif][fast]") {
    Neuron one({.tau_m_ms = 13.0, .v_inf = -0.2}, 0.7);
    Neuron many = one;
    one.advance(500);
    for (int i = 0; i < 500; ++i) many.advance(1);
    CHECK(one.v == Catch::Approx(many.v).epsilon(1e-13));
    CHECK(one.v == Catch::Approx(-0.2).epsilon(1e-12));
}

TEST_CASE("a neuron is at threshold at zero distance", "[models][lif][fast]") {
    Neuron neuron({.threshold = 0.75}, 0.75);
    CHECK(neuron.distance() == 0.0);
    neuron.v = std::nextafter(0.75, 0.0);
    CHECK(neuron.distance() < 0.0);
}

TEST_CASE("the soft reset takes the threshold off, the hard one sets a value", "[models][lif][fast]") {
    Neuron soft({.threshold = 0.75}, 1.0);
    soft.reset();
    CHECK(soft.v == 0.25);
    Neuron hard({.threshold = 0.75, .reset = Reset::to_value, .v_reset = -0.5}, 1.0);
    hard.reset();
    CHECK(hard.v == -0.5);
}

TEST_CASE("a reset at the next tick is undecayed there", "[models][lif][fast]") {
    const LifParameters p{.tau_m_ms = 20.0, .threshold = 0.6, .spike_effect = SpikeEffect::next_tick, .v_inf = 0.1};
    Neuron neuron(p, 0.8);
    neuron.reset();
    neuron.advance(1);
    const double alpha = std::exp(-1.0 / 20.0); // v(k+1) = v_inf + (v(k) - v_inf) alpha - threshold
    CHECK(neuron.v == Catch::Approx(0.1 + (0.8 - 0.1) * alpha - 0.6).epsilon(1e-14));
}

TEST_CASE("frozen constants of a LIF population", "[models][lif][fast]") {
    const Lif::Constants plain({}, grid);
    CHECK(plain.gain == 1.0);
    CHECK(plain.refractory == 0);
    CHECK_FALSE(plain.clamp);
    CHECK_FALSE(plain.to_value);
    CHECK(plain.beta == 0.0);
    const Lif::Constants other({.tau_m_ms = 10.0,
                                .reset = Reset::to_value,
                                .refractory_ms = 2.6,
                                .refractory = Refractory::clamp,
                                .normalised_input = true},
                               grid);
    CHECK(other.gain == Catch::Approx(1.0 - std::exp(-0.1)).epsilon(1e-14));
    CHECK(other.refractory == 3);
    CHECK(other.clamp);
    CHECK(other.to_value);
}

TEST_CASE("a LIF neuron crosses exactly where a scan tick by tick says", "[models][lif][crossing][fast]") {
    RandomStream random(21, 1);
    int crossed = 0, silent = 0;
    for (int i = 0; i < 3000; ++i) {
        LifParameters p{.tau_m_ms = log_uniform(random, 1.0, 300.0), .threshold = log_uniform(random, 0.1, 10.0)};
        switch (i % 4) {
            case 0: p.v_inf = p.threshold * (1.0 + log_uniform(random, 1e-15, 1e-3)); break; // just above threshold
            case 1: p.v_inf = p.threshold * (1.0 + log_uniform(random, 1e-3, 100.0)); break; // well above
            case 2: p.v_inf = p.threshold * random.uniform(); break; // below: crosses never, or at once
            default: p.v_inf = -random.uniform(); break;
        }
        Neuron neuron(p, p.threshold * (3.0 * random.uniform() - 1.5));
        const Tick from = i % 3 == 0 ? static_cast<Tick>(random.below(200)) : 1;
        const Tick last = from + static_cast<Tick>(45.0 * p.tau_m_ms) + 5;
        Tick expected = from;
        while (expected <= last && neuron.distance_after(expected) < 0.0) ++expected;
        if (expected > last) expected = never;
        (expected == never ? silent : crossed) += 1;
        INFO("tau " << p.tau_m_ms << " threshold " << p.threshold << " v_inf " << p.v_inf << " v " << neuron.v
                    << " from " << from);
        if (neuron.next_crossing(from) != expected) CHECK(neuron.next_crossing(from) == expected);
    }
    CHECK(crossed > 1000);
    CHECK(silent > 1000);
}

TEST_CASE("a driven LIF neuron fires at the rate that theory gives", "[models][lif][crossing][fast]") {
    // T = tau ln((v_inf - v_reset) / (v_inf - threshold)), ticks of 1 us.
    const TimeGrid fine{};
    const LifParameters p{.tau_m_ms = 20.0, .threshold = 1.0, .reset = Reset::to_value, .v_reset = -0.5, .v_inf = 1.3};
    const Lif::Constants constants(p, fine);
    double v = -0.5;
    const Tick period = Lif::next_crossing(constants, {&v}, 0, 1);
    CHECK(fine.milliseconds(period) == Catch::Approx(20.0 * std::log(1.8 / 0.3)).epsilon(1e-4));
    const Tick exact = static_cast<Tick>(std::ceil(20'000.0 * std::log(1.8 / 0.3)));
    CHECK(std::abs(period - exact) <= 1);
}
