// SPDX-License-Identifier: BSD-3-Clause
// Rewiring: the engine against the dense oracle on random networks, however cut; the number of synapses stays; what
// rewiring is for: few synapses find the inputs that matter.
#include "engine/network/distributions.hpp"
#include "tests/oracle/rule_scenario.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/scenario_network.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <memory>
#include <set>

namespace {

using namespace saltus;
using saltus::test::ScenarioRun;
namespace so = saltus_oracle;

using Pair = std::pair<std::size_t, std::size_t>;

/// The engine's draws, as data for the oracle; networks of scenarios have the seed 1.
so::Rewiring draws(std::uint32_t projection, std::size_t sources, std::size_t targets) {
    const auto entity = [projection](std::uint64_t purpose, std::size_t row) {
        return (((purpose << 28) | projection) << 32) | row;
    };
    const auto key = [entity](int update) {
        return RandomStream(1, entity(6, 0), static_cast<std::uint64_t>(update)).bits();
    };
    so::Rewiring rewiring;
    rewiring.normal = [key](int update, std::size_t source, std::size_t target) {
        return RandomStream(key(update), (std::uint64_t{source} << 32) | target).normal();
    };
    rewiring.candidates = [key, sources, targets](int update) {
        auto stream = std::make_shared<RandomStream>(key(update), ~std::uint64_t{0});
        return [stream, sources, targets]() -> Pair {
            const std::size_t source = stream->below(static_cast<std::uint32_t>(sources));
            return {source, stream->below(static_cast<std::uint32_t>(targets))};
        };
    };
    rewiring.sign = [entity](std::size_t source, std::size_t target) {
        return RandomStream(1, entity(7, source), target).uniform() < 0.5 ? 1.0 : -1.0;
    };
    return rewiring;
}

/// Leaves one synapse a pair, two thirds of the pairs at most, all with one delay.
void thin_out(so::Projection& p, std::size_t pairs) {
    std::set<Pair> seen;
    std::vector<so::Synapse> kept;
    for (so::Synapse s : p.synapses) {
        if (!seen.insert({s.source, s.target}).second || 3 * kept.size() >= 2 * pairs) continue;
        s.delay_ticks = p.synapses.front().delay_ticks;
        kept.push_back(s);
    }
    p.synapses = kept;
}

/// A random experiment whose learning projections rewire; those onto readouts too.
so::Scenario rewiring_scenario(std::uint64_t seed, so::OptimiserKind optimiser) {
    so::RuleOptions options{.rule = so::RuleKind::eprop, .optimiser = optimiser};
    options.base.schedule = so::ScheduleKind::interval;
    so::Scenario scenario = so::rule_scenario(seed, options);
    for (std::uint32_t q = 0; q < scenario.projections.size(); ++q) {
        so::Projection& p = scenario.projections[q];
        const std::size_t sources = scenario.populations[p.source].size, targets = scenario.populations[p.target].size;
        if (!p.plastic || sources * targets < 6) continue;
        thin_out(p, p.source == p.target ? sources * (targets - 1) : sources * targets);
        so::Optimiser& o = p.plasticity.optimiser; // new synapses begin at 0
        o.w_min = std::min(o.w_min, 0.0);
        o.w_max = std::max(o.w_max, 0.0);
        so::Rewiring rewiring = draws(q, sources, targets);
        rewiring.l1 = 0.02 * std::abs(p.synapses.front().weight) / p.plasticity.optimiser.eta;
        rewiring.temperature = seed % 3 == 0 ? 0.0 : rewiring.l1 * std::abs(p.synapses.front().weight);
        rewiring.every = 1 + static_cast<int>(seed % 2);
        for (const so::Synapse& s : p.synapses)
            if (p.source == p.target && s.source == s.target) rewiring.allow_self = true;
        p.rewiring = rewiring;
    }
    return scenario;
}

std::map<Pair, double> by_pair(const std::vector<so::Synapse>& synapses, const std::vector<double>& weights) {
    std::map<Pair, double> map;
    for (std::size_t s = 0; s < synapses.size(); ++s) map[{synapses[s].source, synapses[s].target}] = weights[s];
    REQUIRE(map.size() == synapses.size());
    return map;
}

std::map<Pair, double> by_pair(const std::vector<Synapse>& synapses) {
    std::map<Pair, double> map;
    for (const Synapse& s : synapses) map[{s.source, s.target}] = s.weight;
    REQUIRE(map.size() == synapses.size());
    return map;
}

/// Whether the engine has the oracle's synapses, and then their weights to `bound` of each projection's largest.
bool compare(const so::Scenario& scenario, const so::Result& truth, const Simulation& simulation, double bound) {
    for (std::uint32_t q = 0; q < scenario.projections.size(); ++q) {
        if (!scenario.projections[q].rewiring) continue;
        const auto expected = by_pair(truth.synapses[q], truth.weights[q]);
        const auto got = by_pair(simulation.synapses({q}));
        REQUIRE(got.size() == scenario.projections[q].synapses.size());
        double largest = 1e-300;
        for (const auto& [pair, weight] : expected) largest = std::max(largest, std::abs(weight));
        for (const auto& [pair, weight] : expected) {
            if (got.count(pair) == 0) return false;
            REQUIRE(std::abs(got.at(pair) - weight) < bound * largest);
        }
    }
    return true;
}

struct Tally {
    int compared = 0;
    std::uint64_t rewired = 0, spikes = 0;
};

/// In single precision rounding may move a spike or decide which synapse is at its end: then nothing is compared.
void compare_run(const so::Scenario& scenario, const so::Result& truth, SimulationOptions options, double bound,
                 Tally& tally) {
    const bool exact = options.precision == Precision::double_precision;
    ScenarioRun run(scenario, options);
    run.push_everything();
    run.advance_until(scenario.last_tick);
    const bool alike = run.spikes() == truth.spikes && run.simulation().counters().rewired == truth.rewired;
    if (exact) REQUIRE(alike);
    if (!alike) return;
    const bool same_synapses = compare(scenario, truth, run.simulation(), bound);
    if (exact) REQUIRE(same_synapses);
    if (!same_synapses) return;
    ++tally.compared;
    tally.rewired += truth.rewired;
    tally.spikes += truth.counters.spikes;
}

void check(std::uint64_t first, so::OptimiserKind optimiser) {
    Tally in_double, in_single;
    const bool adam = optimiser == so::OptimiserKind::adam;
    for (std::uint64_t seed = first; seed < first + 12; ++seed) {
        INFO("seed " << seed);
        const so::Scenario scenario = rewiring_scenario(seed, optimiser);
        const so::Result truth = so::run_dense(scenario);
        if (truth.min_threshold_margin < 1e-10) continue;
        SimulationOptions options{.precision = Precision::double_precision,
                                  .partitions = std::array{1u, 3u, 7u}[seed % 3],
                                  .partitioning = Partitioning::balanced};
        compare_run(scenario, truth, options, 1e-9, in_double);
        options.precision = Precision::single_precision;
        compare_run(scenario, truth, options, adam ? 1e-3 : 1e-4, in_single);
    }
    CHECK(in_double.compared >= 9);
    CHECK(in_single.compared >= 4);
    for (const Tally& tally : {in_double, in_single}) {
        CHECK(tally.rewired > 40);
        CHECK(tally.spikes > 80);
    }
    CHECK(in_double.rewired > 100);
    CHECK(in_double.spikes > 200);
}

} // namespace

