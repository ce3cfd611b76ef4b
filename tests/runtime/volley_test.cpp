// SPDX-License-Identifier: BSD-3-Clause
// Spikes in volleys (those of one population that go the same way, with one delay) against the same spikes one by one:
// a delay that is drawn, from a range next to nothing, keeps spikes from going in volleys. Every bit is the same.
#include "engine/saltus.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

namespace {

using namespace saltus;
using namespace std::chrono_literals;

constexpr std::uint32_t n = 150;

Distribution delay(double ms, bool volleys) { return volleys ? Distribution(Constant{ms}) : Uniform{ms, ms + 1e-6}; }

/// Neurons of several models, all driven and wired to each other, so that the order of arrivals counts. The first drive
/// has weights of its own; the second sends some 8 spikes a tick: now in a volley, now not.
Network driven_network(bool volleys) {
    Network network({.tick = 100us}, 11);
    const LifParameters lif{.reset = Reset::to_value, .refractory_ms = 2.0, .refractory = Refractory::clamp};
    CubaLifParameters cuba;
    cuba.tau_e_ms = 2.0;
    cuba.tau_i_ms = 4.0;
    AdaptiveLifParameters adaptive;
    adaptive.tau_m_ms = 5.0;
    const auto first = network.add("lif", n, lif);
    const auto early = network.add("early", n, PoissonParameters{8000.0});
    const auto second = network.add("cuba", n, cuba);
    const auto third = network.add("adaptive", n, adaptive);
    const auto fourth = network.add("izhikevich", 20, IzhikevichParameters{});
    const auto readout = network.add("readout", n, LeakyReadoutParameters{});
    const auto late = network.add("late", n, PoissonParameters{550.0});
    const auto few = network.add("few", 20, PoissonParameters{9000.0});
    const auto drive = [&](PopulationId source, PopulationId target, Distribution weight, double ms) {
        network.connect(source, target, {.connector = OneToOne{}, .weight = weight, .delay_ms = delay(ms, volleys)});
    };
    drive(early, first, Uniform{0.001, 0.013}, 1.5);
    drive(early, second, Constant{0.08}, 0.3);
    drive(early, readout, Constant{0.01}, 0.1);
    drive(late, third, Constant{0.5}, 0.7);
    drive(late, first, Normal{0.0, 0.02}, 2.0);
    drive(few, fourth, Constant{0.8}, 0.5);
    const auto deaf = network.add("input", n, InputParameters{}); // but for what it drives nobody listens to it
    const auto heard = network.add("heard input", n, InputParameters{});
    drive(deaf, first, Normal{0.05, 0.05}, 0.4);
    drive(deaf, readout, Constant{-0.01}, 0.9);
    drive(heard, third, Constant{0.3}, 1.1);
    network.connect(heard, second,
                    {.connector = FixedOutDegree{4}, .weight = Constant{0.1}, .delay_ms = Uniform{0.5, 1.5}});
    for (const auto source : {first, second, third}) {
        for (const auto target : {first, second, third})
            network.connect(
                source, target,
                {.connector = FixedInDegree{15}, .weight = Normal{0.0, 0.1}, .delay_ms = Uniform{0.4, 3.0}});
    }
    return network;
}

struct Outcome {
    std::vector<std::uint64_t> fingerprints;
    std::vector<Spike> spikes;
    std::vector<std::uint64_t> counts;
    friend bool operator==(const Outcome&, const Outcome&) = default;
};

/// At every 20th tick some 20 of all neurons, in no order and some of them twice; at every fifth one or two.
std::vector<InputEvent> input_events(std::uint64_t seed) {
    RandomStream random(seed, 1);
    std::vector<InputEvent> events;
    for (Tick t = 1; t < 1500; ++t) {
        const std::uint32_t many = t % 20 == 0 ? 15 + random.below(10) : t % 5 == 0 ? 1 + random.below(2) : 0;
        for (std::uint32_t k = 0; k < many; ++k) events.push_back({t, random.below(n)});
    }
    return events;
}

std::vector<std::uint64_t> counts_of(const Counters& c) {
    return {c.spikes, c.synaptic_events, c.ticks_processed, c.threshold_tests, c.spikes_discarded, c.plastic_updates};
}

Outcome run(bool volleys, const SimulationOptions& options = {}, Tick piece = 500, bool record = true) {
    Simulation simulation(driven_network(volleys), options);
    for (std::uint32_t p = 0; p < 8; ++p)
        if (p != 5 && (record || p == 0)) simulation.record_spikes({p}); // 5 is the readout
    REQUIRE(simulation.push({8}, input_events(1)) == Status::ok);
    REQUIRE(simulation.push({9}, input_events(2)) == Status::ok);
    Outcome outcome;
    std::vector<double> own(n);
    for (std::uint32_t j = 0; j < n; ++j) own[j] = 100.0 * (j % 3);
    REQUIRE(simulation.set_rate({6}, 700, own) == Status::ok);
    const double silent = 0.0;
    REQUIRE(simulation.set_rate({1}, 903, std::span(&silent, 1)) == Status::ok);
    for (Tick t = 0; t < 1500;) {
        simulation.advance_until(t += piece);
        if (t % 500 == 0) outcome.fingerprints.push_back(simulation.fingerprint());
        if (t == 500) simulation.set_weights({0}, std::vector<double>(n, 0.009));
    }
    outcome.spikes = simulation.spikes();
    outcome.counts = counts_of(simulation.counters());
    return outcome;
}

} // namespace

