// SPDX-License-Identifier: BSD-3-Clause
// Learning switched off and on, learning rates and weights set from outside, in a running network.
#include "tests/runtime/learning_network.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <stdexcept>

namespace {

using namespace saltus;
using namespace saltus::test;

constexpr SimulationOptions exact{.precision = Precision::double_precision};

/// A learning network at work; input and targets from millisecond `shift` on are those of millisecond 0 elsewhere.
struct Work {
    LearningNetwork net;
    Simulation simulation;

    explicit Work(const NetworkOptions& o = {}, SimulationOptions options = exact, Tick length = 600, Tick shift = 0)
        : net(o), simulation(net.network, options) {
        std::vector<InputEvent> events = random_input(1, 0, length);
        for (InputEvent& event : events) event.tick += shift;
        (void)simulation.push(net.input, events);
        for (Tick ms = 1; ms < length; ms += 10) {
            const double value = std::sin(static_cast<double>(ms));
            (void)simulation.set_target(net.readout, ms + shift, std::array{value, -value, 0.5 * value});
        }
        simulation.record_spikes(net.hidden);
    }

    [[nodiscard]] std::array<ProjectionId, 3> projections() const { return {net.in, net.loop, net.out}; }
    [[nodiscard]] std::vector<std::vector<double>> weights() const {
        std::vector<std::vector<double>> all;
        for (const ProjectionId p : projections()) all.push_back(simulation.weights(p));
        return all;
    }
};

/// The smallest change of any projection's weights, in sum.
double least_change(const std::vector<std::vector<double>>& a, const std::vector<std::vector<double>>& b) {
    double least = INFINITY;
    for (std::size_t p = 0; p < a.size(); ++p) least = std::min(least, total_change(a[p], b[p]));
    return least;
}

const std::vector<NetworkOptions> schedules{{},
                                            {.timing = UpdateTiming::arrival},
                                            {.sparse = true},
                                            {.timing = UpdateTiming::arrival, .adaptive = true, .sparse = true}};

} // namespace

TEST_CASE("learning off: weights stay, no learning edge is processed; on again: it learns", "[runtime][switch][fast]") {
    for (const NetworkOptions& o : schedules) {
        Work work(o);
        const bool interval = o.timing == UpdateTiming::interval;
        INFO("interval " << interval << " sparse " << o.sparse);
        const auto start = work.weights();
        work.simulation.set_learning(false);
        work.simulation.advance_until(300);
        CHECK(same(work.weights(), start));
        CHECK(work.simulation.counters().plastic_updates == 0);
        CHECK(work.simulation.counters().spikes > 100);
        if (interval) CHECK(work.simulation.counters().learning_edges == 0);
        CHECK(work.simulation.last_loss(work.net.readout) == 0.0);
        work.simulation.set_learning(true);
        work.simulation.advance_until(600);
        CHECK(least_change(work.weights(), start) > 0.01);
        CHECK(work.simulation.counters().plastic_updates > 1000);
        if (interval) CHECK(work.simulation.counters().learning_edges == 300);
    }
}

TEST_CASE("intervals without learning leave no mark on those that follow", "[runtime][switch][fast]") {
    Work fresh({}, exact, 300, 0), later({}, exact, 300, 100);
    (void)later.simulation.push(later.net.input, random_input(1, 0, 90, 0.1, 9));
    later.simulation.set_learning(false);
    later.simulation.advance_until(100); // two intervals; the network returns to rest
    CHECK(later.simulation.counters().spikes > 20);
    later.simulation.set_learning(true);
    later.simulation.advance_until(400);
    fresh.simulation.advance_until(300);
    CHECK(same(later.weights(), fresh.weights()));
    CHECK(least_change(fresh.weights(), Work().weights()) > 0.01);
}

TEST_CASE("what was recorded of an interval that was not learned from does not come back", "[runtime][switch][fast]") {
    Work clean, stale;
    const auto start = clean.weights();
    stale.simulation.advance_until(30); // psi and L of steps 1 to 30 are recorded,
    for (Work* work : {&clean, &stale}) {
        work->simulation.set_learning(false); // and forgotten at 50
        work->simulation.advance_until(50);
        work->simulation.set_learning(true);
        work->simulation.advance_until(55);
        work->simulation.set_learning(false); // steps 6 to 30 of this interval are not recorded
        work->simulation.advance_until(80);
        work->simulation.set_learning(true);
        work->simulation.advance_until(100);
    }
    CHECK(same(stale.weights(), clean.weights()));
    CHECK(least_change(clean.weights(), start) > 1e-3);
}

