// SPDX-License-Identifier: BSD-3-Clause
// Neurons at rest cost nothing at learning edges, and leaving them out changes no bit: a network that is silent for a
// while, woken, and silent again does what one does whose neurons never come to rest (a constant current drives them).
#include "engine/saltus.hpp"
#include "tests/support/catch.hpp"

#include <chrono>
#include <cmath>
#include <ctime>

namespace {

using namespace saltus;

struct Sleepy {
    Network network{{.tick = std::chrono::microseconds(100), .learning_clock = 10}, 3};
    PopulationId input, hidden, output;
    ProjectionId plastic;

    explicit Sleepy(std::uint32_t neurons, std::uint32_t fan_in = 10) {
        input = network.add("input", neurons, InputParameters{});
        hidden = network.add("hidden", neurons, LifParameters{.tau_m_ms = 10.0, .refractory_ms = 2.0});
        output = network.add("output", 2, LeakyReadoutParameters{.tau_ms = 20.0});
        plastic = network.connect(
            input, hidden,
            {.connector = FixedInDegree{fan_in}, .weight = Normal{0.3, 0.1}, .rule = Eprop{}, .optimiser = Sgd{1e-3}});
        network.connect(hidden, output, {.weight = Normal{0.0, 0.1}});
        network.set_error(output, Error::mean_squared);
        network.add_feedback({output, hidden, FeedbackKind::random, Normal{0.0, 0.3}});
        network.set_schedule({.timing = UpdateTiming::arrival, .reset_state = false});
    }
};

/// Bursts of input with long silences between them. @return the fingerprint after each.
std::vector<std::uint64_t> bursts(const SimulationOptions& options, bool targets) {
    Sleepy scene(64);
    Simulation simulation(scene.network, options);
    if (targets) (void)simulation.set_target(scene.output, 0, std::array{1.0, -1.0});
    std::vector<std::uint64_t> prints;
    const std::vector<double> start = simulation.weights(scene.plastic);
    for (int burst = 0; burst < 4; ++burst) {
        RandomStream random(burst, 9);
        for (Tick k = 0; k < 200; ++k) (void)simulation.push(scene.input, simulation.now() + 3 * k, random.below(64));
        simulation.advance_until(simulation.now() + 1'000);
        prints.push_back(simulation.fingerprint());
        simulation.advance_until(simulation.now() + 20'000); // 2 s: at rest to the bit
        prints.push_back(simulation.fingerprint());
    }
    CHECK(simulation.counters().spikes > 100);
    CHECK(simulation.counters().plastic_updates > 1000);
    if (targets) CHECK(simulation.weights(scene.plastic) != start);
    return prints;
}

/// What 1000 neurons with 100 synapses each, spikes forced at a rate, do in some seconds without learning.
Counters work_at(double rate_hz, double seconds) {
    constexpr std::uint32_t neurons = 1000;
    Network network({.tick = std::chrono::milliseconds(1), .delay_resolution = std::chrono::milliseconds(1)}, 4);
    const auto force = network.add("force", neurons, InputParameters{});
    const auto hidden = network.add("hidden", neurons, LifParameters{.reset = Reset::to_value});
    network.connect(force, hidden, {.connector = OneToOne{}, .weight = Constant{3.0}, .delay_ms = Constant{1.0}});
    network.connect(hidden, hidden,
                    {.connector = FixedInDegree{100}, .weight = Normal{0.0, 0.02}, .delay_ms = Constant{1.0}});
    Simulation simulation(network);
    RandomStream random(2, 2);
    const auto spikes = static_cast<int>(rate_hz * neurons * seconds);
    const auto ticks = static_cast<std::uint32_t>(1e3 * seconds);
    for (int k = 0; k < spikes; ++k) (void)simulation.push(force, random.below(ticks), random.below(neurons));
    simulation.advance_until(ticks + 10);
    return simulation.counters();
}

double cpu_seconds() {
    timespec t{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

} // namespace

TEST_CASE("neurons that wake after a long rest learn the same however the network is cut", "[runtime][idle][fast]") {
    for (const bool targets : {false, true}) {
        const std::vector<std::uint64_t> whole = bursts({}, targets);
        for (const std::uint32_t partitions : {2u, 5u}) {
            // a slice may rest while another is awake
            CHECK(bursts({.partitions = partitions}, targets) == whole);
        }
    }
}

TEST_CASE("with learning off all that is done falls with the rate, a decade for a decade", "[runtime][idle][fast]") {
    const double rates[] = {100.0, 10.0, 1.0, 0.1, 0.01};
    double before = 0.0;
    for (const double rate : rates) {
        INFO(rate << " Hz");
        const double seconds = rate > 1.0 ? 1.0 : 10.0;
        const Counters done = work_at(rate, seconds);
        CHECK(done.learning_edges == 0);
        CHECK(done.threshold_tests == 0);
        // Neurons are stepped, eight in one go, only where more arrives than that costs.
        CHECK(done.neuron_steps < 8 * done.synaptic_events);
        if (rate < 1.0) CHECK(done.neuron_steps == 0);
        CHECK(done.ticks_processed <= 2 * done.spikes);
        const double work = (static_cast<double>(done.synaptic_events) + static_cast<double>(done.neuron_steps) / 8.0 +
                             static_cast<double>(done.ticks_processed)) /
                            seconds;
        if (before > 0.0) CHECK(std::abs(std::log10(before / work) - 1.0) < 0.15);
        before = work;
    }
    CHECK(before > 0.0);
}

TEST_CASE("a plastic network without input costs next to nothing", "[runtime][idle]") {
    Sleepy scene(200'000, 1);
    Simulation simulation(scene.network);
    simulation.advance_until(100);
    const double start = cpu_seconds();
    simulation.advance_until(simulation.now() + 10'000); // 1 s: 1000 learning edges
    const double seconds = cpu_seconds() - start;
    CHECK(simulation.counters().learning_edges >= 1000);
    // Looking at every neuron at every edge takes 0.1 s at least.
    CHECK(seconds < 0.02);
}
