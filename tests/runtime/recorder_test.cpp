// SPDX-License-Identifier: BSD-3-Clause
// Recorded spikes and probes.
#include "tests/runtime/learning_network.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <stdexcept>
#include <tuple>

namespace {

using namespace saltus;
using namespace saltus::test;

/// input -> two LIF populations -> readout; the first of a time constant of 10 ms, the second adaptive.
struct Pair2 {
    Network network{one_ms};
    PopulationId input = network.add("input", 4, InputParameters{});
    PopulationId first = network.add("first", 4, LifParameters{.tau_m_ms = 10.0});
    PopulationId second = network.add("second", 4, adaptive());
    PopulationId readout = network.add("readout", 1, LeakyReadoutParameters{.tau_ms = 40.0});

    Pair2() {
        // the second population is wired first: recorded spikes must come by population, not by delivery
        network.connect(input, second, {.connector = OneToOne{}, .weight = Constant{1.5}});
        network.connect(input, first, {.connector = OneToOne{}, .weight = Constant{1.5}});
        network.connect(first, readout, {.weight = Constant{0.5}, .delay_ms = Constant{0.0}});
    }

    static AdaptiveLifParameters adaptive() {
        AdaptiveLifParameters p;
        p.tau_m_ms = 10.0;
        p.beta = 0.25;
        p.tau_a_ms = 100.0;
        return p;
    }
};

bool canonical(const Spike& a, const Spike& b) {
    return std::tie(a.tick, a.population, a.neuron) < std::tie(b.tick, b.population, b.neuron);
}

const std::vector<InputEvent> three_waves{{1, 3}, {1, 0}, {1, 2}, {20, 1}, {20, 0}, {40, 3}};

} // namespace

TEST_CASE("only recorded populations are written down, in canonical order", "[runtime][recorder][fast]") {
    const Pair2 net;
    const auto spikes = [&](bool first, bool second, bool input) {
        Simulation simulation(net.network);
        if (first) simulation.record_spikes(net.first);
        if (second) simulation.record_spikes(net.second);
        if (input) simulation.record_spikes(net.input);
        (void)simulation.push(net.input, three_waves);
        simulation.advance_until(60);
        CHECK(simulation.counters().spikes == 12);
        return simulation.spikes();
    };
    CHECK(spikes(false, false, false).empty());
    const std::vector<Spike> a = spikes(true, false, false), b = spikes(false, true, false),
                             both = spikes(true, true, true);
    const auto f = net.first.index, s = net.second.index;
    CHECK(a == std::vector<Spike>{{2, f, 0}, {2, f, 2}, {2, f, 3}, {21, f, 0}, {21, f, 1}, {41, f, 3}});
    CHECK(b == std::vector<Spike>{{2, s, 0}, {2, s, 2}, {2, s, 3}, {21, s, 0}, {21, s, 1}, {41, s, 3}});
    CHECK(std::is_sorted(both.begin(), both.end(), canonical));
    CHECK(both.size() == 12);
}

TEST_CASE("recording starts when asked for, and clearing forgets", "[runtime][recorder][fast]") {
    const Pair2 net;
    Simulation simulation(net.network);
    (void)simulation.push(net.input, three_waves);
    simulation.advance_until(10);
    simulation.record_spikes(net.first);
    simulation.advance_until(30);
    CHECK(simulation.spikes().size() == 2); // those of tick 21
    simulation.clear_spikes();
    CHECK(simulation.spikes().empty());
    simulation.advance_until(60);
    CHECK(simulation.spikes() == std::vector<Spike>{{41, net.first.index, 3}});
    CHECK_THROWS_AS(simulation.record_spikes(PopulationId{9}), std::out_of_range);
}

TEST_CASE("probes read the closed form at the ticks asked for", "[runtime][recorder][fast]") {
    const Pair2 net;
    Simulation simulation(net.network);
    const ProbeId v = simulation.probe(net.first, {3, 1}, 2, 7);
    const ProbeId a = simulation.probe(net.second, {3}, 3, 1, 1);
    const ProbeId y = simulation.probe(net.readout, {0}, 2, 5);
    (void)simulation.push(net.input, 1, 3); // arrives at 2: 1.5, spikes, 0.5 is left
    simulation.advance_until(50);
    const Probe& seen = simulation.read(v);
    CHECK(seen.ticks == std::vector<Tick>{2, 9, 16, 23, 30, 37, 44});
    REQUIRE(seen.values.size() == 14);
    for (std::size_t k = 0; k < seen.ticks.size(); ++k) {
        const double age = static_cast<double>(seen.ticks[k] - 2);
        CHECK(seen.values[2 * k] == Catch::Approx(0.5 * std::exp(-age / 10.0)).epsilon(1e-14));
        CHECK(seen.values[2 * k + 1] == 0.0);
    }
    const Probe& adaptation = simulation.read(a);
    REQUIRE(adaptation.values.size() == 48);
    for (std::size_t k = 0; k < 48; ++k) {
        const double age = static_cast<double>(adaptation.ticks[k] - 2);
        CHECK(adaptation.values[k] == Catch::Approx(std::exp(-age / 100.0)).epsilon(1e-14));
    }
    const Probe& output = simulation.read(y);
    CHECK(output.values.front() == 0.5); // the undelayed spike of the tick itself
    CHECK(output.values.back() == Catch::Approx(0.5 * std::exp(-45.0 / 40.0)).epsilon(1e-14));
}

