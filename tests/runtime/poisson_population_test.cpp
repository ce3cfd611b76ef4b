// SPDX-License-Identifier: BSD-3-Clause
// Poisson sources: statistics, rates changed at run time, what they drive.
#include "engine/saltus.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <vector>

namespace {

using namespace saltus;
using namespace std::chrono_literals;

constexpr std::uint32_t n = 100;

Network sources(double hz, Picoseconds tick, std::uint64_t seed = 4) {
    Network network({.tick = tick, .delay_resolution = tick}, seed);
    network.add("sources", n, PoissonParameters{hz});
    return network;
}

std::vector<double> counts(const std::vector<Spike>& spikes) {
    std::vector<double> all(n, 0.0);
    for (const Spike& s : spikes) all[s.neuron] += 1.0;
    return all;
}

} // namespace

TEST_CASE("counts of Poisson sources have the mean and the variance of the rate", "[runtime][poisson][fast]") {
    // At the coarsest tick a source spikes twice in one of twenty: none is lost.
    for (const Picoseconds tick : {Picoseconds(1us), Picoseconds(1ms), Picoseconds(1ns)}) {
        Simulation simulation(sources(50.0, tick));
        simulation.record_spikes({0});
        simulation.advance_until(static_cast<Tick>(2.0e12 / static_cast<double>(tick.count())));
        const auto m = test::moments(counts(simulation.spikes()));
        INFO("tick of " << tick.count() << " ps");
        CHECK(std::abs(m.mean - 100.0) < 4.0); // its deviation is 1
        CHECK((m.variance > 55.0 && m.variance < 160.0));
        CHECK(simulation.counters().threshold_tests <= simulation.spikes().size() + n); // cost: spikes
    }
}

