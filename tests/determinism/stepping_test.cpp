// SPDX-License-Identifier: BSD-3-Clause
// A population that very much arrives at is advanced tick by tick; when, is decided from what arrived, at fixed times:
// so no cut and no piece shows, and the spikes are those of neurons that are only ever advanced by their arrivals.
#include "engine/core/random.hpp"
#include "engine/network/network.hpp"
#include "engine/runtime/simulation.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <limits>
#include <type_traits>
#include <vector>

namespace {

using namespace saltus;
using namespace std::chrono_literals;

constexpr std::uint32_t sources = 40, neurons = 300;
constexpr Tick busy = 400, end = 900; // ms: input, then silence

LifParameters delta_cell() { return {.refractory_ms = 3.0, .refractory = Refractory::clamp}; }

/// Excitation that is gone within ticks: some membranes cross and are back between two of them.
template <class Cell = CubaLifParameters>
Cell current_cell(Refractory refractory = Refractory::clamp, Reset reset = Reset::subtract) {
    Cell cell;
    cell.refractory_ms = 3.0;
    cell.refractory = refractory;
    cell.reset = reset;
    cell.tau_e_ms = cell.tau_i_ms = 1.5;
    return cell;
}

/// @param own every neuron with constants of its own, all alike: never stepped
template <class Cell>
Network network(const Cell& cell, bool own, bool learns = false, double eta = 1e-4) {
    constexpr double no_limit = std::numeric_limits<double>::infinity();
    double scale = 1.0; // of weights: what a current does to the membrane goes with how long it lasts
    if constexpr (!std::is_same_v<Cell, LifParameters>) scale = 15.0 / cell.tau_e_ms;
    const auto weight = [=](double mean, double deviation) { return Normal{scale * mean, scale * deviation}; };
    Network n({.tick = 1ms, .delay_resolution = 1ms, .learning_clock = 5}, 11);
    const auto in = n.add("in", sources, InputParameters{});
    const auto cells = n.add("cells", neurons, cell);
    if (own) n.vary(cells, &Cell::tau_m_ms, std::vector<double>(neurons, cell.tau_m_ms));
    n.connect(in, cells, {.connector = FixedOutDegree{60}, .weight = weight(0.25, 0.1), .delay_ms = Uniform{1, 4}});
    n.connect(cells, cells, {.connector = FixedInDegree{20}, .weight = weight(-0.02, 0.1), .allow_self = false});
    // all-to-all rows beside sparse ones at the same ticks, some of them at neurons that are clamped
    n.connect(in, cells, {.weight = weight(0.0, 0.02), .delay_ms = Constant{2.0}});
    if (!learns) return n;
    const auto out = n.add("out", 2, LeakyReadoutParameters{});
    n.connect(cells, out, {.delay_ms = Constant{0.0}, .rule = ReadoutRule{}, .optimiser = Sgd{1e-4}});
    n.connect(cells, cells,
              {.connector = FixedInDegree{10},
               .weight = weight(0.0, 0.05),
               .rule = Eprop{},
               .optimiser = Sgd{eta},
               .limits = {-no_limit, no_limit}});
    n.set_error(out, Error::mean_squared);
    n.add_feedback({out, cells, FeedbackKind::random, Normal{0.0, 0.1}});
    n.set_schedule(LearningSchedule::at_arrivals());
    return n;
}

template <class Cell>
Cell cell_of() {
    if constexpr (std::is_same_v<Cell, LifParameters>)
        return delta_cell();
    else
        return current_cell<Cell>();
}

struct Outcome {
    std::vector<Spike> spikes;
    Counters at_learning, while_busy, counters;
    std::uint64_t fingerprint = 0;
};

Outcome run(const Network& described, const SimulationOptions& options, Tick piece = end, Tick learning_from = 0) {
    Simulation simulation(described, options);
    const PopulationId in{0}, cells{1};
    simulation.record_spikes(cells);
    simulation.set_learning(learning_from == 0);
    RandomStream random(3, 2);
    std::vector<InputEvent> events;
    for (Tick t = 1; t < busy; ++t)
        for (std::uint32_t i = 0; i < sources; ++i)
            if (random.uniform() < 0.1) events.push_back({t, i});
    (void)simulation.push(in, events);
    Outcome outcome;
    for (Tick t = 0; t < end; t = simulation.now()) {
        if (t == learning_from) {
            outcome.at_learning = simulation.counters();
            simulation.set_learning(true);
        }
        simulation.advance_until(
            std::min({t + piece, end, t < busy ? busy : end, t < learning_from ? learning_from : end}));
        if (simulation.now() == busy) outcome.while_busy = simulation.counters();
    }
    outcome.spikes = simulation.spikes();
    outcome.counters = simulation.counters();
    outcome.fingerprint = simulation.fingerprint();
    return outcome;
}

} // namespace

