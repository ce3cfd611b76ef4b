// SPDX-License-Identifier: BSD-3-Clause
// Synapses that are silent for an hour: memory stays bounded, the weights are as if they had been up to date all along.
// And what a synapse remembers shows in the fingerprint.
#include "engine/network/network.hpp"
#include "engine/runtime/simulation.hpp"
#include "tests/support/catch.hpp"

#include <cmath>

namespace {

using namespace saltus;

constexpr Tick ms = 10, second = 1000 * ms, hour = 3600 * second; // ticks of 0.1 ms

/// 20 plastic synapses onto a neuron that is made to spike at 10 Hz.
struct Silent {
    Network network{{.tick = std::chrono::microseconds(100)}};
    PopulationId pre, force, neuron;
    ProjectionId plastic;

    explicit Silent(const Rule& rule) {
        pre = network.add("pre", 20, InputParameters{});
        force = network.add("force", 1, InputParameters{});
        neuron = network.add("neuron", 1, LifParameters{.threshold = 100.0, .reset = Reset::to_value});
        plastic = network.connect(pre, neuron, {.weight = Constant{0.5}, .rule = rule});
        network.connect(force, neuron, {.weight = Constant{1000.0}});
    }
};

void check_hour(const Rule& rule, double expected) {
    const Silent net(rule);
    Simulation simulation(net.network, {.precision = Precision::double_precision});
    std::vector<InputEvent> train;
    for (Tick t = 100 * ms; t <= hour; t += 100 * ms) train.push_back({t, 0});
    CHECK(simulation.push(net.force, train) == Status::ok);
    // Synapse 0: one arrival 10 ms before a spike, at 1 s; 1: that and one 5 ms after a spike, at the end.
    for (const std::uint32_t i : {0u, 1u}) CHECK(simulation.push(net.pre, second - 10 * ms, i) == Status::ok);
    CHECK(simulation.push(net.pre, hour - 95 * ms, 1) == Status::ok);
    simulation.advance_until(20 * second);
    const std::size_t bytes = simulation.bytes();
    const std::vector<double> early = simulation.weights(net.plastic);
    simulation.advance_until(hour - 50 * ms);
    CHECK(simulation.bytes() <= bytes + 64);
    CHECK(simulation.bytes() < 4096);
    CHECK(simulation.counters().spikes == 35'999);
    const std::vector<double> w = simulation.weights(net.plastic);
    CHECK(early[0] == w[0]); // it has met every spike that counts
    CHECK(w[0] > 0.5);
    for (std::size_t i = 2; i < 20; ++i) CHECK(w[i] == 0.5);
    CHECK(std::abs(w[1] - w[0] - expected) < 1e-13);
}

/// Two runs with one arrival each, at different times, of synapses whose weight is 0; then alike.
template <class Spec>
void check_parted(Spec spec) {
    Network network({.tick = std::chrono::microseconds(100)});
    const PopulationId pre = network.add("pre", 1, InputParameters{});
    const PopulationId force = network.add("force", 1, InputParameters{});
    const PopulationId neuron = network.add("neuron", 1, LifParameters{.reset = Reset::to_value});
    spec.weight = Constant{0.0};
    const ProjectionId p = network.connect(pre, neuron, spec);
    network.connect(force, neuron, {.weight = Constant{2.0}});
    Simulation a(network), b(network), c(network);
    CHECK(a.push(pre, 100, 0) == Status::ok);
    CHECK(b.push(pre, 101, 0) == Status::ok);
    CHECK(c.push(pre, 100, 0) == Status::ok);
    for (Simulation* s : {&a, &b, &c}) s->advance_until(200);
    CHECK(a.state(neuron, 0) == b.state(neuron, 0));
    CHECK(a.fingerprint() == c.fingerprint());
    CHECK(a.fingerprint() != b.fingerprint());
    for (Simulation* s : {&a, &b, &c}) {
        if (spec.short_term) s->set_weights(p, std::array{0.5});
        CHECK(s->push(force, 210, 0) == Status::ok);
        CHECK(s->push(pre, 230, 0) == Status::ok);
        s->advance_until(250);
    }
    CHECK(a.weights(p) == c.weights(p));
    CHECK(a.state(neuron, 0) == c.state(neuron, 0));
    CHECK(a.state(neuron, 0) != b.state(neuron, 0)); // they do part
}

} // namespace

TEST_CASE("an hour's silence: pair rule", "[runtime][stdp]") {
    const PairStdp rule{.tau_plus_ms = 20.0, .tau_minus_ms = 30.0, .lambda = 0.01, .alpha = 0.5};
    const double post = std::exp(-5.0 / 30.0) / (1.0 - std::exp(-100.0 / 30.0)); // of a train of 10 Hz
    check_hour(rule, -0.01 * 0.5 * post);
}

TEST_CASE("an hour's silence: triplet rule", "[runtime][stdp]") {
    const TripletStdp rule{};
    const double post = std::exp(-5.0 / 33.7) / (1.0 - std::exp(-100.0 / 33.7));
    check_hour(rule, -7e-3 * post); // r2 is gone after an hour
}

TEST_CASE("what synapses remember shows in the fingerprint", "[runtime][fingerprint][stdp][short_term][fast]") {
    check_parted(ProjectionSpec{.rule = PairStdp{.lambda = 0.1, .alpha = 0.0}});
    check_parted(ProjectionSpec{.rule = TripletStdp{.a2_plus = 0.1}});
    check_parted(ProjectionSpec{.short_term = ShortTerm{.utilisation = 0.5, .tau_rec_ms = 100.0, .tau_fac_ms = 50.0}});
}
