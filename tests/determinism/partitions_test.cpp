// SPDX-License-Identifier: BSD-3-Clause
// I6: however a network is cut into partitions and whoever runs them, every bit of the outcome is the same: spikes,
// weights, traces (the fingerprint), recorded probes, counters.
#include "tests/oracle/random_scenario.hpp"
#include "tests/runtime/learning_network.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/scenario_network.hpp"

#include <string>

namespace {

using namespace saltus;
using namespace saltus::test;
namespace so = saltus_oracle;

struct Outcome {
    std::uint64_t fingerprint = 0;
    std::uint64_t half_way = 0;
    std::vector<so::Spike> spikes;
    so::PerSynapse weights;
    std::vector<std::vector<double>> feedback, probed;
    Counters counters;
};

std::string cut_of(const SimulationOptions& o) {
    return std::to_string(o.partitions) + " partitions, policy " + std::to_string(static_cast<int>(o.partitioning)) +
           ", " + std::to_string(o.threads) + " threads, executor " + std::to_string(static_cast<int>(o.execution));
}

/// Runs a scenario; some neurons of each population are probed.
Outcome run(const so::Scenario& scenario, const SimulationOptions& options) {
    ScenarioRun run(scenario, options);
    run.push_everything();
    std::vector<ProbeId> probes;
    for (std::size_t p = 0; p < scenario.populations.size(); ++p) {
        if (scenario.populations[p].kind == so::PopulationKind::input) continue;
        std::vector<std::uint32_t> neurons;
        for (std::uint32_t j = 0; j < scenario.populations[p].size; j += 2) neurons.push_back(j);
        probes.push_back(run.simulation().probe(run.population(p), neurons, 3, 7));
    }
    run.simulation().advance_until(scenario.last_tick / 2);
    Outcome outcome;
    outcome.half_way = run.simulation().fingerprint();
    run.simulation().advance_until(scenario.last_tick);
    outcome.fingerprint = run.simulation().fingerprint();
    outcome.spikes = run.spikes();
    outcome.weights = run.weights();
    outcome.feedback = run.feedback();
    outcome.counters = run.simulation().counters();
    for (const ProbeId id : probes) outcome.probed.push_back(run.simulation().read(id).values);
    return outcome;
}

void check_equal(const Outcome& a, const Outcome& b) {
    CHECK(a.half_way == b.half_way);
    CHECK(a.fingerprint == b.fingerprint);
    CHECK(same(a.spikes, b.spikes));
    CHECK(same(a.weights, b.weights));
    CHECK(same(a.feedback, b.feedback));
    CHECK(same(a.probed, b.probed));
    CHECK(a.counters.ticks_processed == b.counters.ticks_processed);
    CHECK(a.counters.spikes == b.counters.spikes);
    CHECK(a.counters.synaptic_events == b.counters.synaptic_events);
    CHECK(a.counters.spikes_discarded == b.counters.spikes_discarded);
    CHECK(a.counters.learning_edges == b.counters.learning_edges);
    CHECK(a.counters.intervals_learned == b.counters.intervals_learned);
    CHECK(a.counters.plastic_updates == b.counters.plastic_updates);
    CHECK(a.counters.threshold_tests == b.counters.threshold_tests);
}

struct Totals {
    std::uint64_t spikes = 0, updates = 0;
};

/// One scenario, cut in every way; the executor and the number of threads vary along.
void check_scenario(std::uint64_t seed, so::ScheduleKind schedule, Totals& totals) {
    INFO("seed " << seed);
    so::Options wishes;
    wishes.schedule = schedule;
    const so::Scenario scenario = so::random_scenario(seed, wishes);
    SimulationOptions o{.precision = seed % 2 == 0 ? Precision::double_precision : Precision::single_precision,
                        .history_blocks = 1 + seed % 3};
    const Outcome whole = run(scenario, o);
    std::uint64_t draw = seed;
    for (const std::uint32_t partitions : {2u, 5u, 16u, 64u}) {
        for (const auto policy : {Partitioning::balanced, Partitioning::by_population, Partitioning::edge_cut}) {
            o.partitions = partitions;
            o.partitioning = policy;
            ++draw;
            o.threads = std::array{1u, 2u, 3u}[draw % 3];
            o.execution = std::array{Execution::threads, Execution::tbb}[draw % 2];
            INFO(cut_of(o));
            check_equal(run(scenario, o), whole);
        }
    }
    totals.spikes += whole.counters.spikes;
    totals.updates += whole.counters.plastic_updates;
}

Totals check_schedule(so::ScheduleKind schedule, std::uint64_t first) {
    constexpr std::uint64_t scenarios = 12;
    Totals totals;
    for (std::uint64_t seed = first; seed < first + scenarios; ++seed) check_scenario(seed, schedule, totals);
    CHECK(totals.spikes > 100 * scenarios);
    return totals;
}

/// A recurrent learning network, streamed into in pieces of 10 ms.
std::uint64_t streamed(const NetworkOptions& network, const SimulationOptions& options) {
    const LearningNetwork net(network);
    Simulation simulation(net.network, options);
    set_random_targets(simulation, net.readout, 1, 1, 200);
    for (Tick t = 0; t < 200; t += 10) {
        (void)simulation.push(net.input, random_input(1, t, t + 10));
        simulation.advance_until(t + 10);
    }
    CHECK(simulation.counters().spikes > 50);
    CHECK(simulation.counters().plastic_updates > 1000);
    return simulation.fingerprint();
}

} // namespace

TEST_CASE("any cut, any executor: static networks", "[determinism][fast]") {
    CHECK(check_schedule(so::ScheduleKind::none, 6000).updates == 0);
}

TEST_CASE("any cut, any executor: interval schedule", "[determinism][fast]") {
    CHECK(check_schedule(so::ScheduleKind::interval, 6100).updates > 2000);
}

TEST_CASE("any cut, any executor: arrival schedule", "[determinism][fast]") {
    CHECK(check_schedule(so::ScheduleKind::arrival, 6200).updates > 6000);
}

TEST_CASE("threads, partitions and executors in all combinations, repeatedly", "[determinism]") {
    for (const UpdateTiming timing : {UpdateTiming::interval, UpdateTiming::arrival}) {
        const NetworkOptions network{.timing = timing, .adaptive = true, .sparse = true};
        const std::uint64_t expected = streamed(network, {});
        int runs = 0;
        for (const std::uint32_t threads : {1u, 2u, 3u, 4u, 8u}) {
            for (const std::uint32_t partitions : {1u, 2u, 5u, 16u, 64u}) {
                for (const Execution execution : {Execution::serial, Execution::threads, Execution::tbb}) {
                    // more threads than cores wait for each other most of the time: not with every cut
                    if (execution != Execution::serial && threads > 2 && partitions != 5) continue;
                    const SimulationOptions o{.partitions = partitions, .threads = threads, .execution = execution};
                    INFO(cut_of(o));
                    for (int again = 0; again < 2; ++again, ++runs) CHECK(streamed(network, o) == expected);
                }
            }
        }
        CHECK(runs > 80);
    }
}
