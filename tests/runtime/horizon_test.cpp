// SPDX-License-Identifier: BSD-3-Clause
// Arrival schedule: how far history reaches back decides who carries a silent synapse on, its next arrival or a sweep,
// and nothing else.
#include "tests/learning/scalar_rules.hpp"
#include "tests/runtime/learning_network.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>

namespace {

using namespace saltus;
using namespace saltus::test;

struct Outcome {
    std::vector<Spike> spikes;
    std::vector<std::vector<double>> weights;
};

/// 3 s of input so sparse that most rows are silent for longer than the shorter horizons.
Outcome run(const NetworkOptions& o, std::size_t blocks) {
    const LearningNetwork net(o);
    Simulation simulation(net.network, {.precision = Precision::double_precision, .history_blocks = blocks});
    (void)simulation.push(net.input, random_input(1, 0, 50));
    (void)simulation.push(net.input, random_input(1, 50, 2700, 0.004));
    (void)simulation.push(net.input, random_input(1, 2700, 3000));
    set_random_targets(simulation, net.readout, 1, 1, 3000);
    simulation.record_spikes(net.hidden);
    simulation.advance_until(3010);
    Outcome outcome{simulation.spikes(), {}};
    for (const ProjectionId p : {net.in, net.loop, net.out}) outcome.weights.push_back(simulation.weights(p));
    return outcome;
}

} // namespace

TEST_CASE("the horizon shows neither in spikes nor in weights", "[runtime][horizon][fast]") {
    for (const bool adaptive : {false, true}) {
        NetworkOptions o{.timing = UpdateTiming::arrival, .adaptive = adaptive, .sparse = true};
        const Outcome all = run(o, 200); // 3200 steps: no sweep ever
        CHECK(all.spikes.size() > 100);
        for (const std::size_t blocks : {1u, 2u, 5u, 16u, 64u}) {
            INFO("adaptive " << adaptive << " blocks " << blocks);
            const Outcome swept = run(o, blocks);
            REQUIRE(same(swept.spikes, all.spikes));
            for (std::size_t p = 0; p < 3; ++p) CHECK(largest_difference(swept.weights[p], all.weights[p]) < 1e-12);
        }
        const LearningNetwork net(o);
        const Simulation fresh(net.network, {.precision = Precision::double_precision});
        CHECK(largest_difference(all.weights[0], fresh.weights(net.in)) > 1e-2);
    }
}

TEST_CASE("a synapse silent for 100 s is updated as if stepped all the way", "[runtime][horizon][fast]") {
    constexpr Tick second_arrival = 100'000;
    Network network(one_ms);
    const auto input = network.add("input", 1, InputParameters{});
    const auto neuron = network.add("neuron", 1, LifParameters{.tau_m_ms = 20.0, .v_inf = 0.4}); // psi never ends
    const auto readout = network.add("readout", 1, LeakyReadoutParameters{});
    const Eprop rule{.surrogate = FastSigmoid{0.5, 0.5}, .filter_tau_ms = 1000.0};
    const auto projection =
        network.connect(input, neuron, {.weight = Constant{0.1}, .rule = rule, .optimiser = Sgd{0.01}});
    network.connect(neuron, readout, {});
    network.set_error(readout, Error::mean_squared);
    network.add_feedback({readout, neuron, FeedbackKind::random, Constant{1.0}});
    network.set_schedule(LearningSchedule::at_arrivals());
    Simulation simulation(network, {.precision = Precision::double_precision, .history_blocks = 4});
    const double target = -0.3; // the readout stays at 0: L = 0.3
    (void)simulation.set_target(readout, 1, {&target, 1});
    (void)simulation.push(input, 4, 0); // arrives at 5
    (void)simulation.push(input, second_arrival - 1, 0);
    simulation.advance_until(second_arrival);

    const EpropMap<false, false> map{{std::exp(-1.0 / 20.0)}, {std::exp(-1e-3), 1.0 - std::exp(-1e-3)}};
    Synapse1<double> x;
    double v = 0.0;
    for (Tick t = 1; t < second_arrival; ++t) {
        v = 0.4 + (v - 0.4) * map.membrane.alpha + (t == 5 ? 0.1 : 0.0);
        x.h += t == 5 ? 1.0 : 0.0;
        plain_step(map, 0.5 / std::pow(1.0 + std::abs(v - 1.0) / 0.5, 2.0), 0.3, 0.0, x);
    }
    CHECK(std::abs(0.01 * x.g) > 1e-3);
    CHECK(simulation.weights(projection).front() == Catch::Approx(0.1 - 0.01 * x.g).epsilon(1e-11));
}
