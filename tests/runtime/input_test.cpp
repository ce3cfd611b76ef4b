// SPDX-License-Identifier: BSD-3-Clause
// What is offered from outside: events and targets. Nothing is lost in silence, and order does not matter.
#include "tests/runtime/learning_network.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <stdexcept>

namespace {

using namespace saltus;
using namespace saltus::test;

/// One input -> one readout of time constant 10 ms, weight 1, delay 3 ms; nothing learns.
struct Relay {
    Network network{one_ms};
    PopulationId input = network.add("input", 2, InputParameters{});
    PopulationId readout = network.add("readout", 1, LeakyReadoutParameters{.tau_ms = 10.0});
    ProjectionId projection = network.connect(input, readout, {.delay_ms = Constant{3.0}});
};

void check_accounts(const Counters& c) {
    CHECK(c.events_offered == c.events_accepted + c.events_late + c.events_malformed);
}

Status offer(Simulation& simulation, PopulationId input, const std::vector<InputEvent>& events) {
    return simulation.push(input, events);
}

} // namespace

TEST_CASE("every event offered is accepted, late or malformed", "[runtime][input][fast]") {
    const Relay net;
    Simulation simulation(net.network);
    CHECK(offer(simulation, net.input, {{0, 0}, {5, 1}, {9, 0}}) == Status::ok);
    CHECK(simulation.counters().events_accepted == 3);
    simulation.advance_until(10);
    CHECK(offer(simulation, net.input, {{9, 0}}) == Status::late);
    CHECK(offer(simulation, net.input, {{10, 0}, {11, 2}, {12, 1}}) == Status::out_of_range);
    CHECK(offer(simulation, net.input, {{3, 0}, {10, 7}, {3, 7}, {20, 0}}) == Status::out_of_range); // the worst of it
    CHECK(offer(simulation, net.input, {}) == Status::ok);
    const Counters c = simulation.counters();
    CHECK(c.events_offered == 11);
    CHECK(c.events_accepted == 6);
    CHECK(c.events_late == 2);
    CHECK(c.events_malformed == 3);
    check_accounts(c);
    simulation.advance_until(30);
    CHECK(simulation.counters().synaptic_events == 6); // the good ones of a bad batch were taken
}

TEST_CASE("accounts balance for any mixture of events", "[runtime][input][fast]") {
    const LearningNetwork net;
    Simulation simulation(net.network);
    RandomStream random(5, 5);
    std::vector<InputEvent> batch;
    for (int k = 0; k < 200; ++k) {
        batch.clear();
        for (std::uint32_t e = random.below(20); e > 0; --e) {
            const Tick tick = simulation.now() + static_cast<Tick>(random.below(12)) - 4;
            batch.push_back({tick, random.below(LearningNetwork::inputs + 3)});
        }
        (void)simulation.push(net.input, batch);
        check_accounts(simulation.counters());
        simulation.advance_until(simulation.now() + random.below(4));
    }
    CHECK(simulation.counters().events_accepted > 500);
    CHECK(simulation.counters().events_late > 200);
    CHECK(simulation.counters().events_malformed > 100);
    CHECK(simulation.counters().spikes > 20);
}

TEST_CASE("unsorted pushes equal sorted ones", "[runtime][input][fast]") {
    std::vector<InputEvent> events = random_input(1, 0, 300);
    const LearningNetwork net;
    const auto run = [&](const std::vector<InputEvent>& list, std::size_t batch) {
        Simulation simulation(net.network);
        set_random_targets(simulation, net.readout, 1, 1, 300);
        for (std::size_t k = 0; k < list.size(); k += batch) {
            CHECK(simulation.push(net.input, std::span(list).subspan(k, std::min(batch, list.size() - k))) ==
                  Status::ok);
        }
        simulation.advance_until(320);
        CHECK(simulation.counters().spikes > 100);
        CHECK(simulation.counters().events_accepted == list.size());
        return simulation.fingerprint();
    };
    const std::uint64_t sorted = run(events, events.size());
    std::reverse(events.begin(), events.end());
    CHECK(run(events, events.size()) == sorted);
    RandomStream random(6, 6);
    for (std::size_t k = events.size() - 1; k > 0; --k) {
        std::swap(events[k], events[random.below(static_cast<std::uint32_t>(k + 1))]);
    }
    CHECK(run(events, events.size()) == sorted);
    CHECK(run(events, 7) == sorted);
    CHECK(run(events, 1) == sorted);
    events.pop_back();
    CHECK(run(events, 7) != sorted);
}

TEST_CASE("an event stamped now() is taken and arrives after its delay", "[runtime][input][fast]") {
    const Relay net;
    for (const Tick stamp : {0, 1, 7}) {
        INFO("stamp " << stamp);
        Simulation simulation(net.network);
        simulation.advance_until(stamp);
        CHECK(simulation.push(net.input, stamp, 0) == Status::ok);
        simulation.advance_until(stamp + 2);
        CHECK(simulation.state(net.readout, 0) == 0.0);
        simulation.advance_until(stamp + 3);
        CHECK(simulation.state(net.readout, 0) == 1.0);
        simulation.advance_until(stamp + 13);
        CHECK(simulation.state(net.readout, 0) == Catch::Approx(std::exp(-1.0)).epsilon(1e-14));
    }
}