TEST_CASE("a probe reads what state() says then, but before an interval's end resets it", "[runtime][recorder][fast]") {
    const LearningNetwork net({.interval_steps = 20}), unreset({.interval_steps = 1000});
    Simulation simulation(net.network), other(net.network), longer(unreset.network);
    const ProbeId v = simulation.probe(net.hidden, {0, 7, 29}, 1, 1);
    const ProbeId y = simulation.probe(net.readout, {1}, 10, 10);
    for (Simulation* s : {&simulation, &other, &longer}) {
        (void)s->push(net.input, random_input(1, 0, 100));
        set_random_targets(*s, net.readout, 1, 1, 100);
    }
    simulation.advance_until(100);
    std::size_t next = 0, moving = 0;
    for (Tick t = 1; t <= 100; ++t) {
        other.advance_until(t);
        if (t == 20) longer.advance_until(t);
        for (const std::uint32_t j : {0u, 7u, 29u}) {
            const double seen = simulation.read(v).values[next++];
            if (t % 20 != 0) CHECK(seen == other.state(net.hidden, j));
            if (t % 20 == 0) CHECK(other.state(net.hidden, j) == 0.0);
            if (t == 20) CHECK(seen == longer.state(net.hidden, j));
            moving += seen != 0.0 ? 1 : 0;
        }
    }
    CHECK(moving > 200);
    const Probe& output = simulation.read(y);
    CHECK(output.ticks == std::vector<Tick>{10, 20, 30, 40, 50, 60, 70, 80, 90, 100});
    CHECK(output.values[1] == longer.state(net.readout, 1));
    CHECK(output.values[1] != 0.0);
}

TEST_CASE("a clamped neuron is read at its reset value, its adaptation decaying", "[runtime][recorder][fast]") {
    Network network(one_ms);
    AdaptiveLifParameters p;
    p.reset = Reset::to_value;
    p.v_reset = -0.25;
    p.refractory_ms = 5.0;
    p.refractory = Refractory::clamp;
    p.beta = 0.1;
    p.tau_a_ms = 50.0;
    const auto input = network.add("input", 1, InputParameters{});
    const auto neuron = network.add("neuron", 1, p);
    network.connect(input, neuron, {.weight = Constant{2.0}});
    Simulation simulation(network);
    simulation.record_spikes(neuron);
    const ProbeId v = simulation.probe(neuron, {0}, 1, 1), a = simulation.probe(neuron, {0}, 1, 1, 1);
    (void)simulation.push(input, std::vector<InputEvent>{{1, 0}, {3, 0}}); // the second one is lost
    simulation.advance_until(10);
    CHECK(simulation.spikes().size() == 1);
    for (Tick t = 2; t <= 10; ++t) {
        INFO("tick " << t);
        const double held = t <= 7 ? -0.25 : -0.25 * std::exp(-static_cast<double>(t - 7) / p.tau_m_ms);
        CHECK(simulation.read(v).values[static_cast<std::size_t>(t - 1)] == Catch::Approx(held).epsilon(1e-14));
        CHECK(simulation.read(a).values[static_cast<std::size_t>(t - 1)] ==
              Catch::Approx(std::exp(-static_cast<double>(t - 2) / 50.0)).epsilon(1e-14));
    }
}

TEST_CASE("reading and probing leave the fingerprint alone", "[runtime][recorder][fast]") {
    const LearningNetwork net({.adaptive = true});
    Simulation simulation(net.network);
    (void)simulation.push(net.input, random_input(1, 0, 130));
    simulation.advance_until(120);
    const std::uint64_t before = simulation.fingerprint();
    (void)simulation.probe(net.hidden, {1, 2, 3}, 125, 10);
    simulation.record_spikes(net.hidden);
    for (std::uint32_t j = 0; j < LearningNetwork::neurons; ++j) (void)simulation.state(net.hidden, j, j % 2);
    (void)simulation.weights(net.in);
    (void)simulation.feedback(0);
    (void)simulation.last_loss(net.readout);
    CHECK(simulation.fingerprint() == before);
    simulation.advance_until(121);
    CHECK(simulation.fingerprint() != before);
}

TEST_CASE("probes are cleared, and refused where they make no sense", "[runtime][recorder][fast]") {
    const Pair2 net;
    Simulation simulation(net.network);
    const ProbeId probe = simulation.probe(net.first, {0}, 5, 5);
    simulation.advance_until(12);
    CHECK(simulation.read(probe).ticks == std::vector<Tick>{5, 10});
    simulation.clear(probe);
    CHECK(simulation.read(probe).ticks.empty());
    CHECK(simulation.read(probe).values.empty());
    simulation.advance_until(20);
    CHECK(simulation.read(probe).ticks == std::vector<Tick>{15, 20});
    CHECK_THROWS_AS(simulation.probe(net.first, {0}, 20, 1), std::invalid_argument);
    CHECK_THROWS_AS(simulation.probe(net.first, {0}, 21, 0), std::invalid_argument);
    CHECK_THROWS_AS(simulation.probe(net.first, {4}, 21, 1), std::out_of_range);
    CHECK_THROWS_AS(simulation.probe(net.first, {0}, 21, 1, 1), std::out_of_range); // no adaptation
    CHECK_THROWS_AS(simulation.probe(net.input, {0}, 21, 1), std::out_of_range);
    CHECK_THROWS_AS(simulation.state(net.readout, 1), std::out_of_range);
}
