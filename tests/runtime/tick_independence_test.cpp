// SPDX-License-Identifier: BSD-3-Clause
// I1: cost and results do not depend on how long a tick is. One recurrent learning network, whose inputs and delays lie
// on a 1 ms grid and whose neurons cross their thresholds at arrivals only, is run at ticks of 1 ms down to 1 ns.
#include "tests/runtime/learning_network.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>

namespace {

using namespace saltus;
using namespace saltus::test;

constexpr Tick duration_ms = 2000;

struct Outcome {
    std::vector<Spike> spikes; ///< ticks in milliseconds
    std::vector<std::vector<double>> weights, before;
    Counters counters;
    bool on_grid = true;
};

Outcome run(NetworkOptions options, Tick ticks_per_ms) {
    options.grid = {.tick = Picoseconds(1'000'000'000 / ticks_per_ms),
                    .delay_resolution = std::chrono::milliseconds(1),
                    .learning_clock = ticks_per_ms};
    const LearningNetwork net(options);
    Simulation simulation(net.network, {.precision = Precision::double_precision});
    simulation.record_spikes(net.hidden);
    Outcome outcome;
    for (const ProjectionId p : {net.in, net.loop, net.out}) outcome.before.push_back(simulation.weights(p));
    (void)simulation.push(net.input, random_input(ticks_per_ms, 0, duration_ms));
    set_random_targets(simulation, net.readout, ticks_per_ms, 1, duration_ms);
    simulation.advance_until(duration_ms * ticks_per_ms);
    for (Spike spike : simulation.spikes()) {
        outcome.on_grid &= spike.tick % ticks_per_ms == 0;
        spike.tick /= ticks_per_ms;
        outcome.spikes.push_back(spike);
    }
    for (const ProjectionId p : {net.in, net.loop, net.out}) outcome.weights.push_back(simulation.weights(p));
    outcome.counters = simulation.counters();
    return outcome;
}

void check_same_work(const Counters& a, const Counters& b) {
    const auto close = [](std::uint64_t x, std::uint64_t y) {
        return std::abs(static_cast<double>(x) - static_cast<double>(y)) <= 0.01 * static_cast<double>(y);
    };
    CHECK(close(a.ticks_processed, b.ticks_processed));
    CHECK(close(a.synaptic_events, b.synaptic_events));
    CHECK(close(a.plastic_updates, b.plastic_updates));
    CHECK(close(a.threshold_tests, b.threshold_tests));
    CHECK(a.learning_edges == b.learning_edges);
    CHECK(a.events_accepted == b.events_accepted);
}

void check_learned(const Outcome& outcome) {
    for (std::size_t p = 0; p < outcome.weights.size(); ++p) {
        INFO("projection " << p);
        const double per_synapse =
            total_change(outcome.weights[p], outcome.before[p]) / static_cast<double>(outcome.weights[p].size());
        CHECK(per_synapse > 1e-3);
        CHECK(largest_difference(outcome.weights[p], outcome.before[p]) < 5.0); // and did not run away
    }
    CHECK(outcome.spikes.size() > 500);
    CHECK(outcome.on_grid);
}

void check_ticks(const NetworkOptions& options) {
    const Outcome coarse = run(options, 1);
    check_learned(coarse);
    for (const Tick ticks_per_ms : {10, 100, 1000, 1'000'000}) {
        INFO(ticks_per_ms << " ticks a millisecond");
        const Outcome fine = run(options, ticks_per_ms);
        CHECK(fine.on_grid);
        REQUIRE(fine.spikes == coarse.spikes);
        check_same_work(fine.counters, coarse.counters);
        for (std::size_t p = 0; p < coarse.weights.size(); ++p) {
            CHECK(largest_difference(fine.weights[p], coarse.weights[p]) < 1e-9);
        }
    }
}

} // namespace

TEST_CASE("the same spikes, work and weights at ticks of 1 ms to 1 ns: interval schedule", "[runtime][ticks][fast]") {
    check_ticks({});
    check_ticks({.adaptive = true, .sparse = true, .feedback = FeedbackKind::adaptive, .rate_strength = 0.5});
}

TEST_CASE("the same spikes, work and weights at ticks of 1 ms to 1 ns: arrival schedule", "[runtime][ticks][fast]") {
    check_ticks({.timing = UpdateTiming::arrival, .sparse = true});
    check_ticks({.timing = UpdateTiming::arrival, .adaptive = true, .rate_strength = 0.05});
}
