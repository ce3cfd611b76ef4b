// SPDX-License-Identifier: BSD-3-Clause
// Interspike intervals under constant drive against their closed form, to 1e-12: intervals of 1e12 to 1e14 ticks of a
// picosecond, through a Simulation.
#include "engine/saltus.hpp"
#include "tests/support/catch.hpp"

#include <cmath>

namespace {

using namespace saltus;

/// Worst relative difference of the intervals of a driven neuron from `interval_ms`.
double worst(const ModelParameters& model, double interval_ms) {
    Network network({.tick = Picoseconds(1), .delay_resolution = Picoseconds(1), .learning_clock = 1});
    const auto neuron = network.add("neuron", 1, model);
    Simulation simulation(network, {.precision = Precision::double_precision});
    simulation.record_spikes(neuron);
    simulation.advance_until(network.grid().ticks(10.5 * interval_ms));
    REQUIRE(simulation.spikes().size() == 10);
    double difference = 0.0;
    Tick before = 0;
    for (const Spike& s : simulation.spikes()) {
        const double ms = network.grid().milliseconds(s.tick - before);
        difference = std::max(difference, std::abs(ms - interval_ms) / interval_ms);
        before = s.tick;
    }
    return difference;
}

template <class Parameters>
Parameters leaky(double drive, double refractory_ms) {
    Parameters p;
    p.tau_m_ms = 5000.0;
    p.v_inf = drive;
    p.reset = Reset::to_value;
    p.refractory_ms = refractory_ms;
    p.refractory = Refractory::clamp;
    return p;
}

} // namespace

TEST_CASE("interspike intervals of leaky neurons, to 1e-12", "[runtime][interval][fast]") {
    for (const double drive : {1.2, 1.5, 2.0, 3.0}) {
        const double interval = 5000.0 * std::log(drive / (drive - 1.0));
        INFO("drive " << drive);
        CHECK(worst(leaky<LifParameters>(drive, 0.0), interval) < 1e-12);
        CHECK(worst(leaky<CubaLifParameters>(drive, 0.0), interval) < 1e-12);
        CHECK(worst(leaky<AlphaLifParameters>(drive, 0.0), interval) < 1e-12);
        AdaptiveLifParameters adaptive = leaky<AdaptiveLifParameters>(drive, 0.0);
        adaptive.beta = 0.0;
        CHECK(worst(adaptive, interval) < 1e-12);
    }
}

TEST_CASE("interspike intervals with a refractory period: added, to 1e-12", "[runtime][interval][fast]") {
    // The first interval has none before it: start refractory-free, compare from the second on by shifting the drive's
    // own interval: T = R + tau ln(drive / (drive - 1)).
    for (const bool alpha : {false, true}) {
        Network network({.tick = Picoseconds(1), .delay_resolution = Picoseconds(1), .learning_clock = 1});
        const auto neuron = alpha ? network.add("neuron", 1, leaky<AlphaLifParameters>(1.5, 250.0))
                                  : network.add("neuron", 1, leaky<CubaLifParameters>(1.5, 250.0));
        Simulation simulation(network, {.precision = Precision::double_precision});
        simulation.record_spikes(neuron);
        simulation.advance_until(network.grid().ticks(60'000.0));
        const auto& spikes = simulation.spikes();
        REQUIRE(spikes.size() >= 10);
        const double interval = 250.0 + 5000.0 * std::log(3.0);
        for (std::size_t k = 1; k < spikes.size(); ++k) {
            const double ms = network.grid().milliseconds(spikes[k].tick - spikes[k - 1].tick);
            CHECK(std::abs(ms - interval) < 1e-12 * interval);
        }
    }
}

TEST_CASE("interspike intervals without leak, to 1e-12", "[runtime][interval][fast]") {
    for (const double interval : {1000.0, 3000.0, 7123.0}) {
        IntegrateFireParameters p{.drive_per_ms = 1.0 / interval, .reset = Reset::to_value};
        CHECK(worst(p, interval) < 1.001e-12); // a tick of the shortest is 1e-12 of it
        CubaIntegrateFireParameters currents;
        static_cast<IntegrateFireParameters&>(currents) = p;
        CHECK(worst(currents, interval) < 1.001e-12);
    }
}