TEST_CASE("oracle: rewiring", "[runtime][oracle][rules][rewiring]") {
    check(700000, so::OptimiserKind::sgd);
    check(701000, so::OptimiserKind::momentum);
    check(702000, so::OptimiserKind::adam);
}

TEST_CASE("any cut, any pieces: rewiring", "[determinism][rules][rewiring]") {
    std::uint64_t rewired = 0;
    for (std::uint64_t seed = 703000; seed < 703002; ++seed) {
        const so::Scenario scenario = rewiring_scenario(seed, so::OptimiserKind::adam);
        const auto run = [&](SimulationOptions options, Tick piece) {
            options.precision = seed % 2 == 0 ? Precision::single_precision : Precision::double_precision;
            ScenarioRun one(scenario, options);
            one.push_everything();
            for (Tick t = 0; t < scenario.last_tick; t += piece)
                one.simulation().advance_until(std::min(t + piece, scenario.last_tick));
            rewired += one.simulation().counters().rewired;
            return one.simulation().fingerprint();
        };
        const std::uint64_t whole = run({}, scenario.last_tick);
        for (const std::uint32_t partitions : {2u, 5u, 16u}) {
            const auto partitioning = std::array{Partitioning::balanced, Partitioning::by_population,
                                                 Partitioning::edge_cut}[(seed + partitions) % 3];
            const bool threads = partitions == 5;
            CHECK(run({.partitions = partitions,
                       .partitioning = partitioning,
                       .threads = threads ? 2u : 1u,
                       .execution = threads ? Execution::threads : Execution::serial},
                      31) == whole);
        }
    }
    CHECK(rewired > 50);
}