TEST_CASE("intervals of a Poisson source are exponential", "[runtime][poisson][fast]") {
    Simulation simulation(sources(200.0, 1us));
    simulation.record_spikes({0});
    simulation.advance_until(1'000'000);
    std::vector<double> intervals;
    std::vector<Tick> last(n, 0);
    for (const Spike& s : simulation.spikes()) {
        if (s.tick > 900'000) continue;
        intervals.push_back(static_cast<double>(s.tick - last[s.neuron]) * 1e-6);
        last[s.neuron] = s.tick;
    }
    REQUIRE(intervals.size() > 15'000);
    CHECK(test::kolmogorov_smirnov(intervals, [](double t) { return 1.0 - std::exp(-200.0 * t); }) < 1.95);
}

TEST_CASE("rates are changed at run time, for all or each", "[runtime][poisson][fast]") {
    Simulation simulation(sources(0.0, 1us));
    simulation.record_spikes({0});
    std::vector<double> own(n, 0.0);
    for (std::uint32_t j = 0; j < n; ++j) own[j] = j < 50 ? 100.0 : 300.0;
    const double silent = 0.0;
    REQUIRE(simulation.set_rate({0}, 1'500'000, std::span(&silent, 1)) == Status::ok); // in any order
    REQUIRE(simulation.set_rate({0}, 500'000, own) == Status::ok);
    simulation.advance_until(2'000'000);
    double slow = 0.0, fast = 0.0;
    for (const Spike& s : simulation.spikes()) {
        CHECK((s.tick > 500'000 && s.tick <= 1'500'001));
        (s.neuron < 50 ? slow : fast) += 1.0;
    }
    CHECK(std::abs(slow - 5000.0) < 4.0 * std::sqrt(5000.0));
    CHECK(std::abs(fast - 15000.0) < 4.0 * std::sqrt(15000.0));
}

TEST_CASE("the train of a source does not change with how time is cut, and goes on through a change of rate",
          "[runtime][poisson][fast]") {
    const auto run = [](Tick piece, bool beforehand) {
        Simulation simulation(sources(80.0, 10us));
        simulation.record_spikes({0});
        const double hz = 20.0;
        if (beforehand) REQUIRE(simulation.set_rate({0}, 5000, std::span(&hz, 1)) == Status::ok);
        for (Tick t = 0; t < 10'000;) {
            if (t == 5000 && !beforehand) REQUIRE(simulation.set_rate({0}, 5000, std::span(&hz, 1)) == Status::ok);
            simulation.advance_until(t += piece);
        }
        return std::pair(simulation.spikes(), simulation.fingerprint());
    };
    const auto whole = run(10'000, true);
    REQUIRE(whole.first.size() > 300);
    CHECK(run(1000, true) == whole);
    CHECK(run(1000, false) == whole);
    CHECK(run(1, false) == whole);
}

TEST_CASE("busy sources beside others, and rates that make sources busy or not: any cut, any pieces",
          "[determinism][runtime][poisson][fast]") {
    std::vector<double> first(n), second(n);
    for (std::uint32_t j = 0; j < n; ++j) { // spikes a tick: 0.05, 0.5, 5 or 50; some are alike, some are not
        first[j] = j < 70 ? 500.0 : 50.0 * std::pow(10.0, j % 4);
        second[j] = j % 3 == 0 ? 20.0 : 3000.0 + j;
    }
    const auto run = [&](const SimulationOptions& options, Tick piece) {
        Network network = sources(0.0, 1ms);
        network.add("neurons", 7, LifParameters{});
        network.connect({0}, {1}, {.weight = Normal{0.0, 0.01}, .delay_ms = Constant{5.0}});
        Simulation simulation(network, options);
        simulation.record_spikes({0});
        simulation.record_spikes({1});
        REQUIRE(simulation.set_rate({0}, 0, first) == Status::ok);
        REQUIRE(simulation.set_rate({0}, 2000, second) == Status::ok);
        while (simulation.now() < 4000) simulation.advance_until(std::min<Tick>(simulation.now() + piece, 4000));
        return std::tuple(simulation.spikes(), simulation.fingerprint(), simulation.counters().ticks_processed);
    };
    const auto whole = run({}, 4000);
    std::vector<double> seen(n, 0.0), later(n, 0.0);
    for (const Spike& s : std::get<0>(whole))
        if (s.population == 0) (s.tick <= 2000 ? seen : later)[s.neuron] += 1.0;
    for (std::uint32_t j = 0; j < n; ++j) {
        CHECK(std::abs(seen[j] - 2.0 * first[j]) < 4.5 * std::sqrt(2.0 * first[j]));
        CHECK(std::abs(later[j] - 2.0 * second[j]) < 4.5 * std::sqrt(2.0 * second[j]));
    }
    CHECK(run({}, 7) == whole);
    CHECK(run({.partitions = 2, .threads = 2}, 4000) == whole);
    CHECK(run({.partitions = 16}, 333) == whole); // slices that begin anywhere within blocks of four
}

TEST_CASE("Poisson sources drive neurons as their spikes pushed from outside would", "[runtime][poisson][fast]") {
    const auto describe = [](bool external) {
        Network network({.tick = 100us, .delay_resolution = 100us}, 6);
        const auto in =
            external ? network.add("in", n, InputParameters{}) : network.add("in", n, PoissonParameters{40.0});
        const auto out = network.add("out", 20, LifParameters{});
        network.connect(in, out, {.connector = Bernoulli{0.3}, .weight = Normal{0.1, 0.1}, .delay_ms = Constant{0.7}});
        return network;
    };
    Simulation with(describe(false)), without(describe(true));
    for (Simulation* s : {&with, &without}) s->record_spikes({1});
    with.record_spikes({0});
    with.advance_until(20'000);
    std::vector<Spike> expected;
    for (const Spike& s : with.spikes()) {
        if (s.population == 0)
            REQUIRE(without.push({0}, s.tick, s.neuron) == Status::ok);
        else
            expected.push_back(s);
    }
    without.advance_until(20'000);
    REQUIRE(expected.size() > 100);
    CHECK(without.spikes() == expected);
}

TEST_CASE("rates out of range are refused and counted", "[runtime][poisson][fast]") {
    Simulation simulation(sources(10.0, 1ms));
    simulation.advance_until(10);
    const auto refused = [&](double hz) { return simulation.set_rate({0}, 20, std::span(&hz, 1)); };
    CHECK(refused(-1.0) == Status::invalid_value);
    CHECK(refused(std::nan("")) == Status::invalid_value);
    CHECK(refused(INFINITY) == Status::invalid_value);
    CHECK(refused(1.01e6) == Status::invalid_value);
    const std::vector<double> two{1.0, 2.0};
    CHECK(simulation.set_rate({0}, 20, two) == Status::out_of_range);
    CHECK(simulation.set_rate({0}, 9, std::span(two.data(), 1)) == Status::late);
    CHECK(simulation.counters().drives_refused == 6);
    CHECK(refused(1.0e6) == Status::ok);
}

TEST_CASE("where many spikes fall in one tick, their number there has the distribution of Poisson",
          "[runtime][poisson][fast]") {
    constexpr std::size_t ticks = 2000, most = 12;
    Simulation simulation(sources(2000.0, 1ms)); // two a tick
    simulation.record_spikes({0});
    simulation.advance_until(ticks);
    std::vector<std::vector<double>> counts(n, std::vector<double>(ticks, 0.0));
    for (const Spike& s : simulation.spikes()) counts[s.neuron][static_cast<std::size_t>(s.tick) - 1] += 1.0;
    std::vector<double> seen(most + 1, 0.0);
    for (const auto& train : counts)
        for (const double c : train) seen[std::min(most, static_cast<std::size_t>(c))] += 1.0;
    double statistic = 0.0, p = std::exp(-2.0), rest = 1.0;
    for (std::size_t k = 0; k <= most; ++k) {
        const double expected = (k < most ? p : rest) * n * ticks;
        statistic += (seen[k] - expected) * (seen[k] - expected) / expected;
        rest -= p;
        p *= 2.0 / static_cast<double>(k + 1);
    }
    CHECK(statistic < 32.9); // one in a thousand, twelve degrees of freedom
    // From tick to tick, and from source to source, there is no correlation. Its deviation is 1 / sqrt(samples).
    double in_time = 0.0, between = 0.0;
    for (std::size_t j = 0; j < n; ++j) {
        for (std::size_t t = 0; t + 1 < ticks; ++t) {
            in_time += (counts[j][t] - 2.0) * (counts[j][t + 1] - 2.0);
            between += (counts[j][t] - 2.0) * (counts[(j + 1) % n][t] - 2.0);
        }
    }
    CHECK(std::abs(in_time) < 4.0 * 2.0 * std::sqrt(n * ticks));
    CHECK(std::abs(between) < 4.0 * 2.0 * std::sqrt(n * ticks));
}

TEST_CASE("intervals are exponential at high rates, too, and from block to block of sources",
          "[runtime][poisson][fast]") {
    Simulation simulation(sources(20'000.0, 1ns));
    simulation.record_spikes({0});
    simulation.advance_until(20'000'000);
    std::vector<double> intervals;
    std::vector<Tick> last(n, 0);
    for (const Spike& s : simulation.spikes()) {
        if (s.tick > 19'500'000) continue; // longer intervals would be missing at the end
        intervals.push_back(static_cast<double>(s.tick - last[s.neuron]) * 1e-9);
        last[s.neuron] = s.tick;
    }
    REQUIRE(intervals.size() > 35'000);
    CHECK(test::kolmogorov_smirnov(intervals, [](double t) { return 1.0 - std::exp(-2e4 * t); }) < 1.95);
    CHECK(std::abs(test::moments(counts(simulation.spikes())).variance / 400.0 - 1.0) < 0.6);
}