TEST_CASE("volleys bring what their spikes would one by one, to the bit", "[runtime][poisson]") {
    const Outcome expected = run(false);
    REQUIRE(expected.spikes.size() > 20'000);
    std::vector<std::uint64_t> of_population(8, 0);
    for (const Spike& s : expected.spikes) ++of_population[s.population];
    for (const std::uint32_t p : {0, 2, 3, 4}) {
        INFO("population " << p);
        CHECK(of_population[p] > 50);
    }
    CHECK(run(true) == expected);
    CHECK(run(true, {}, 10) == expected);
    CHECK(run(true, {.partitions = 3}, 125) == expected);
    CHECK(run(true, {.partitions = 7, .partitioning = Partitioning::by_population, .threads = 2}) == expected);
    CHECK(run(true, {.partitions = 5, .partitioning = Partitioning::edge_cut}) == expected);
}

TEST_CASE("whether anybody records the sources of a drive changes nothing", "[runtime][poisson]") {
    const Outcome silent = run(true, {}, 500, false), cut = run(true, {.partitions = 4}, 500, false);
    const Outcome recorded = run(true);
    CHECK(silent.fingerprints == recorded.fingerprints);
    CHECK(silent.counts == recorded.counts);
    CHECK(cut == silent);
    CHECK(silent.spikes.size() < recorded.spikes.size());
}

TEST_CASE("volleys in flight are discarded where neurons return to rest", "[runtime][poisson]") {
    const auto learned = [](bool volleys, std::uint32_t partitions) {
        Network network({.tick = 1ms, .learning_clock = 1}, 3);
        const auto source = network.add("source", n, PoissonParameters{400.0});
        const auto input = network.add("input", 20, PoissonParameters{50.0});
        const auto hidden = network.add("hidden", n, LifParameters{.tau_m_ms = 10.0});
        const auto output = network.add("output", 2, LeakyReadoutParameters{});
        network.connect(source, hidden,
                        {.connector = OneToOne{}, .weight = Constant{0.3}, .delay_ms = delay(7.0, volleys)});
        network.connect(input, hidden, {.weight = Normal{0.0, 0.3}, .rule = Eprop{}, .optimiser = Sgd{1e-3}});
        network.connect(hidden, output, {.weight = Normal{0.0, 0.1}, .rule = ReadoutRule{}, .optimiser = Sgd{1e-3}});
        network.set_error(output, Error::mean_squared);
        network.add_feedback({output, hidden, FeedbackKind::symmetric});
        network.set_schedule({.interval_steps = 40});
        Simulation simulation(network, {.partitions = partitions});
        REQUIRE(simulation.set_target(output, 1, std::vector{1.0, -1.0}) == Status::ok);
        simulation.record_spikes(hidden);
        simulation.advance_until(400);
        Outcome outcome{{simulation.fingerprint()}, simulation.spikes(), counts_of(simulation.counters())};
        simulation.advance_until(463);
        outcome.fingerprints.push_back(simulation.fingerprint());
        return outcome;
    };
    const Outcome expected = learned(false, 1);
    REQUIRE(expected.spikes.size() > 1000);
    CHECK(expected.counts[4] > 3000); // discarded
    CHECK(expected.counts[5] > 1000); // updates
    CHECK(learned(true, 1) == expected);
    CHECK(learned(true, 4) == expected);
}

TEST_CASE("a drive at ticks of a nanosecond costs its spikes", "[runtime][poisson][fast]") {
    const auto drive = [](bool volleys) {
        Network network({.tick = 1ns}, 5);
        const auto target = network.add("lif", n, LifParameters{.tau_m_ms = 10.0, .reset = Reset::to_value});
        const auto source = network.add("source", n, PoissonParameters{2000.0});
        network.connect(source, target,
                        {.connector = OneToOne{}, .weight = Constant{0.06}, .delay_ms = delay(1.5, volleys)});
        Simulation simulation(network);
        simulation.record_spikes(target);
        simulation.advance_until(50'000'000); // 50 ms
        return Outcome{{simulation.fingerprint()}, simulation.spikes(), counts_of(simulation.counters())};
    };
    const Outcome expected = drive(false);
    REQUIRE(expected.spikes.size() > 100);
    CHECK(drive(true) == expected);
}

namespace {

/// Populations wired to each other by rows of many synapses, with every kind of synapse; two projections lead from the
/// neurons back to themselves, so that their arrivals have to come in turns.
Network wired_network(bool volleys, UpdateTiming timing) {
    Network network({.tick = 500us, .learning_clock = 2}, 21);
    const auto input = network.add("input", 60, InputParameters{});
    const auto first = network.add(
        "lif", n, LifParameters{.reset = Reset::to_value, .refractory_ms = 2.0, .refractory = Refractory::clamp});
    const auto second = network.add("adaptive", n, AdaptiveLifParameters{});
    const auto readout = network.add("readout", 3, LeakyReadoutParameters{});
    const auto noise = network.add("noise", n, PoissonParameters{30.0});
    const auto wire = [&](PopulationId source, PopulationId target, double ms, ProjectionSpec spec) {
        spec.connector = FixedInDegree{20};
        spec.delay_ms = delay(ms, volleys);
        network.connect(source, target, spec);
    };
    wire(input, first, 1.0, {.weight = Normal{0.2, 0.1}, .rule = Eprop{}, .optimiser = Sgd{1e-3}});
    wire(input, second, 2.5, {.weight = Normal{0.2, 0.1}});
    wire(noise, second, 1.5, {.weight = Uniform{0.0, 0.3}, .rule = PairStdp{}});
    wire(first, first, 1.0, {.weight = Normal{0.0, 0.2}, .rule = Eprop{}, .optimiser = Sgd{1e-3}});
    wire(second, first, 3.0, {.weight = Normal{0.0, 0.1}});
    wire(first, first, 1.0, {.weight = Normal{0.0, 0.2}});
    wire(first, second, 2.0, {.weight = Normal{0.2, 0.1}, .short_term = ShortTerm{}});
    network.connect(
        first, readout,
        {.weight = Normal{0.0, 0.1}, .delay_ms = Constant{0.0}, .rule = ReadoutRule{}, .optimiser = Sgd{1e-3}});
    wire(second, readout, 0.5, {.weight = Normal{0.0, 0.1}});
    network.set_error(readout, Error::mean_squared);
    network.add_feedback({readout, first, FeedbackKind::random, Normal{0.0, 0.3}});
    if (timing == UpdateTiming::arrival)
        network.set_schedule({.timing = timing, .reset_state = false});
    else
        network.set_schedule({.interval_steps = 90, .reset_state = false});
    return network;
}

Outcome run_wired(bool volleys, UpdateTiming timing, const SimulationOptions& options = {}, Tick piece = 500) {
    Simulation simulation(wired_network(volleys, timing), options);
    for (const std::uint32_t p : {1, 2, 4}) simulation.record_spikes({p});
    RandomStream random(7, 7);
    std::vector<InputEvent> events;
    for (Tick t = 1; t < 1500; ++t)
        for (std::uint32_t k = random.below(4); k > 0; --k) events.push_back({t, random.below(60)}); // in no order
    REQUIRE(simulation.push({0}, events) == Status::ok);
    REQUIRE(simulation.set_target({3}, 1, std::vector{1.0, 0.0, -1.0}) == Status::ok);
    Outcome outcome;
    for (Tick t = 0; t < 1500;) {
        simulation.advance_until(t += piece);
        if (t % 500 == 0) outcome.fingerprints.push_back(simulation.fingerprint());
    }
    outcome.spikes = simulation.spikes();
    outcome.counts = counts_of(simulation.counters());
    return outcome;
}

} // namespace

TEST_CASE("rows that are served in volleys bring what they would one by one, to the bit", "[runtime][queue]") {
    // Sums of weights in single precision hardly ever show their order; those in double precision do.
    const auto options = [](std::uint32_t partitions, std::uint32_t threads) {
        return SimulationOptions{
            .precision = Precision::double_precision, .partitions = partitions, .threads = threads};
    };
    for (const UpdateTiming timing : {UpdateTiming::interval, UpdateTiming::arrival}) {
        const Outcome expected = run_wired(false, timing, options(1, 1));
        REQUIRE(expected.spikes.size() > 5000);
        CHECK(expected.counts[5] > 10'000); // updates
        CHECK(run_wired(true, timing, options(1, 1)) == expected);
        CHECK(run_wired(true, timing, options(1, 1), 50) == expected);
        CHECK(run_wired(true, timing, options(3, 1), 125) == expected);
        CHECK(run_wired(true, timing, options(40, 2)) == expected); // rows onto a slice may be empty
        CHECK(run_wired(true, timing) == run_wired(false, timing)); // single precision
    }
}

TEST_CASE("input of several populations, in pieces and in no order, is served in canonical order", "[runtime][queue]") {
    const auto outcome = [](bool volleys, bool sorted) {
        Network network({.tick = 1ms}, 4);
        const auto left = network.add("left", 40, InputParameters{}),
                   right = network.add("right", 40, InputParameters{});
        const auto target = network.add("lif", n, LifParameters{});
        for (const auto source : {left, right})
            network.connect(
                source, target,
                {.connector = FixedInDegree{20}, .weight = Normal{0.05, 0.1}, .delay_ms = delay(2.0, volleys)});
        std::vector<std::pair<PopulationId, InputEvent>> events;
        RandomStream random(5, 5);
        for (Tick t = 1; t < 400; ++t)
            for (int k = 0; k < 9; ++k) events.push_back({random.below(2) == 0 ? left : right, {t, random.below(40)}});
        if (sorted)
            std::stable_sort(events.begin(), events.end(), [](const auto& a, const auto& b) {
                return std::tuple(a.first.index, a.second.tick, a.second.neuron) <
                       std::tuple(b.first.index, b.second.tick, b.second.neuron);
            });
        Simulation simulation(network, {.precision = Precision::double_precision});
        simulation.record_spikes(target);
        for (const auto& [population, event] : events)
            REQUIRE(simulation.push(population, std::span(&event, 1)) == Status::ok);
        simulation.advance_until(500);
        return Outcome{{simulation.fingerprint()}, simulation.spikes(), counts_of(simulation.counters())};
    };
    const Outcome expected = outcome(false, true);
    REQUIRE(expected.spikes.size() > 500);
    for (const bool volleys : {false, true})
        for (const bool sorted : {false, true}) CHECK(outcome(volleys, sorted) == expected);
}
