// SPDX-License-Identifier: BSD-3-Clause
// Readouts whose updates wait for the next arrival, beside the same readouts updated at every step (limits that are
// never reached ask for that): the same weights whenever somebody looks, the same errors, the same spikes.
#include "tests/runtime/learning_network.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace saltus;
using namespace saltus::test;

constexpr WeightLimits never_reached{.low = -1e29, .high = 1e29};

/// 20 inputs -> 12 spiking neurons that learn -> 3 readouts, by three projections: one delay, several, and one that
/// feedback follows (never deferred).
struct Readouts {
    Network network{one_ms, 11};
    PopulationId input, hidden, other, readout;
    std::vector<ProjectionId> out;

    explicit Readouts(const WeightLimits& limits) {
        input = network.add("input", LearningNetwork::inputs, InputParameters{});
        hidden = network.add("hidden", 12, LifParameters{.reset = Reset::to_value});
        other = network.add("other", 12, LifParameters{.reset = Reset::to_value});
        readout = network.add("readout", 3, LeakyReadoutParameters{.tau_ms = 15.0});
        for (const PopulationId population : {hidden, other})
            network.connect(input, population, {.weight = Normal{0.2, 0.1}, .rule = Eprop{}, .optimiser = Sgd{1e-3}});
        const auto connect = [&](PopulationId from, const Connector& connector, const Distribution& delay,
                                 const WeightLimits& its) {
            out.push_back(network.connect(from, readout,
                                          {.connector = connector,
                                           .weight = Normal{0.0, 0.3},
                                           .delay_ms = delay,
                                           .rule = ReadoutRule{},
                                           .optimiser = Sgd{3e-3},
                                           .limits = its}));
        };
        connect(hidden, AllToAll{}, Constant{0.0}, limits);
        connect(input, FixedInDegree{7}, Uniform{0.5, 4.49}, limits);
        connect(other, AllToAll{}, Constant{1.0}, {});
        network.set_error(readout, Error::mean_squared);
        network.add_feedback({readout, hidden, FeedbackKind::random, Normal{0.0, 0.5}});
        network.add_feedback({readout, other, FeedbackKind::symmetric});
        network.set_schedule(LearningSchedule::at_arrivals());
    }
};

/// What the two are to be compared in.
struct Course {
    Simulation simulation;
    Readouts net;

    Course(const WeightLimits& limits, Precision precision)
        : simulation(Readouts(limits).network, {.precision = precision, .history_blocks = 4}), net(limits) {
        // Inputs 0 to 4 fall silent for longer than any history.
        std::vector<InputEvent> events;
        for (const InputEvent& event : random_input(1, 0, 3000, 0.03))
            if (event.neuron >= 5 || event.tick < 100 || event.tick > 2900) events.push_back(event);
        (void)simulation.push(net.input, events);
        set_random_targets(simulation, net.readout, 1, 1, 3000);
        simulation.record_spikes(net.hidden);
    }
    [[nodiscard]] std::vector<std::vector<double>> weights() const {
        std::vector<std::vector<double>> all;
        for (const ProjectionId p : net.out) all.push_back(simulation.weights(p));
        return all;
    }
};

void compare(Precision precision, double bound) {
    Course deferred({}, precision), stepped(never_reached, precision);
    const auto start = deferred.weights();
    for (Tick t = 100; t <= 3000; t += 100) {
        INFO("ms " << t);
        for (Course* course : {&deferred, &stepped}) {
            Simulation& s = course->simulation;
            if (t == 800) s.set_learning(false); // what has gathered by then is not lost
            if (t == 1100) s.set_learning(true);
            if (t == 1500)
                for (const ProjectionId p : course->net.out) s.set_learning_rate(p, 1e-3);
            if (t == 1700) s.set_weights(course->net.out[0], std::vector<double>(36, 0.25));
            s.advance_until(t);
        }
        const auto a = deferred.weights(), b = stepped.weights();
        for (std::size_t p = 0; p < a.size(); ++p) CHECK(largest_difference(a[p], b[p]) < bound);
    }
    CHECK(deferred.simulation.spikes().size() > 100);
    CHECK(same(deferred.simulation.spikes(), stepped.simulation.spikes()));
    for (std::size_t p = 0; p < start.size(); ++p) CHECK(total_change(deferred.weights()[p], start[p]) > 0.1);
    // One is updated when something arrives, the other at every step.
    CHECK(deferred.simulation.counters().plastic_updates + 100000 < stepped.simulation.counters().plastic_updates);
}

} // namespace

TEST_CASE("readouts whose updates wait for arrivals are those of updates at every step: double",
          "[runtime][readout][fast]") {
    compare(Precision::double_precision, 1e-13);
}

TEST_CASE("readouts whose updates wait for arrivals are those of updates at every step: float",
          "[runtime][readout][fast]") {
    compare(Precision::single_precision, 1e-5);
}
