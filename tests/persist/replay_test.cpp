// SPDX-License-Identifier: BSD-3-Clause
// Runs that are recorded come out the same when they are done again, bit for bit: learning networks, streamed input,
// currents, rates and rewards at run time, in any pieces, on any number of partitions.
#include "engine/persist/replay.hpp"
#include "engine/persist/journal_file.hpp"
#include "engine/persist/run_recorder.hpp"
#include "tests/io/support/temporary_folder.hpp"
#include "tests/persist/support/journal_bytes.hpp"
#include "tests/runtime/learning_network.hpp"
#include "tests/support/catch.hpp"

#include <fstream>
#include <sstream>

namespace saltus::test {
namespace {

using persist::JournalReader;
using persist::ReplayReport;
using persist::RunRecorder;

ReplayReport replay_bytes(const std::string& bytes, Simulation& simulation) {
    std::istringstream stream(bytes);
    JournalReader reader(stream);
    return persist::replay(reader, simulation);
}

/// Learns for 600 ms in pieces, with targets, bad input, switches and new rates on the way.
void learn(Simulation& simulation, const LearningNetwork& net, RunRecorder* recorder = nullptr) {
    const Tick ms = 1000, start = simulation.now();
    for (Tick piece = 0; piece < 60; ++piece) {
        const Tick now = simulation.now();
        (void)simulation.push(net.input, random_input(ms, now / ms, now / ms + 10, 0.06));
        if (piece % 7 == 3) (void)simulation.push(net.input, now - 1, 2);      // late
        if (piece % 11 == 5) (void)simulation.push(net.input, now + 1, 12345); // no such neuron
        const double level = piece % 2 == 0 ? 0.4 : -0.3;
        (void)simulation.set_target(net.readout, now + 1, std::array{level, -level, 0.1});
        if (piece == 20) simulation.set_learning(false);
        if (piece == 25) simulation.set_learning(true);
        if (piece == 30) simulation.set_learning_rate(net.in, 1e-3);
        if (piece == 40) simulation.set_weights(net.out, simulation.weights(net.out));
        simulation.advance_until(start + piece * 10 * ms + 3 * ms + piece % 5);
        simulation.advance_until(start + (piece + 1) * 10 * ms);
        if (recorder != nullptr && piece % 20 == 10) recorder->mark();
    }
}

NetworkOptions micro(UpdateTiming timing, bool adaptive) {
    NetworkOptions o;
    o.grid = {};
    o.timing = timing;
    o.adaptive = adaptive;
    o.sparse = true;
    return o;
}

void check_learned(const Simulation& after, const LearningNetwork& net) {
    const Simulation before(net.network);
    CHECK(after.counters().spikes > 300);
    CHECK(after.counters().events_late > 0);
    CHECK(after.counters().events_malformed > 0);
    CHECK(total_change(before.weights(net.in), after.weights(net.in)) > 0.01);
    CHECK(total_change(before.weights(net.out), after.weights(net.out)) > 0.01);
}

TEST_CASE("a recorded learning run is replayed bit for bit", "[persist]") {
    for (const auto timing : {UpdateTiming::interval, UpdateTiming::arrival}) {
        for (const bool adaptive : {false, true}) {
            const LearningNetwork net(micro(timing, adaptive));
            Simulation simulation(net.network);
            MemorySink sink;
            RunRecorder recorder(simulation, net.network, sink, "a learning network");
            learn(simulation, net, &recorder);
            recorder.finish();
            check_learned(simulation, net);

            for (const std::uint32_t partitions : {1u, 3u}) {
                Simulation again(net.network, {.partitions = partitions});
                const ReplayReport report = replay_bytes(sink.bytes, again);
                CHECK(report.faithful());
                CHECK(report.marks == 4);
                CHECK(report.calls > 200);
                CHECK(again.fingerprint() == simulation.fingerprint());
                CHECK(again.weights(net.in) == simulation.weights(net.in));
                CHECK(again.counters().events_offered == simulation.counters().events_offered);
                CHECK(again.counters().events_late == simulation.counters().events_late);
                CHECK(again.counters().spikes == simulation.counters().spikes);
            }
        }
    }
}

/// Poisson sources and a pushed stream drive neurons whose synapses learn from spike times and rewards.
struct StreamingNetwork {
    Network network{TimeGrid{}, 5};
    PopulationId noise, input, neurons;
    ProjectionId timed, rewarded;

