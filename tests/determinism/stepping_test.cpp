// SPDX-License-Identifier: BSD-3-Clause
// A population that very much arrives at is advanced tick by tick; when, is decided from what arrived, at fixed times:
// so no cut and no piece shows, and the spikes are those of neurons that are only ever advanced by their arrivals.
#include "engine/core/random.hpp"
#include "engine/network/network.hpp"
#include "engine/runtime/simulation.hpp"
#include "tests/support/catch.hpp"

#include <string>
#include <vector>

namespace {

using namespace saltus;
using namespace std::chrono_literals;

constexpr std::uint32_t sources = 40, neurons = 300;
constexpr Tick busy = 400, end = 900; // ms: input, then silence

/// @param own every neuron with constants of its own, all alike: never stepped
Network network(bool own, bool learns = false) {
    Network n({.tick = 1ms, .delay_resolution = 1ms, .learning_clock = 5}, 11);
    const auto in = n.add("in", sources, InputParameters{});
    const auto cells = n.add("cells", neurons, LifParameters{.refractory_ms = 3.0, .refractory = Refractory::clamp});
    if (own) n.vary(cells, &LifParameters::tau_m_ms, std::vector<double>(neurons, LifParameters{}.tau_m_ms));
    n.connect(in, cells, {.connector = FixedOutDegree{60}, .weight = Normal{0.25, 0.1}, .delay_ms = Uniform{1, 4}});
    n.connect(cells, cells, {.connector = FixedInDegree{20}, .weight = Normal{-0.02, 0.1}, .allow_self = false});
    // all-to-all rows beside sparse ones at the same ticks, some of them at neurons that are clamped
    n.connect(in, cells, {.weight = Normal{0.0, 0.02}, .delay_ms = Constant{2.0}});
    if (!learns) return n;
    const auto out = n.add("out", 2, LeakyReadoutParameters{});
    n.connect(cells, out, {.delay_ms = Constant{0.0}, .rule = ReadoutRule{}, .optimiser = Sgd{1e-4}});
    n.connect(cells, cells,
              {.connector = FixedInDegree{10}, .weight = Normal{0.0, 0.05}, .rule = Eprop{}, .optimiser = Sgd{1e-4}});
    n.set_error(out, Error::mean_squared);
    n.add_feedback({out, cells, FeedbackKind::random, Normal{0.0, 0.1}});
    n.set_schedule(LearningSchedule::at_arrivals());
    return n;
}

struct Outcome {
    std::vector<Spike> spikes;
    Counters while_busy, counters;
    std::uint64_t fingerprint = 0;
};

Outcome run(const Network& described, const SimulationOptions& options, Tick piece = end) {
    Simulation simulation(described, options);
    const PopulationId in{0}, cells{1};
    simulation.record_spikes(cells);
    RandomStream random(3, 2);
    std::vector<InputEvent> events;
    for (Tick t = 1; t < busy; ++t)
        for (std::uint32_t i = 0; i < sources; ++i)
            if (random.uniform() < 0.1) events.push_back({t, i});
    (void)simulation.push(in, events);
    Outcome outcome;
    for (Tick t = 0; t < end; t = simulation.now()) {
        simulation.advance_until(std::min({t + piece, end, t < busy ? busy : end}));
        if (simulation.now() == busy) outcome.while_busy = simulation.counters();
    }
    outcome.spikes = simulation.spikes();
    outcome.counters = simulation.counters();
    outcome.fingerprint = simulation.fingerprint();
    return outcome;
}

} // namespace

TEST_CASE("any cut, any pieces: populations that are advanced tick by tick", "[determinism][stepping][fast]") {
    const bool learns = GENERATE(false, true);
    const Network n = network(false, learns);
    const Outcome whole = run(n, {});
    REQUIRE(whole.spikes.size() > 1000);
    REQUIRE(whole.while_busy.neuron_steps > 250u * neurons); // from the first review on
    for (const SimulationOptions& options :
         {SimulationOptions{.partitions = 2, .threads = 2}, SimulationOptions{.partitions = 5},
          SimulationOptions{.partitions = 64, .threads = 3, .execution = Execution::threads}}) {
        const Outcome cut = run(n, options, 37);
        CHECK(cut.fingerprint == whole.fingerprint);
        CHECK(cut.spikes == whole.spikes);
        CHECK(cut.counters.neuron_steps == whole.counters.neuron_steps);
        CHECK(cut.counters.ticks_processed == whole.counters.ticks_processed);
        CHECK(cut.counters.threshold_tests == whole.counters.threshold_tests);
    }
}

TEST_CASE("neurons advanced tick by tick spike as those advanced by their arrivals", "[runtime][stepping][fast]") {
    const Outcome stepped = run(network(false), {}), lazy = run(network(true), {});
    REQUIRE(stepped.while_busy.neuron_steps > 0);
    REQUIRE(lazy.counters.neuron_steps == 0);
    CHECK(stepped.spikes.size() > 1000);
    CHECK(stepped.spikes == lazy.spikes);
    CHECK(stepped.counters.synaptic_events == lazy.counters.synaptic_events);
}

TEST_CASE("a population that falls silent is no longer advanced tick by tick", "[runtime][stepping][fast]") {
    const Outcome outcome = run(network(false), {});
    // at most until the second review after the last arrival
    CHECK(outcome.counters.neuron_steps - outcome.while_busy.neuron_steps <= 200u * neurons);
    CHECK(outcome.counters.ticks_processed < busy + 50);
}
