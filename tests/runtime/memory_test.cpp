// SPDX-License-Identifier: BSD-3-Clause
// What a plastic synapse costs in bytes, history included; and that an hour of model time with a synapse that is silent
// all along costs no more than a minute.
#include "engine/runtime/learner.hpp"
#include "engine/saltus.hpp"
#include "tests/support/catch.hpp"

#include <cstdio>

namespace {

using namespace saltus;

struct PerSynapse {
    double record, history; ///< bytes: rows and traces; what targets record for them
};

template <class Parameters>
Network recurrent(const Parameters& neurons, const Optimiser& optimiser) {
    Network network({}, 5);
    const auto in = network.add("in", 1000, PoissonParameters{.rate_hz = 10.0});
    const auto cells = network.add("cells", 1000, neurons);
    const auto out = network.add("out", 1, LeakyReadoutParameters{});
    network.connect(
        in, cells,
        {.connector = FixedInDegree{100}, .weight = Normal{0.05, 0.05}, .rule = Eprop{}, .optimiser = optimiser});
    network.connect(cells, out, {.connector = FixedInDegree{100}, .weight = Constant{0.1}, .delay_ms = Constant{0.0}});
    network.set_error(out, Error::mean_squared);
    network.add_feedback({out, cells, FeedbackKind::random});
    network.set_schedule(LearningSchedule::at_arrivals());
    return network;
}

template <class Parameters>
PerSynapse per_synapse(const char* name, const Parameters& neurons, const Optimiser& optimiser, std::size_t blocks) {
    Simulation simulation(recurrent(neurons, optimiser), {.history_blocks = blocks});
    simulation.advance_until(40'000);
    CHECK(simulation.counters().plastic_updates > 5000);
    const MemoryUse use = simulation.memory();
    CHECK(use.total() == simulation.bytes());
    constexpr double synapses = 100'000.0; // the 100 onto the readout do not count
    const PerSynapse bytes{static_cast<double>(use.rows + use.traces) / synapses,
                           static_cast<double>(use.history) / synapses};
    std::printf("%-22s %2zu blocks: %5.1f bytes a synapse, %5.1f of history\n", name, blocks, bytes.record,
                bytes.history);
    return bytes;
}

/// A learning neuron with one input at 10 Hz and one that spikes once, at the very beginning.
template <class Parameters>
void check_hour(const Parameters& parameters, UpdateTiming timing) {
    Network network({.tick = std::chrono::milliseconds(1), .learning_clock = 10});
    const auto in = network.add("in", 3, InputParameters{});
    const auto cell = network.add("cell", 1, parameters);
    const auto out = network.add("out", 1, LeakyReadoutParameters{});
    const auto wires = network.connect(
        in, cell, {.weight = Constant{1.2}, .rule = Eprop{.surrogate = FastSigmoid{}}, .optimiser = Sgd{1e-5}});
    network.connect(cell, out, {.weight = Constant{0.1}, .delay_ms = Constant{0.0}});
    network.set_error(out, Error::mean_squared);
    network.add_feedback({out, cell, FeedbackKind::random});
    LearningSchedule schedule = LearningSchedule::at_arrivals();
    if (timing == UpdateTiming::interval) schedule = {.interval_steps = 100, .reset_state = false};
    network.set_schedule(schedule);
    Simulation simulation(network);
    (void)simulation.push(in, 1, 1); // neuron 2 never spikes
    constexpr Tick minute = 60'000;
    std::size_t after_a_minute = 0;
    for (Tick m = 0; m < 60; ++m) {
        for (Tick t = 0; t < minute; t += 100) (void)simulation.push(in, m * minute + t, 0);
        simulation.advance_until((m + 1) * minute);
        if (m == 0) after_a_minute = simulation.bytes();
        CHECK(simulation.bytes() == after_a_minute);
    }
    CHECK(after_a_minute < 200'000);
    CHECK(simulation.counters().spikes > 1000);
    CHECK(simulation.counters().plastic_updates > 1000);
    CHECK(simulation.weights(wires)[0] != 1.2);
    CHECK(simulation.weights(wires)[2] == static_cast<double>(1.2f));
}

} // namespace

TEST_CASE("bytes per plastic synapse, history included", "[runtime][memory]") {
    const PerSynapse lif = per_synapse("LIF, SGD", LifParameters{}, Sgd{1e-4}, 16);
    CHECK(lif.record < 17.0); // 16, and what a row of 100 has in common
    CHECK(lif.history < 16.0);
    const PerSynapse adaptive = per_synapse("adaptive LIF, SGD", AdaptiveLifParameters{}, Sgd{1e-4}, 2);
    CHECK(adaptive.record < 21.0);
    CHECK(adaptive.history < 32.0);
    const PerSynapse more = per_synapse("adaptive LIF, SGD", AdaptiveLifParameters{}, Sgd{1e-4}, 16);
    CHECK(more.history > 5.0 * adaptive.history); // what a longer horizon costs
    const PerSynapse adam = per_synapse("LIF, Adam", LifParameters{}, Adam{1e-4}, 16);
    CHECK(adam.record - lif.record == Approx(8.0).epsilon(0.02)); // only where it is used
}

TEST_CASE("all that a learner records is counted", "[runtime][memory][fast]") {
    Learner<float> learner;
    std::size_t before = learner.bytes();
    const auto grows_by = [&](std::size_t bytes, auto& values) {
        values.resize(100);
        CHECK(learner.bytes() - before == bytes);
        before = learner.bytes();
    };
    grows_by(400, learner.psi);
    grows_by(400, learner.signal);
    grows_by(400, learner.third);
    grows_by(800, learner.trail);
    grows_by(800, learner.keeper.rate);
    grows_by(800, learner.pull.trace);
    grows_by(800, learner.pull.sum);
    grows_by(400, learner.seen);
    grows_by(800, learner.spikes);
    grows_by(400, learner.rate_factor);
}

TEST_CASE("notes of arrivals are counted, those of the interval before, too", "[runtime][memory][fast]") {
    Network network({.tick = std::chrono::milliseconds(1), .learning_clock = 1});
    constexpr std::uint32_t sources = 1024; // arrivals: vectors grow to just that
    const auto in = network.add("in", sources, InputParameters{});
    const auto out = network.add("out", 1, LeakyReadoutParameters{});
    network.connect(in, out, {.rule = ReadoutRule{}});
    network.set_error(out, Error::mean_squared);
    network.set_schedule({.interval_steps = 10});
    Simulation simulation(network);
    const std::size_t before = simulation.memory().traces;
    for (Tick interval = 0; interval < 2; ++interval) {
        for (std::uint32_t i = 0; i < sources; ++i) (void)simulation.push(in, 10 * interval + 1, i);
        simulation.advance_until(10 * (interval + 1));
    }
    // Of each arrival its step, an index, two amplitudes; of each row that was touched two numbers: in both lists.
    CHECK(simulation.memory().traces - before == sources * 2 * (16 + 8));
}

TEST_CASE("an hour of model time with a silent synapse: memory is that of a minute", "[runtime][memory]") {
    check_hour(LifParameters{}, UpdateTiming::arrival);
    check_hour(AdaptiveLifParameters{}, UpdateTiming::arrival);
    check_hour(LifParameters{}, UpdateTiming::interval);
}