TEST_CASE("rewiring finds the inputs that matter", "[runtime][rewiring]") {
    // 100 inputs, 20 synapses onto one readout. Ten inputs tell its target, the others are noise; at random two
    // synapses would lie on them.
    Network network({}, 3);
    const auto in = network.add("in", 100, InputParameters{});
    const auto out = network.add("out", 1, LeakyReadoutParameters{.tau_ms = 10.0});
    const auto wires = network.connect(in, out,
                                       {.connector = FixedInDegree{20},
                                        .weight = Constant{0.01},
                                        .rule = ReadoutRule{},
                                        .optimiser = Sgd{1e-3},
                                        .rewiring = DeepR{.l1 = 0.5, .temperature = 1e-4, .excitatory = 1.0}});
    network.set_error(out, Error::mean_squared);
    network.set_schedule({.interval_steps = 20});
    Simulation simulation(network);
    RandomStream noise(5, 5);
    const auto share = [&] { // of all weights: those that tell
        const auto synapses = simulation.synapses(wires);
        REQUIRE(synapses.size() == 20);
        double all = 0.0, telling = 0.0;
        for (const Synapse& s : synapses) {
            REQUIRE(s.weight >= 0.0);
            all += s.weight;
            telling += s.source < 10 ? s.weight : 0.0;
        }
        return telling / all;
    };
    CHECK(share() < 0.3);
    for (int trial = 0; trial < 600; ++trial) {
        const Tick start = simulation.now();
        const bool on = noise.below(2) == 1;
        const std::array target{on ? 2.0 : 0.0};
        (void)simulation.set_target(out, start + 1, target);
        for (std::uint32_t i = 0; i < 100; ++i) {
            const bool spikes = i < 10 ? on : noise.below(4) == 0;
            if (spikes) (void)simulation.push(in, start + 500 + 100 * noise.below(20), i);
        }
        simulation.advance_until(start + 20'000);
    }
    CHECK(share() > 0.8);
    CHECK(simulation.counters().rewired > 100);
}

TEST_CASE("rewiring and weights that are set", "[runtime][rewiring][fast]") {
    Network network({}, 3);
    const auto in = network.add("in", 4, InputParameters{});
    const auto out = network.add("out", 2, LeakyReadoutParameters{});
    const auto wires = network.connect(in, out,
                                       {.connector = ExplicitList{.pairs = {{0, 0}, {1, 1}, {3, 0}}},
                                        .weight = Constant{0.5},
                                        .rule = ReadoutRule{},
                                        .optimiser = Sgd{1.0},
                                        .rewiring = DeepR{.l1 = 0.1, .every = 2}});
    network.set_error(out, Error::mean_squared);
    network.set_schedule({.interval_steps = 1});
    Simulation simulation(network);
    simulation.set_weights(wires, std::vector{-0.05, 0.35, 0.55}); // the sign of the first one is new
    simulation.advance_until(1000);
    CHECK(simulation.weights(wires)[0] == 0.0); // dormant: 0.1 was taken off 0.05
    CHECK(simulation.counters().rewired == 0);  // every second interval
    simulation.advance_until(2000);
    CHECK(simulation.counters().rewired == 1);
    double sum = 0.0;
    for (const Synapse& s : simulation.synapses(wires)) sum += std::abs(s.weight);
    CHECK(sum == Approx(0.15 + 0.35));
}
