// SPDX-License-Identifier: BSD-3-Clause
// Readouts of filtered rates against the sum that defines them, and rates that are learned from.
#include "engine/saltus.hpp"
#include "tests/support/catch.hpp"

#include <array>
#include <cmath>
#include <vector>

using namespace saltus;

TEST_CASE("a rate readout is the exponentially filtered spike count", "[runtime][fast]") {
    constexpr double tau_ms = 30.0;
    Network network({}, 4);
    const auto in = network.add("in", 30, PoissonParameters{.rate_hz = 40.0});
    const auto cells = network.add("cells", 6, LifParameters{});
    network.connect(in, cells, {.weight = Normal{0.15, 0.1}});
    const auto rates = add_rate_readout(network, cells, tau_ms);
    const auto mean = add_mean_rate_readout(network, cells, tau_ms);
    Simulation simulation(network, {.precision = Precision::double_precision});
    simulation.record_spikes(cells);
    for (const Tick now : {100'000, 250'300, 400'000}) {
        simulation.advance_until(now);
        std::vector<double> expected(6, 0.0);
        for (const Spike& s : simulation.spikes())
            expected[s.neuron] += 1e3 / tau_ms * std::exp(-static_cast<double>(now - s.tick) * 1e-3 / tau_ms);
        double sum = 0.0;
        for (std::uint32_t j = 0; j < 6; ++j) {
            CHECK(simulation.state(rates, j) == Approx(expected[j]).epsilon(1e-10).margin(1e-10));
            sum += expected[j];
        }
        CHECK(simulation.state(mean, 0) == Approx(sum / 6.0).epsilon(1e-10));
    }
    CHECK(simulation.spikes().size() > 20);
    double average = 0.0; // over time it is the rate
    for (int k = 0; k < 200; ++k) {
        simulation.advance_until(simulation.now() + 10'000);
        average += simulation.state(mean, 0) / 200.0;
    }
    CHECK(average == Approx(static_cast<double>(simulation.spikes().size()) / 6.0 / 2.4).epsilon(0.15));
}

TEST_CASE("a readout of filtered rates is learned from: a population takes on a rate", "[runtime][learning]") {
    Network network({}, 4);
    const auto in = network.add("in", 50, PoissonParameters{.rate_hz = 30.0});
    const auto cells = network.add("cells", 20, LifParameters{});
    network.connect(in, cells, {.weight = Normal{0.05, 0.1}, .rule = Eprop{}, .optimiser = Adam{3e-3}});
    const auto mean = add_mean_rate_readout(network, cells, 50.0);
    network.set_error(mean, Error::mean_squared);
    network.add_feedback({mean, cells, FeedbackKind::symmetric});
    network.set_schedule({.interval_steps = 200, .reset_state = false});
    Simulation simulation(network);
    (void)simulation.set_target(mean, 1, std::array{25.0});
    const auto rate = [&](int intervals) {
        const auto before = simulation.counters().spikes;
        for (int k = 0; k < intervals; ++k) simulation.advance_until(simulation.now() + 200'000);
        return simulation.counters().spikes - before; // of the sources, too
    };
    simulation.record_spikes(cells);
    (void)rate(10);
    const double first = static_cast<double>(simulation.spikes().size()) / 20.0 / 2.0;
    (void)rate(200);
    simulation.clear_spikes();
    (void)rate(20);
    const double last = static_cast<double>(simulation.spikes().size()) / 20.0 / 4.0;
    CHECK(std::abs(first - 25.0) > 5.0);
    CHECK(std::abs(last - 25.0) < 3.0);
}
