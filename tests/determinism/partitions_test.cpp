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
    run.advance_until(scenario.last_tick);
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

/// What a user sees of a scene, and the fingerprint of what is behind it.
struct Seen {
    std::uint64_t fingerprint = 0;
    std::vector<Spike> spikes;
    std::vector<std::vector<double>> weights, probed; ///< [projection that learns], [probe]
    std::uint64_t updates = 0;
};

/// A simulation whose spikes are recorded and whose membranes are probed.
class Watched {
  public:
    Watched(const Network& network, const std::vector<PopulationId>& spiking, const SimulationOptions& options)
        : simulation(network, options) {
        for (const PopulationId p : spiking) {
            simulation.record_spikes(p);
            probes_.push_back(simulation.probe(p, {0, 3, network.at(p).size - 1}, 2, 5));
        }
    }
    [[nodiscard]] Seen seen(const std::vector<ProjectionId>& learning) const {
        Seen seen{.fingerprint = simulation.fingerprint(),
                  .spikes = simulation.spikes(),
                  .weights = {},
                  .probed = {},
                  .updates = simulation.counters().plastic_updates};
        for (const ProjectionId p : learning) seen.weights.push_back(simulation.weights(p));
        for (const ProbeId p : probes_) seen.probed.push_back(simulation.read(p).values);
        return seen;
    }

    Simulation simulation;

  private:
    std::vector<ProbeId> probes_;
};

/// Static: excitation and inhibition, driven by Poisson sources; delays of 2 ms and more, so few windows.
Seen static_scene(const SimulationOptions& options) {
    Network network(one_ms, 12);
    const LifParameters lif{.reset = Reset::to_value, .refractory_ms = 2.0, .refractory = Refractory::clamp};
    const auto drive = network.add("drive", 70, PoissonParameters{80.0});
    const auto exc = network.add("exc", 60, lif);
    const auto inh = network.add("inh", 20, lif);
    for (const auto target : {exc, inh}) {
        network.connect(drive, target,
                        {.connector = FixedInDegree{20}, .weight = Constant{0.1}, .delay_ms = Constant{3.0}});
        network.connect(exc, target,
                        {.connector = Bernoulli{0.1}, .weight = Constant{0.08}, .delay_ms = Uniform{2, 6}});
        network.connect(inh, target, {.weight = Uniform{-0.1, -0.05}, .delay_ms = Constant{2.0}}); // all-to-all
    }
    Watched watched(network, {exc, inh}, options);
    watched.simulation.advance_until(80);
    return watched.seen({});
}

/// Learns by intervals; all that comes in is known beforehand.
Seen learning_scene(const SimulationOptions& options) {
    const LearningNetwork net({.interval_steps = 10, .adaptive = true});
    Watched watched(net.network, {net.hidden}, options);
    set_random_targets(watched.simulation, net.readout, 1, 1, 30);
    (void)watched.simulation.push(net.input, random_input(1, 0, 30, 0.15));
    watched.simulation.advance_until(30);
    return watched.seen({net.in, net.loop, net.out});
}

/// Learns at arrivals from events that come while it runs, in pieces that differ in length.
Seen streaming_scene(const SimulationOptions& options) {
    const LearningNetwork net({.timing = UpdateTiming::arrival, .sparse = true});
    Watched watched(net.network, {net.hidden}, options);
    set_random_targets(watched.simulation, net.readout, 1, 1, 30);
    for (Tick t = 0, piece = 1; t < 30; t += piece, piece = piece % 7 + 2) {
        (void)watched.simulation.push(net.input, random_input(1, t, t + piece, 0.15));
        watched.simulation.advance_until(t + piece);
    }
    return watched.seen({net.in, net.loop, net.out});
}

using ScenePlay = Seen (*)(const SimulationOptions&);

/// A scene by one executor: every number of threads with every number of partitions, twice.
void check_all(ScenePlay play, Execution execution, bool learns) {
    const Seen whole = play({});
    REQUIRE(whole.spikes.size() > 50);
    REQUIRE((learns ? whole.updates > 500 : whole.updates == 0));
    REQUIRE(!whole.probed.empty());
    int runs = 0;
    for (const std::uint32_t threads : {1u, 2u, 3u, 4u, 8u}) {
        for (const std::uint32_t partitions : {1u, 2u, 5u, 16u, 64u}) {
            const SimulationOptions o{.partitions = partitions, .threads = threads, .execution = execution};
            INFO(cut_of(o));
            for (int again = 0; again < 2; ++again, ++runs) {
                const Seen cut = play(o);
                CHECK(cut.fingerprint == whole.fingerprint);
                CHECK(same(cut.spikes, whole.spikes));
                CHECK(same(cut.weights, whole.weights));
                CHECK(same(cut.probed, whole.probed));
            }
        }
    }
    CHECK(runs == 50);
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

// The whole matrix: a test for each scene and executor, so that they run side by side.
TEST_CASE("all threads and partitions, repeatedly: static scene, serial", "[determinism]") {
    check_all(static_scene, Execution::serial, false);
}

TEST_CASE("all threads and partitions, repeatedly: static scene, plain threads", "[determinism]") {
    check_all(static_scene, Execution::threads, false);
}

TEST_CASE("all threads and partitions, repeatedly: static scene, TBB", "[determinism]") {
    check_all(static_scene, Execution::tbb, false);
}

TEST_CASE("all threads and partitions, repeatedly: learning scene, serial", "[determinism]") {
    check_all(learning_scene, Execution::serial, true);
}

TEST_CASE("all threads and partitions, repeatedly: learning scene, plain threads", "[determinism]") {
    check_all(learning_scene, Execution::threads, true);
}

TEST_CASE("all threads and partitions, repeatedly: learning scene, TBB", "[determinism]") {
    check_all(learning_scene, Execution::tbb, true);
}

TEST_CASE("all threads and partitions, repeatedly: streaming scene, serial", "[determinism]") {
    check_all(streaming_scene, Execution::serial, true);
}

TEST_CASE("all threads and partitions, repeatedly: streaming scene, plain threads", "[determinism]") {
    check_all(streaming_scene, Execution::threads, true);
}

TEST_CASE("all threads and partitions, repeatedly: streaming scene, TBB", "[determinism]") {
    check_all(streaming_scene, Execution::tbb, true);
}