TEMPLATE_TEST_CASE("any cut, any pieces: populations that are advanced tick by tick", "[determinism][stepping][fast]",
                   LifParameters, CubaLifParameters, AlphaLifParameters) {
    const bool learns = !std::is_same_v<TestType, AlphaLifParameters> && GENERATE(false, true); // no rule has its trace
    const Network n = network(cell_of<TestType>(), false, learns);
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

TEMPLATE_TEST_CASE("neurons advanced tick by tick spike as those advanced by their arrivals",
                   "[runtime][stepping][fast]", LifParameters, CubaLifParameters, AlphaLifParameters) {
    const Outcome stepped = run(network(cell_of<TestType>(), false), {}),
                  lazy = run(network(cell_of<TestType>(), true), {});
    REQUIRE(stepped.while_busy.neuron_steps > 0);
    REQUIRE(lazy.counters.neuron_steps == 0);
    CHECK(stepped.spikes.size() > 1000);
    CHECK(stepped.spikes == lazy.spikes);
    CHECK(stepped.counters.synaptic_events == lazy.counters.synaptic_events);
}

TEST_CASE("neurons with currents, tick by tick: refractory ones may integrate, membranes may stay above threshold",
          "[runtime][stepping][fast]") {
    const Refractory refractory = GENERATE(Refractory::clamp, Refractory::integrate);
    const Reset reset = GENERATE(Reset::subtract, Reset::to_value);
    const double drive = GENERATE(0.0, 1.2); // of the threshold: this one spikes without input
    const bool quick =
        GENERATE(false, true); // membranes peak soon: some cross between two ticks, and are back at the second
    CubaLifParameters cell = current_cell(refractory, reset);
    cell.v_inf = drive;
    if (quick) cell.tau_m_ms = 3.0;
    cell.tau_e_ms = quick ? 1.0 : 1.5;
    cell.tau_i_ms = 6.0;
    INFO("integrates " << (refractory == Refractory::integrate) << ", reset to a value " << (reset == Reset::to_value)
                       << ", driven " << drive << ", quick " << quick);
    const Outcome stepped = run(network(cell, false), {}), lazy = run(network(cell, true), {});
    REQUIRE(stepped.while_busy.neuron_steps > 0);
    CHECK(stepped.spikes.size() > 1000);
    CHECK(stepped.spikes == lazy.spikes);
}

TEST_CASE("neurons advanced tick by tick are stopped when their state is no number",
          "[runtime][stepping][fault][fast]") {
    const Network n = network(current_cell(), false, true, 1e308);
    const Outcome whole = run(n, {}, end, 200), cut = run(n, {.partitions = 5}, 37, 200);
    REQUIRE(whole.at_learning.neuron_steps > 0);
    CHECK(whole.at_learning.neuron_faults == 0);
    CHECK(whole.counters.neuron_faults > 0);
    CHECK(cut.fingerprint == whole.fingerprint);
    CHECK(cut.spikes == whole.spikes);
}

TEMPLATE_TEST_CASE("a population that falls silent is no longer advanced tick by tick", "[runtime][stepping][fast]",
                   LifParameters, CubaLifParameters) {
    const Outcome outcome = run(network(cell_of<TestType>(), false), {});
    // at most until the second review after the last arrival
    CHECK(outcome.counters.neuron_steps - outcome.while_busy.neuron_steps <= 200u * neurons);
    CHECK(outcome.counters.ticks_processed < busy + 50);
}
