// SPDX-License-Identifier: BSD-3-Clause
// The brute-force reference against values worked out by hand.
#include "tests/oracle/dense_flow.hpp"

#include "tests/support/catch.hpp"

#include <cmath>

using namespace saltus_oracle::flow;

TEST_CASE("reference flow: alpha current and leaky membrane follow their textbook solutions", "[oracle][flow][fast]") {
    const Neuron n{.kind = Kind::alpha_lif, .tau_m = 20.0, .v_inf = 0.3, .tau_e = 5.0};
    const Flow flow(n, 0.1);
    Vector x{0.2, 0.0, 0.0, 0.0, 0.0, 1.0};
    n.arrive(x, 2.0);
    for (int k = 0; k < 70; ++k) x = flow.step(x);
    // i(t) = 2 (t/5) e^(1 - t/5); v by the convolution integral, here with Simpson's rule.
    CHECK(x[1] == Catch::Approx(2.0 * 7.0 / 5.0 * std::exp(1.0 - 7.0 / 5.0)).epsilon(1e-12));
    const auto f = [](double s) {
        return 2.0 * s / 5.0 * std::exp(1.0 - s / 5.0) * std::exp(-(7.0 - s) / 20.0) / 20.0;
    };
    double sum = f(0.0) + f(7.0);
    for (int k = 1; k < 1000; ++k) sum += (k % 2 == 1 ? 4.0 : 2.0) * f(7.0 * k / 1000);
    const double expected = 0.3 + (0.2 - 0.3) * std::exp(-7.0 / 20.0) + sum * 7.0 / 3000.0;
    CHECK(x[0] == Catch::Approx(expected).epsilon(1e-11));
}

TEST_CASE("reference flow: a scan finds a crossing, its end and the extrema", "[oracle][flow][fast]") {
    const Neuron n{.kind = Kind::cuba_lif, .tau_m = 10.0, .tau_e = 10.0, .threshold = 0.3};
    Vector x{0.0, 0.0, 0.0, 0.0, 0.0, 1.0};
    n.arrive(x, 1.0); // v = (t/10) e^(-t/10): peak 1/e at 10 ms
    const Scan seen = scan(n, Flow(n, 0.1), x, 100.0);
    const double at = seen.crossing_ms / 10.0;
    CHECK(at * std::exp(-at) == Catch::Approx(0.3).epsilon(1e-9));
    CHECK(at < 1.0);
    CHECK(seen.extrema == 1);
    CHECK(seen.highest == Catch::Approx(std::exp(-1.0)).epsilon(1e-12));
    CHECK(seen.above_ms > 5.0);
    CHECK(seen.above_ms < 20.0);
    const Neuron higher{.kind = Kind::cuba_lif, .tau_m = 10.0, .tau_e = 10.0, .threshold = std::exp(-1.0) + 1e-9};
    CHECK(scan(higher, Flow(higher, 0.1), x, 100.0).crossing_ms < 0.0);
    const Neuron lower{.kind = Kind::cuba_lif, .tau_m = 10.0, .tau_e = 10.0, .threshold = std::exp(-1.0) - 1e-9};
    const Scan grazed = scan(lower, Flow(lower, 0.1), x, 100.0);
    CHECK(grazed.crossing_ms == Catch::Approx(10.0).epsilon(1e-3));
    CHECK(grazed.above_ms < 0.2);
}

TEST_CASE("reference flow: a world of one driven neuron", "[oracle][flow][fast]") {
    World world;
    world.last_tick = 50;
    world.neurons = {{.kind = Kind::integrate_fire, .drive = 0.1, .threshold = 0.95}};
    const Outcome outcome = run(world); // 1.0 at tick 10, 0.05 left: 0.95 (to rounding) after 9 more
    REQUIRE(outcome.spikes.size() >= 4);
    CHECK(outcome.spikes[0] == Event{10, 0});
    CHECK(outcome.margin < 0.051);
    world.neurons[0] = {.kind = Kind::integrate_fire,
                        .drive = 0.1,
                        .threshold = 0.95,
                        .to_value = true,
                        .clamp = true,
                        .refractory = 3};
    const auto clamped = run(world).spikes; // 10, then held to 13, then 10 more
    REQUIRE(clamped.size() >= 2);
    CHECK(clamped[1] == Event{23, 0});
}

TEST_CASE("reference flow: a crossing between two ticks is a spike at the second", "[oracle][flow][fast]") {
    World world;
    world.tick_ms = 4.0;
    world.last_tick = 10;
    world.steps_per_tick = 32;
    world.neurons = {{.kind = Kind::cuba_lif, .tau_m = 2.0, .tau_e = 0.5, .threshold = 0.5, .to_value = true}};
    world.from_inputs = {{0, 0, 4.0, 1}};
    world.input = {{2, 0}}; // peak 4/3 (4^(-1/3) - 4^(-4/3)) = 0.63 after 0.92 ms, 0.18 after 4 ms
    const Outcome outcome = run(world);
    REQUIRE(outcome.spikes.size() == 1);
    CHECK(outcome.spikes[0] == Event{4, 0});
    CHECK(outcome.between_ticks == 1);
}