    StreamingNetwork() {
        noise = network.add("noise", 20, PoissonParameters{.rate_hz = 20.0});
        input = network.add("input", 20, InputParameters{});
        neurons = network.add("neurons", 30, LifParameters{.tau_m_ms = 20.0, .refractory_ms = 2.0});
        network.accept_current(neurons);
        timed = network.connect(noise, neurons, {.weight = Uniform{0.1, 0.4}, .rule = PairStdp{}});
        rewarded =
            network.connect(input, neurons, {.weight = Normal{0.2, 0.1}, .rule = RewardStdp{}, .optimiser = Sgd{1e-2}});
        network.connect(neurons, neurons, {.connector = FixedInDegree{5}, .weight = Normal{0.0, 0.1}});
        network.set_reward({});
        network.set_schedule(LearningSchedule::at_arrivals());
    }
};

void stream(Simulation& simulation, const StreamingNetwork& net) {
    for (int ms = 0; ms < 400; ++ms) {
        RandomStream random(3, static_cast<std::uint64_t>(ms));
        std::vector<InputEvent> events;
        for (std::uint32_t i = 0; i < 20; ++i) {
            if (random.uniform() < 0.05) events.push_back({simulation.now() + random.below(1000), i});
        }
        (void)simulation.push(net.input, events);
        if (ms % 50 == 0) (void)simulation.set_rate(net.noise, simulation.now(), std::array{10.0 + 0.1 * ms});
        if (ms % 30 == 0) (void)simulation.set_current(net.neurons, simulation.now(), std::array{0.002 * ms});
        if (ms % 20 == 7) (void)simulation.set_reward(simulation.now() + 1, ms % 40 == 7 ? 1.0 : -0.5, ms % 80 == 7);
        if (ms == 100) (void)simulation.set_current(net.neurons, simulation.now(), std::array{std::nan("")}); // refused
        simulation.advance_until(simulation.now() + 1000);
    }
}

TEST_CASE("a recorded stream with currents, rates and rewards is replayed bit for bit", "[persist]") {
    const StreamingNetwork net;
    Simulation simulation(net.network);
    const auto timed = simulation.weights(net.timed), rewarded = simulation.weights(net.rewarded);
    MemorySink sink;
    RunRecorder recorder(simulation, net.network, sink);
    stream(simulation, net);
    recorder.finish();
    CHECK(simulation.counters().spikes > 300);
    CHECK(simulation.counters().drives_refused == 1);
    CHECK(total_change(timed, simulation.weights(net.timed)) > 0.01);
    CHECK(total_change(rewarded, simulation.weights(net.rewarded)) > 1e-4);

    Simulation again(net.network, {.partitions = 2});
    CHECK(replay_bytes(sink.bytes, again).faithful());
    CHECK(again.fingerprint() == simulation.fingerprint());
    CHECK(again.counters().drives_refused == 1);
}

TEST_CASE("recording changes nothing, and may begin in the middle of a run", "[persist]") {
    const LearningNetwork net(micro(UpdateTiming::arrival, false));
    Simulation plain(net.network), recorded(net.network), again(net.network);
    for (Simulation* simulation : {&plain, &recorded, &again}) learn(*simulation, net);
    MemorySink sink;
    RunRecorder recorder(recorded, net.network, sink);
    learn(plain, net);
    learn(recorded, net);
    CHECK(recorded.fingerprint() == plain.fingerprint());
    // No finish(): the journal has no end.
    std::istringstream bytes(sink.bytes);
    JournalReader reader(bytes);
    CHECK(reader.header().start == 600'000);
    const ReplayReport report = persist::replay(reader, again);
    CHECK(report.calls > 200);
    CHECK(again.fingerprint() == plain.fingerprint());
    CHECK(!report.complete);
    CHECK(report.fault.kind == io::FaultKind::truncated);
    CHECK(!report.faithful());
}

/// A journal of 60 pieces of 10 ms.
std::string recorded_run(const LearningNetwork& net) {
    Simulation simulation(net.network);
    MemorySink sink;
    RunRecorder recorder(simulation, net.network, sink);
    learn(simulation, net, &recorder);
    recorder.finish();
    return sink.bytes;
}

TEST_CASE("a journal cut in the middle replays up to the cut", "[persist]") {
    const LearningNetwork net(micro(UpdateTiming::interval, false));
    const std::string bytes = recorded_run(net);
    Simulation again(net.network);
    const ReplayReport report = replay_bytes(bytes.substr(0, bytes.size() / 2), again);
    CHECK(!report.faithful());
    CHECK(report.fault.kind == io::FaultKind::truncated);
    CHECK(report.marks == 2);
    CHECK(report.agreed == 2);
    CHECK(again.now() > 200'000);
    CHECK(again.now() < 400'000);
}

TEST_CASE("another network is found out", "[persist]") {
    const LearningNetwork net(micro(UpdateTiming::interval, false));
    const std::string bytes = recorded_run(net);

    NetworkOptions more_adaptive = micro(UpdateTiming::interval, true);
    Simulation other(LearningNetwork(more_adaptive).network);
    CHECK_THROWS_WITH(replay_bytes(bytes, other), Catch::Matchers::ContainsSubstring("with seed 11"));
    Simulation later(net.network);
    later.advance_until(10);
    CHECK_THROWS_AS(replay_bytes(bytes, later), ConfigError);

    // The same neurons, weights and rates, but firing rates are regularised: it shows at the first mark.
    NetworkOptions regular = micro(UpdateTiming::interval, false);
    regular.rate_strength = 1.0;
    Simulation regularised(LearningNetwork(regular).network);
    const ReplayReport report = replay_bytes(bytes, regularised);
    REQUIRE(report.difference);
    CHECK(report.difference->tick == 110'000);
    CHECK(report.difference->recorded != report.difference->found);
    CHECK(!report.faithful());
    CHECK(regularised.now() == 110'000);
}

TEST_CASE("calls that the network cannot take end a replay with a message", "[persist][fast]") {
    const LearningNetwork net;
    Simulation simulation(net.network);
    for (const InputCall& call :
         {InputCall{PushCall{{77}, {}}}, InputCall{PushCall{net.hidden, {}}}, InputCall{CurrentCall{net.hidden, 1, {}}},
          InputCall{LearningRateCall{{0}, -1.0}}, InputCall{WeightsCall{{1}, {}}}}) {
        MemorySink sink;
        persist::JournalWriter writer(sink, {.fingerprint = simulation.fingerprint()});
        writer.call(0, call);
        writer.end(0);
        const ReplayReport report = replay_bytes(sink.bytes, simulation);
        CHECK_THAT(report.refused, Catch::Matchers::ContainsSubstring("the entry at byte 52 cannot be done"));
        CHECK(report.calls == 0);
        CHECK(!report.faithful());
    }
}

TEST_CASE("a journal file is there while it grows", "[persist][fast]") {
    const TemporaryFolder folder;
    const LearningNetwork net;
    Simulation simulation(net.network);
    const auto entries = [&] {
        std::ifstream file(folder / "run.journal", std::ios::binary);
        JournalReader reader(file);
        while (reader.next()) {
        }
        return reader.entries();
    };
    persist::JournalFile file(folder / "run.journal", true);
    RunRecorder recorder(simulation, net.network, file);
    (void)simulation.push(net.input, 3, 1);
    CHECK(entries() == 1);
    simulation.advance_until(20);
    CHECK(entries() == 2);
    recorder.finish();
    file.close();
    CHECK(entries() == 3);
    CHECK_THROWS_AS(persist::JournalFile(folder / "absent/run.journal"), ConfigError);
}

TEST_CASE("a full disk is told of", "[persist][fast]") {
    if (!std::filesystem::exists("/dev/full")) SALTUS_SKIP("there is no /dev/full");
    persist::JournalFile file("/dev/full", true);
    file.write(io::as_bytes("something"));
    CHECK_THROWS_WITH(file.close(), Catch::Matchers::ContainsSubstring("No space left"));
}

} // namespace
} // namespace saltus::test