TEST_CASE("a network that does not learn spikes like one that learns at a rate of zero", "[runtime][switch][fast]") {
    for (const NetworkOptions& o : schedules) {
        Work off(o), slow(o), learning(o);
        off.simulation.set_learning(false);
        for (const ProjectionId p : slow.projections()) slow.simulation.set_learning_rate(p, 0.0);
        for (Work* work : {&off, &slow, &learning}) work->simulation.advance_until(600);
        CHECK(same(off.simulation.spikes(), slow.simulation.spikes()));
        CHECK(off.simulation.spikes().size() > 100);
        CHECK(same(off.weights(), slow.weights()));
        CHECK(slow.simulation.counters().plastic_updates > 1000);
        CHECK_FALSE(same(learning.simulation.spikes(), slow.simulation.spikes()));
    }
}

TEST_CASE("learning switched off within an interval: weights stay from then on", "[runtime][switch][fast]") {
    Work work;
    const auto start = work.weights();
    work.simulation.advance_until(30); // of 50
    work.simulation.set_learning(false);
    work.simulation.advance_until(600);
    CHECK(same(work.weights(), start));
    CHECK(work.simulation.counters().plastic_updates == 0);
    CHECK(work.simulation.counters().learning_edges == 30);
}

TEST_CASE("learning switched on within an interval: the rest of it is learned from", "[runtime][switch][fast]") {
    Work work;
    const auto start = work.weights();
    work.simulation.set_learning(false);
    work.simulation.advance_until(20);
    work.simulation.set_learning(true);
    work.simulation.advance_until(49);
    CHECK(same(work.weights(), start));
    work.simulation.advance_until(50);
    CHECK(work.simulation.counters().learning_edges == 30);
    CHECK(least_change(work.weights(), start) > 1e-3);
}

TEST_CASE("an arrival of a step that was not learned from is forgotten at the interval's end",
          "[runtime][switch][fast]") {
    Network network({.tick = std::chrono::microseconds(100),
                     .delay_resolution = std::chrono::microseconds(100),
                     .learning_clock = 10});
    const auto input = network.add("input", 1, InputParameters{});
    const auto readout = network.add("readout", 1, LeakyReadoutParameters{});
    const auto projection = network.connect(input, readout, {.delay_ms = Constant{0.1}, .rule = ReadoutRule{}});
    network.set_error(readout, Error::mean_squared);
    network.set_schedule({.interval_steps = 5}); // 50 ticks
    Simulation simulation(network);
    const double target = 3.0;
    (void)simulation.set_target(readout, 1, {&target, 1});
    (void)simulation.push(input, 1, 0); // arrives at tick 2, noted while learning is on
    simulation.advance_until(5);
    simulation.set_learning(false); // before the first edge, at tick 10
    simulation.advance_until(50);
    CHECK(simulation.weights(projection) == std::vector<double>{1.0});
    simulation.set_learning(true);
    simulation.advance_until(100); // an interval without any arrival
    CHECK(simulation.weights(projection) == std::vector<double>{1.0});
    (void)simulation.push(input, 101, 0);
    simulation.advance_until(150);
    CHECK(simulation.weights(projection).front() > 1.005); // this one is learned from
}

TEST_CASE("intervals of small errors are not learned from", "[runtime][switch][fast]") {
    for (const double threshold : {0.0, 0.5, 1e3}) {
        LearningNetwork net;
        LearningSchedule schedule = net.network.schedule();
        schedule.error_threshold = threshold;
        net.network.set_schedule(schedule);
        Simulation simulation(net.network);
        const std::vector<double> start = simulation.weights(net.in);
        (void)simulation.push(net.input, random_input(1, 0, 300));
        simulation.advance_until(300);
        CHECK(simulation.counters().intervals_learned == (threshold < 1.0 ? 6 : 0));
        CHECK((simulation.weights(net.in) != start) == (threshold < 1.0));
        CHECK((simulation.counters().plastic_updates > 100) == (threshold < 1.0));
    }
}

TEST_CASE("the learning rate scales the first update of gradient descent", "[runtime][switch][fast]") {
    Work once, twice, never_in;
    const auto start = once.weights();
    for (const ProjectionId p : twice.projections()) twice.simulation.set_learning_rate(p, 4e-3);
    never_in.simulation.set_learning_rate(never_in.net.in, 0.0);
    for (Work* work : {&once, &twice, &never_in}) work->simulation.advance_until(50);
    for (std::size_t p = 0; p < 3; ++p) {
        const auto a = once.weights()[p], b = twice.weights()[p];
        CHECK(total_change(a, start[p]) > 1e-3);
        for (std::size_t k = 0; k < a.size(); ++k) {
            CHECK(b[k] - start[p][k] == Catch::Approx(2.0 * (a[k] - start[p][k])).epsilon(1e-9).margin(1e-15));
        }
    }
    CHECK(same(never_in.weights()[0], start[0]));
    CHECK(same(never_in.weights()[2], once.weights()[2]));
    CHECK_THROWS_AS(once.simulation.set_learning_rate(ProjectionId{7}, 0.1), std::out_of_range);
}
