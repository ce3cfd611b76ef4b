// SPDX-License-Identifier: BSD-3-Clause
#include "models/cuba_readout.hpp"

#include "engine/core/random.hpp"
#include "engine/saltus.hpp"
#include "tests/support/catch.hpp"

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
