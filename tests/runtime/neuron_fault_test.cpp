// SPDX-License-Identifier: BSD-3-Clause
// A neuron whose state is not finite is named, counted and stopped; all others go on.
#include "engine/saltus.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace {

using namespace saltus;
using namespace std::chrono_literals;

constexpr double no_limit = std::numeric_limits<double>::infinity();

/// Initial weights are limited to 1e30, so no sum of arrivals overflows; but learning rates have no limit.
struct Runaway {
    Network network{{.tick = 1ms, .delay_resolution = 1ms, .learning_clock = 1}, 1};
    PopulationId in, hidden, out;
    ProjectionId first;

    explicit Runaway(const Connector& connector, bool arrival) {
        in = network.add("in", 4, InputParameters{});
        hidden = network.add("hidden", 6, LifParameters{.tau_m_ms = 20.0, .refractory_ms = 2.0});
        out = network.add("out", 2, LeakyReadoutParameters{});
        first = network.connect(in, hidden,
                                {.connector = connector,
                                 .weight = Constant{0.5},
                                 .rule = Eprop{},
                                 .optimiser = Sgd{1e308},
                                 .limits = {-no_limit, no_limit}});
        network.connect(hidden, out, {.weight = Normal{0.0, 1.0}, .delay_ms = Constant{0.0}, .rule = ReadoutRule{}});
        network.set_error(out, Error::mean_squared);
        network.add_feedback({out, hidden, FeedbackKind::random});
        LearningSchedule schedule = LearningSchedule::at_arrivals();
        if (!arrival) schedule = {.timing = UpdateTiming::interval, .interval_steps = 20, .reset_state = true};
        network.set_schedule(schedule);
    }
};

void run(Simulation& simulation, PopulationId in, Tick until, Tick piece) {
    for (Tick t = simulation.now(); t < until; ++t)
        if (t % 3 == 0) REQUIRE(simulation.push(in, t, static_cast<std::uint32_t>(t / 3 % 4)) == Status::ok);
    while (simulation.now() < until) simulation.advance_until(std::min(simulation.now() + piece, until));
}

void check_runaway(const Connector& connector, bool arrival, Precision precision) {
    INFO("arrival " << arrival << ", double " << (precision == Precision::double_precision) << ", dense "
                    << std::holds_alternative<AllToAll>(connector));
    const Runaway net(connector, arrival);
    Simulation a(net.network, {.precision = precision}), b(net.network, {.precision = precision, .partitions = 3});
    a.record_spikes(net.hidden);
    run(a, net.in, 200, 200);
    run(b, net.in, 200, 7);
    const auto faults = a.faults();
    REQUIRE(!faults.empty());
    CHECK(a.counters().neuron_faults == faults.size());
    CHECK(b.faults() == faults);
    CHECK(b.fingerprint() == a.fingerprint());
    CHECK(std::is_sorted(faults.begin(), faults.end(),
                         [](const NeuronFault& x, const NeuronFault& y) { return x.tick < y.tick; }));
    std::vector<int> seen(6, 0);
    for (const NeuronFault& f : faults) {
        if (f.population != net.hidden.index) continue;
        REQUIRE(f.neuron < 6);
        CHECK(++seen[f.neuron] == 1); // stopped: it cannot fail again
        CHECK(f.variable == 0);
        CHECK(a.state(net.hidden, f.neuron) == 0.0);
        for (const Spike& s : a.spikes())
            if (s.neuron == f.neuron && s.tick >= f.tick) FAIL("a stopped neuron spikes");
    }
    CHECK(std::count(seen.begin(), seen.end(), 1) > 0);
    for (std::uint32_t j = 0; j < 6; ++j) CHECK(std::isfinite(a.state(net.hidden, j)));
    for (std::uint32_t o = 0; o < 2; ++o) CHECK(std::isfinite(a.state(net.out, o)));
}

} // namespace

TEST_CASE("weights that run away stop the neurons they reach, not the process", "[runtime][fault][fast]") {
    check_runaway(AllToAll{}, false, Precision::single_precision);
    check_runaway(AllToAll{}, false, Precision::double_precision);
    check_runaway(FixedInDegree{3}, false, Precision::single_precision);
    check_runaway(AllToAll{}, true, Precision::single_precision);
    check_runaway(FixedInDegree{3}, true, Precision::double_precision);
}

TEST_CASE("a readout that was stopped takes nothing up, by any kind of row", "[runtime][fault][fast]") {
    const bool dense = GENERATE(true, false), current = GENERATE(true, false);
    Network network({.tick = 1ms, .delay_resolution = 1ms, .learning_clock = 1}, 1);
    const auto in = network.add("in", 4, InputParameters{});
    const auto out =
        current ? network.add("out", 3, CubaReadoutParameters{}) : network.add("out", 3, LeakyReadoutParameters{});
    ProjectionSpec spec{
        .weight = Constant{1.0}, .rule = ReadoutRule{}, .optimiser = Sgd{1e308}, .limits = {-no_limit, no_limit}};
    if (!dense) spec.connector = FixedInDegree{3};
    network.connect(in, out, spec);
    network.set_error(out, Error::mean_squared);
    network.set_schedule(LearningSchedule::at_arrivals());
    Simulation simulation(network);
    REQUIRE(simulation.set_target(out, 1, std::vector{1.0, -1.0, 0.5}) == Status::ok);
    run(simulation, in, 100, 9);
    CHECK(simulation.faults().size() == 3); // each once
    // What an arrival moved, before it moves anything else: an output that is not finite would be learned from.
    for (const NeuronFault& fault : simulation.faults()) CHECK(fault.variable == (current ? 1 : 0));
    for (std::uint32_t j = 0; j < 3; ++j) CHECK(simulation.state(out, j) == 0.0);
}

TEST_CASE("a network in its right mind has no faults", "[runtime][fault][fast]") {
    Network network({.tick = 1ms, .delay_resolution = 1ms}, 1);
    const auto in = network.add("in", 4, InputParameters{});
    const auto big = network.add("big", 6, LifParameters{.tau_m_ms = 20.0});
    const auto low = network.add("low", 6, CubaLifParameters{});
    network.connect(in, big, {.weight = Constant{1e30}});
    network.connect(in, low, {.weight = Constant{-1e30}});
    Simulation simulation(network);
    run(simulation, in, 300, 300);
    CHECK(simulation.counters().spikes > 100);
    CHECK(simulation.faults().empty());
    CHECK(simulation.counters().neuron_faults == 0);
}
