// SPDX-License-Identifier: BSD-3-Clause
// Advancing within a time: it stops where it must, what is left is done later, and nothing of that shows in the
// outcome.
#include "engine/core/random.hpp"
#include "tests/runtime/learning_network.hpp"
#include "tests/support/catch.hpp"

#include <array>

using namespace saltus;
using namespace saltus::test;
using namespace std::chrono_literals;

namespace {

struct Outcome {
    std::uint64_t fingerprint;
    std::uint64_t updates;
    std::vector<Spike> spikes;
};

constexpr Tick duration = 400;

/// Runs the network to the end; `advance` goes on towards a tick in whatever way.
template <class Advance>
Outcome run(const NetworkOptions& options, const Advance& advance) {
    const LearningNetwork net(options);
    Simulation simulation(net.network);
    simulation.record_spikes(net.hidden);
    (void)simulation.push(net.input, random_input(1, 0, duration));
    set_random_targets(simulation, net.readout, 1, 1, duration);
    while (simulation.now() < duration) advance(simulation);
    const Counters c = simulation.counters();
    return {simulation.fingerprint(), c.plastic_updates, simulation.spikes()};
}

TEST_CASE("a budget changes nothing but when things are done", "[runtime][fast]") {
    for (const UpdateTiming timing : {UpdateTiming::interval, UpdateTiming::arrival}) {
        const NetworkOptions options{.timing = timing, .sparse = true};
        const Outcome whole = run(options, [](Simulation& s) { s.advance_until(duration); });
        REQUIRE(whole.spikes.size() > 50);
        REQUIRE(whole.updates > 500);
        RandomStream random(1, 7);
        int stops = 0;
        const Outcome cut = run(options, [&](Simulation& s) {
            const Tick before = s.now();
            const Tick until = std::min(duration, before + 1 + random.below(60));
            const Tick reached = s.advance_for_budget(until, std::chrono::nanoseconds(1 + random.below(20'000)));
            REQUIRE(reached == s.now());
            REQUIRE((reached >= before && reached <= until));
            stops += reached < until;
        });
        CHECK(stops > 5);
        CHECK(cut.fingerprint == whole.fingerprint);
        CHECK(cut.spikes == whole.spikes);
    }
}

TEST_CASE("without time left nothing is begun", "[runtime][fast]") {
    const LearningNetwork net;
    Simulation simulation(net.network);
    (void)simulation.push(net.input, random_input(1, 0, duration));
    const std::uint64_t before = simulation.fingerprint();
    CHECK(simulation.advance_for_budget(duration, 0ns) == 0);
    CHECK(simulation.advance_for_budget(duration, -1h) == 0);
    CHECK(simulation.fingerprint() == before);
    CHECK(simulation.advance_for_budget(duration, std::chrono::nanoseconds::max()) == duration);
    CHECK(simulation.counters().spikes > 20);
    CHECK_THROWS_AS(simulation.advance_for_budget(duration - 1, 1s), std::invalid_argument);
}

TEST_CASE("a gap in which nothing happens takes no time", "[runtime][fast]") {
    Network network;
    const auto input = network.add("input", 1, InputParameters{});
    const auto neuron = network.add("neuron", 1, LifParameters{.threshold = 0.5});
    network.connect(input, neuron, {.weight = Constant{1.0}});
    Simulation simulation(network);
    (void)simulation.push(input, 5'000'000, 0);
    CHECK(simulation.advance_for_budget(9'000'000, 0ns) == 5'000'000); // up to before the first thing to do
    CHECK(simulation.advance_for_budget(9'000'000, 1s) == 9'000'000);
    CHECK(simulation.counters().spikes == 1);
}

TEST_CASE("outputs are read all at once", "[runtime][fast]") {
    const LearningNetwork net;
    Simulation simulation(net.network);
    (void)simulation.push(net.input, random_input(1, 0, duration));
    simulation.advance_until(120);
    std::array<double, LearningNetwork::outputs> outputs{};
    const std::uint64_t before = simulation.fingerprint();
    simulation.read_outputs(net.readout, outputs);
    CHECK(simulation.fingerprint() == before);
    for (std::uint32_t o = 0; o < outputs.size(); ++o) CHECK(outputs.at(o) == simulation.state(net.readout, o));
    CHECK(std::abs(outputs[0]) + std::abs(outputs[1]) > 1e-3);
    CHECK_THROWS_AS(simulation.read_outputs(net.readout, std::span(outputs).first(2)), std::invalid_argument);
    CHECK_THROWS(simulation.read_outputs({77}, outputs));
}

} // namespace