TEST_CASE("an event stamped now() counts even if it is pushed twice and now() is advanced to again",
          "[runtime][input][fast]") {
    const Relay net;
    Simulation simulation(net.network);
    simulation.advance_until(5);
    (void)simulation.push(net.input, 5, 0);
    simulation.advance_until(5);
    (void)simulation.push(net.input, 5, 0);
    simulation.advance_until(5);
    simulation.advance_until(8);
    CHECK(simulation.state(net.readout, 0) == 2.0);
}

TEST_CASE("duplicates count twice", "[runtime][input][fast]") {
    const Relay net;
    Simulation simulation(net.network);
    CHECK(offer(simulation, net.input, {{2, 0}, {2, 0}, {2, 1}}) == Status::ok);
    simulation.advance_until(5);
    CHECK(simulation.state(net.readout, 0) == 3.0);
    CHECK(simulation.counters().synaptic_events == 3);
}

TEST_CASE("events enter through input populations only", "[runtime][input][fast]") {
    const LearningNetwork net;
    Simulation simulation(net.network);
    CHECK_THROWS_AS(simulation.push(net.hidden, 1, 0), std::invalid_argument);
    CHECK_THROWS_AS(simulation.push(net.readout, 1, 0), std::invalid_argument);
    CHECK_THROWS_AS(simulation.push(PopulationId{17}, 1, 0), std::out_of_range);
    CHECK_THROWS_AS(simulation.push(PopulationId{}, 1, 0), std::out_of_range);
    CHECK(simulation.counters().events_offered == 0);
}

TEST_CASE("time only goes forward", "[runtime][input][fast]") {
    const Relay net;
    Simulation simulation(net.network);
    simulation.advance_until(10);
    CHECK_THROWS_AS(simulation.advance_until(9), std::invalid_argument);
    CHECK(simulation.now() == 10);
}

TEST_CASE("targets: late, out of order, of the wrong size, of the wrong population", "[runtime][input][fast]") {
    const LearningNetwork net;
    Simulation simulation(net.network);
    const std::vector<double> good{0.1, 0.2, 0.3}, small{0.1, 0.2}, large{0.1, 0.2, 0.3, 0.4};
    CHECK(simulation.set_target(net.readout, 0, good) == Status::ok); // before anything has happened
    simulation.advance_until(10);
    CHECK(simulation.set_target(net.readout, 10, good) == Status::late);
    CHECK(simulation.set_target(net.readout, 9, good) == Status::late);
    CHECK(simulation.set_target(net.readout, 20, small) == Status::out_of_range);
    CHECK(simulation.set_target(net.readout, 20, large) == Status::out_of_range);
    CHECK(simulation.set_target(net.readout, 20, good) == Status::ok);
    CHECK(simulation.set_target(net.readout, 19, good) == Status::late); // stamps must not decrease
    CHECK(simulation.set_target(net.readout, 20, good) == Status::ok);   // equal ones: the later one counts
    CHECK(simulation.set_target(net.hidden, 30, good) == Status::out_of_range);
    CHECK(simulation.set_target(net.input, 30, good) == Status::out_of_range);
    CHECK(simulation.counters().teaching_refused == 7);
    CHECK(simulation.set_reward(30, 1.0) == Status::out_of_range); // no reward was asked for
    CHECK(simulation.push_targets(net.readout, std::vector<InputEvent>(3)) == Status::out_of_range);
    CHECK(simulation.counters().teaching_refused == 11);
}

TEST_CASE("a target is in force from its tick on, and the later of two equal stamps counts", "[runtime][input][fast]") {
    Network network(one_ms);
    const auto input = network.add("input", 1, InputParameters{});
    const auto readout = network.add("readout", 1, LeakyReadoutParameters{});
    network.connect(input, readout, {.rule = ReadoutRule{}});
    network.set_error(readout, Error::mean_squared);
    network.set_schedule({.interval_steps = 10});
    Simulation simulation(network);
    const auto target = [&](Tick from, double value) {
        CHECK(simulation.set_target(readout, from, {&value, 1}) == Status::ok);
    };
    target(4, 9.0);
    target(4, 2.0);  // steps 4 to 7
    target(8, -1.0); // steps 8 to 10
    simulation.advance_until(10);
    CHECK(simulation.last_loss(readout) == Catch::Approx(0.5 * (4.0 * 4.0 + 3.0 * 1.0)).epsilon(1e-14));
    simulation.advance_until(20);
    CHECK(simulation.last_loss(readout) == Catch::Approx(0.5 * 10.0).epsilon(1e-14));
}
