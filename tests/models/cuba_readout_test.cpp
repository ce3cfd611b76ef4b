// SPDX-License-Identifier: BSD-3-Clause
#include "models/cuba_readout.hpp"

#include "engine/core/random.hpp"
#include "engine/saltus.hpp"
#include "tests/support/catch.hpp"

#include <array>
#include <cmath>

namespace {

using namespace saltus;

const TimeGrid grid{};

} // namespace

TEST_CASE("cuba_readout: the closed form against a fine integration", "[models][cuba_readout][fast]") {
    RandomStream r(23, 1);
    for (int k = 0; k < 100; ++k) {
        const double tau_m = 2.0 + 30.0 * r.uniform();
        const CubaReadoutParameters p{tau_m, k % 4 == 0 ? tau_m : 0.5 + 10.0 * r.uniform(), r.uniform() - 0.5};
        const CubaReadout::Constants c(p, grid);
        double y = r.uniform(), i = 3.0 * r.uniform() - 1.5;
        double y_fine = y, i_fine = i;
        const Tick gap = 1 + static_cast<Tick>(r.below(30'000));
        const int steps = 4000;
        const double h = grid.milliseconds(gap) / steps;
        for (int n = 0; n < steps; ++n) { // explicit midpoint
            const double y_mid = y_fine + 0.5 * h * (p.y_inf - y_fine + i_fine) / p.tau_m_ms;
            const double i_mid = i_fine - 0.5 * h * i_fine / p.tau_s_ms;
            y_fine += h * (p.y_inf - y_mid + i_mid) / p.tau_m_ms;
            i_fine -= h * i_mid / p.tau_s_ms;
        }
        CubaReadout::advance(c, CubaReadout::decay(c, gap), {&y, &i}, 0);
        CHECK(y == Catch::Approx(y_fine).margin(1e-5));
        CHECK(i == Catch::Approx(i_fine).margin(1e-5));
    }
}

TEST_CASE("cuba_readout: as two exponentials say, through a simulation", "[models][cuba_readout][fast]") {
    Network network(grid);
    const auto input = network.add("input", 1, InputParameters{});
    const auto relay = network.add("relay", 1, LifParameters{.reset = Reset::to_value});
    const auto readout = network.add("readout", 2, CubaReadoutParameters{.tau_m_ms = 20.0, .tau_s_ms = 5.0});
    network.connect(input, readout, {.weight = Constant{0.7}, .delay_ms = Constant{1.0}});
    network.connect(input, relay, {.weight = Constant{2.0}, .delay_ms = Constant{1.0}});
    network.connect(relay, readout, {.weight = Constant{-0.3}, .delay_ms = Constant{0.0}}); // a readout takes no delay
    Simulation simulation(network, {.precision = Precision::double_precision});
    simulation.record_spikes(relay);
    (void)simulation.push(input, 0, 0);
    (void)simulation.push(input, 4000, 0);
    const ProbeId probe = simulation.probe(readout, {0, 1}, 1000, 1000);
    simulation.advance_until(50'000);
    REQUIRE(simulation.spikes().size() == 2);
    const auto psp = [](double t) {
        return t <= 0.0 ? 0.0 : 5.0 / (5.0 - 20.0) * (std::exp(-t / 5.0) - std::exp(-t / 20.0));
    };
    const Probe& read = simulation.read(probe);
    REQUIRE(read.ticks.size() == 50);
    double highest = 0.0;
    for (std::size_t n = 0; n < read.ticks.size(); ++n) {
        const double t = grid.milliseconds(read.ticks[n]);
        const double expected = (0.7 - 0.3) * (psp(t - 1.0) + psp(t - 5.0));
        CHECK(read.values[2 * n] == Catch::Approx(expected).epsilon(1e-12).margin(1e-15));
        CHECK(read.values[2 * n + 1] == read.values[2 * n]);
        highest = std::max(highest, read.values[2 * n]);
    }
    CHECK(highest > 0.05);
}

TEST_CASE("cuba_readout: learns as its closed form says, with a drive of its own", "[models][cuba_readout][fast]") {
    const TimeGrid steps{.tick = std::chrono::milliseconds(1), .learning_clock = 1};
    const CubaReadoutParameters p{.tau_m_ms = 12.0, .tau_s_ms = 4.0, .y_inf = 0.3};
    Network network(steps);
    const auto input = network.add("input", 1, InputParameters{});
    const auto readout = network.add("readout", 1, p);
    const auto wire =
        network.connect(input, readout, {.weight = Constant{0.5}, .rule = ReadoutRule{}, .optimiser = Sgd{0.2}});
    network.set_error(readout, Error::mean_squared);
    network.set_schedule(LearningSchedule::at_arrivals());
    Simulation simulation(network, {.precision = Precision::double_precision});
    (void)simulation.set_target(readout, 1, std::array{0.8});
    // Step by step: the current, the output, and their derivatives by the weight, which are alike.
    const double m = std::exp(-1.0 / 12.0), s = std::exp(-1.0 / 4.0), feed = 4.0 / (4.0 - 12.0) * (s - m);
    double w = 0.5, i = 0.0, y = 0.0, di = 0.0, dy = 0.0;
    for (Tick t = 1; t <= 200; ++t) {
        const bool spike = t % 7 == 3 || t % 11 == 5;
        if (spike) (void)simulation.push(input, t - 1, 0); // one tick of delay
        simulation.advance_until(t);
        y = p.y_inf + (y - p.y_inf) * m + feed * i;
        dy = dy * m + feed * di;
        i = i * s + (spike ? w : 0.0);
        di = di * s + (spike ? 1.0 : 0.0);
        w -= 0.2 * (y - 0.8) * dy;
        CHECK(simulation.state(readout, 0) == Catch::Approx(y).epsilon(1e-12));
        CHECK(simulation.weights(wire)[0] == Catch::Approx(w).epsilon(1e-12));
    }
    CHECK(std::abs(w - 0.5) > 0.1);
}

TEST_CASE("cuba_readout: settles where its drive leads, and its current can be read", "[models][cuba_readout][fast]") {
    Network network(grid);
    const auto input = network.add("input", 1, InputParameters{});
    const auto readout =
        network.add("readout", 1, CubaReadoutParameters{.tau_m_ms = 2.0, .tau_s_ms = 5.0, .y_inf = 0.4});
    network.connect(input, readout, {.weight = Constant{1.5}, .delay_ms = Constant{1.0}});
    Simulation simulation(network, {.precision = Precision::double_precision});
    (void)simulation.push(input, 99'000, 0);
    simulation.advance_until(99'999);
    CHECK(simulation.state(readout, 0) == Catch::Approx(0.4).epsilon(1e-12));
    simulation.advance_until(105'000);
    CHECK(simulation.state(readout, 0, 1) == Catch::Approx(1.5 * std::exp(-1.0)).epsilon(1e-12));
}
