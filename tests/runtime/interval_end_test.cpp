// SPDX-License-Identifier: BSD-3-Clause
// The end of an interval, tick 20 here: what a return to rest takes away, and what it leaves.
#include "tests/runtime/learning_network.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>

namespace {

using namespace saltus;
using namespace saltus::test;

constexpr Tick end = 20;

/// input -> first -> second -> readout; every spike makes the next neuron spike, `delay` milliseconds later. Of its two
/// inputs, the second reaches the first neuron but weakly.
struct Relay {
    Network network{one_ms};
    PopulationId input, first, second, readout;

    Relay(bool reset, double delay_ms, LifParameters neuron = {}) {
        input = network.add("input", 2, InputParameters{});
        first = network.add("first", 1, neuron);
        second = network.add("second", 1, LifParameters{});
        readout = network.add("readout", 1, LeakyReadoutParameters{});
        const ExplicitList weak_and_strong{.pairs = {{0, 0}, {1, 0}}, .weights = {1.2, 0.6}};
        network.connect(input, first, {.connector = weak_and_strong});
        network.connect(first, second, {.weight = Constant{1.2}, .delay_ms = Constant{delay_ms}});
        network.connect(second, readout, {.delay_ms = Constant{0.0}, .rule = ReadoutRule{}});
        network.set_error(readout, Error::mean_squared);
        network.set_schedule({.interval_steps = end, .reset_state = reset});
    }
};

struct Seen {
    std::vector<Tick> first, second;
    Counters counters;
};

Seen run(const Relay& net, const std::vector<InputEvent>& events, Tick until = 40) {
    Simulation simulation(net.network);
    simulation.record_spikes(net.first);
    simulation.record_spikes(net.second);
    CHECK(simulation.push(net.input, events) == Status::ok);
    simulation.advance_until(until);
    Seen seen;
    for (const Spike& s : simulation.spikes()) {
        (s.population == net.first.index ? seen.first : seen.second).push_back(s.tick);
    }
    seen.counters = simulation.counters();
    return seen;
}

using Ticks = std::vector<Tick>;

} // namespace

TEST_CASE("spikes in flight at an interval's end are discarded, also those emitted at its last tick",
          "[runtime][interval][fast]") {
    for (const Tick stamp : {end - 1, end - 3}) { // the first neuron spikes at `stamp` + 1
        INFO("stamp " << stamp);
        const Seen reset = run(Relay(true, 5.0), {{stamp, 0}}), kept = run(Relay(false, 5.0), {{stamp, 0}});
        CHECK(reset.first == Ticks{stamp + 1});
        CHECK(kept.first == Ticks{stamp + 1});
        CHECK(reset.second.empty());
        CHECK(reset.counters.spikes_discarded == 1);
        CHECK(kept.second == Ticks{stamp + 6});
        CHECK(kept.counters.spikes_discarded == 0);
    }
}

TEST_CASE("a spike that arrives at the last tick still counts", "[runtime][interval][fast]") {
    const Seen seen = run(Relay(true, 5.0), {{end - 6, 0}});
    CHECK(seen.first == Ticks{end - 5});
    CHECK(seen.second == Ticks{end});
    CHECK(seen.counters.spikes_discarded == 0); // the last one went on to the readout, undelayed
    CHECK(seen.counters.plastic_updates == 1);
}

TEST_CASE("input stamped with the last tick survives, earlier input under way does not", "[runtime][interval][fast]") {
    CHECK(run(Relay(true, 1.0), {{end, 0}}).first == Ticks{end + 1});
    Network network(one_ms);
    const auto input = network.add("input", 1, InputParameters{});
    const auto readout = network.add("readout", 1, LeakyReadoutParameters{});
    network.connect(input, readout, {.delay_ms = Constant{3.0}, .rule = ReadoutRule{}});
    network.set_error(readout, Error::mean_squared);
    network.set_schedule({.interval_steps = end});
    for (const Tick stamp : {end - 3, end - 1, end}) {
        Simulation simulation(network);
        (void)simulation.push(input, stamp, 0);
        simulation.advance_until(end + 3);
        CHECK((simulation.state(readout, 0) == 1.0) == (stamp == end));
        CHECK(simulation.counters().spikes_discarded == (stamp == end - 1 ? 1 : 0));
    }
}

TEST_CASE("a return to rest ends membranes, refractoriness and effects that are due", "[runtime][interval][fast]") {
    // a membrane half way up: with the reset, the second half does not suffice
    const std::vector<InputEvent> halves{{end - 1, 1}, {end, 1}};
    CHECK(run(Relay(true, 1.0), halves).first.empty());
    CHECK(run(Relay(false, 1.0), halves).first == Ticks{end + 1});
    // refractory from tick 20 on
    for (const Refractory mode : {Refractory::integrate, Refractory::clamp}) {
        const LifParameters neuron{.reset = Reset::to_value, .refractory_ms = 10.0, .refractory = mode};
        const std::vector<InputEvent> twice{{end - 1, 0}, {end + 1, 0}};
        CHECK(run(Relay(true, 1.0, neuron), twice).first == Ticks{end, end + 2});
        CHECK(run(Relay(false, 1.0, neuron), twice, 25).first == Ticks{end});
    }
    // the soft reset that a spike at tick 20 owes to tick 21: were it to act, 0.6 - 1 would not reach 1 with 0.6 more
    const LifParameters late{.tau_m_ms = 1e6, .spike_effect = SpikeEffect::next_tick};
    const std::vector<InputEvent> pair{{end - 1, 0}, {end, 1}, {end + 1, 1}};
    CHECK(run(Relay(true, 1.0, late), pair).first == Ticks{end, end + 2});
}

TEST_CASE("crossings under constant drive start anew at a return to rest", "[runtime][interval][fast]") {
    const LifParameters driven{.tau_m_ms = 10.0, .reset = Reset::to_value, .v_inf = 2.0};
    const Seen reset = run(Relay(true, 1.0, driven), {}, 60), free = run(Relay(false, 1.0, driven), {}, 60);
    // from rest to threshold: 2 (1 - e^(-7/10)) > 1 at the seventh tick
    CHECK(reset.first == Ticks{7, 14, 27, 34, 47, 54});
    CHECK(free.first == Ticks{7, 14, 21, 28, 35, 42, 49, 56});
}

TEST_CASE("a crossing that was predicted before a return to rest is not tested for after it",
          "[runtime][interval][fast]") {
    // driven above threshold while refractory: it will spike when the refractory period ends, at tick 26
    const LifParameters neuron{.reset = Reset::to_value, .refractory_ms = 10.0};
    const std::vector<InputEvent> twice{{15, 0}, {17, 0}, {17, 0}};
    const Seen reset = run(Relay(true, 1.0, neuron), twice), free = run(Relay(false, 1.0, neuron), twice);
    CHECK(free.first == Ticks{16, 26});
    CHECK(free.counters.threshold_tests == 1);
    CHECK(reset.first == Ticks{16});
    CHECK(reset.counters.threshold_tests == 0);
}
