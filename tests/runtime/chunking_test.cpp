// SPDX-License-Identifier: BSD-3-Clause
// I7: reading never writes back. How a run is cut into pieces, when its input is pushed, what is probed, recorded and
// looked at in between: none of it changes a bit.
#include "tests/oracle/random_scenario.hpp"
#include "tests/runtime/learning_network.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/scenario_network.hpp"

#include <algorithm>

namespace {

using namespace saltus;
using namespace saltus::test;
namespace so = saltus_oracle;

struct Outcome {
    std::uint64_t fingerprint = 0;
    std::vector<so::Spike> spikes;
    so::PerSynapse weights;
    Counters counters;
};

Outcome outcome_of(ScenarioRun& run) {
    return {run.simulation().fingerprint(), run.spikes(), run.weights(), run.simulation().counters()};
}

void check_equal(const Outcome& a, const Outcome& b) {
    CHECK(a.fingerprint == b.fingerprint);
    CHECK(a.spikes == b.spikes);
    CHECK(a.weights == b.weights);
    CHECK(a.counters.events_accepted == b.counters.events_accepted);
    CHECK(a.counters.spikes == b.counters.spikes);
    CHECK(a.counters.synaptic_events == b.counters.synaptic_events);
    CHECK(a.counters.spikes_discarded == b.counters.spikes_discarded);
    CHECK(a.counters.learning_edges == b.counters.learning_edges);
    CHECK(a.counters.plastic_updates == b.counters.plastic_updates);
    CHECK(a.counters.threshold_tests == b.counters.threshold_tests);
}

/// A run of a scenario in random pieces.
class Pieces {
  public:
    Pieces(const so::Scenario& scenario, SimulationOptions options, std::uint64_t seed)
        : scenario_(scenario), run_(scenario, options), random_(seed, 77) {}

    ScenarioRun& run() { return run_; }

    /// Everything is pushed at the start.
    void push_everything() {
        run_.push_everything();
        pushed_ = scenario_.last_tick;
        next_input_ = scenario_.inputs.size();
        next_target_ = scenario_.targets.size();
    }

    /// Probes some neurons of every population that has state.
    void add_probes() {
        for (std::size_t p = 0; p < scenario_.populations.size(); ++p) {
            const so::Population& population = scenario_.populations[p];
            if (population.kind == so::PopulationKind::input) continue;
            std::vector<std::uint32_t> neurons;
            for (std::uint32_t j = 0; j < population.size; j += 1 + random_.below(3)) neurons.push_back(j);
            const bool adaptive = population.kind == so::PopulationKind::adaptive_lif;
            const std::size_t variable = adaptive ? random_.below(2) : 0;
            probes_.push_back(run_.simulation().probe(run_.population(p), neurons,
                                                      run_.simulation().now() + 1 + random_.below(9),
                                                      1 + random_.below(13), variable));
        }
    }

    /// To `end` in steps of 0 to 40 ticks, looking at things in between.
    void advance(Tick end, bool look) {
        while (run_.simulation().now() < end) {
            const Tick next = std::min<Tick>(end, run_.simulation().now() + random_.below(41));
            push_until(next);
            if (look) look_around();
            run_.simulation().advance_until(next);
            ++pieces_;
        }
    }

    [[nodiscard]] int pieces() const { return pieces_; }
    [[nodiscard]] std::size_t samples() {
        std::size_t sum = 0;
        for (const ProbeId probe : probes_) sum += run_.simulation().read(probe).values.size();
        return sum;
    }

  private:
    /// Offers what is stamped up to the end of the coming piece, in reverse: also what is stamped now().
    void push_until(Tick end) {
        const Tick now = run_.simulation().now();
        const std::size_t from = next_input_;
        while (next_input_ < scenario_.inputs.size() && scenario_.inputs[next_input_].tick <= end) ++next_input_;
        for (std::size_t k = next_input_; k-- > from;) {
            const so::InputEvent& e = scenario_.inputs[k];
            REQUIRE(e.tick >= now);
            REQUIRE(run_.simulation().push(run_.population(e.population), e.tick,
                                           static_cast<std::uint32_t>(e.neuron)) == Status::ok);
        }
        for (; next_target_ < scenario_.targets.size() && scenario_.targets[next_target_].tick <= end; ++next_target_) {
            const so::Target& t = scenario_.targets[next_target_];
            const bool learns = scenario_.learning.schedule != so::ScheduleKind::none;
            CHECK((run_.simulation().set_target(run_.population(t.population), t.tick, t.values) == Status::ok) ==
                  learns);
        }
    }

    void look_around() {
        Simulation& s = run_.simulation();
        for (std::uint32_t p = 0; p < scenario_.populations.size(); ++p) {
            if (scenario_.populations[p].kind == so::PopulationKind::input) continue;
            sum_ += s.state({p}, random_.below(static_cast<std::uint32_t>(scenario_.populations[p].size)));
        }
        const std::uint32_t projection = random_.below(static_cast<std::uint32_t>(scenario_.projections.size()));
        sum_ += s.weights({projection}).front() + s.synapses({projection}).back().weight;
        sum_ += static_cast<double>(s.fingerprint() & 1u) + static_cast<double>(s.bytes());
        for (std::uint32_t p = 0; p < scenario_.populations.size(); ++p) sum_ += s.last_loss({p});
        (void)run_.feedback();
    }

    const so::Scenario& scenario_;
    ScenarioRun run_;
    RandomStream random_;
    std::vector<ProbeId> probes_;
    Tick pushed_ = 0;
    std::size_t next_input_ = 0, next_target_ = 0;
    int pieces_ = 0;
    double sum_ = 0.0;
};

struct Totals {
    std::uint64_t spikes = 0, updates = 0, tests = 0;
    std::size_t samples = 0;
    int pieces = 0;
};

void check_scenario(std::uint64_t seed, so::ScheduleKind schedule, Totals& totals) {
    INFO("seed " << seed);
    so::Options wishes;
    wishes.schedule = schedule;
    const so::Scenario scenario = so::random_scenario(seed, wishes);
    const SimulationOptions options{
        .precision = seed % 2 == 0 ? Precision::double_precision : Precision::single_precision,
        .history_blocks = 1 + seed % 3};
    ScenarioRun straight(scenario, options);
    straight.push_everything();
    const Tick middle = scenario.last_tick / 3 + static_cast<Tick>(seed % 50);
    straight.simulation().advance_until(middle);
    const Outcome half = outcome_of(straight);
    straight.simulation().advance_until(scenario.last_tick);
    const Outcome whole = outcome_of(straight);

    Pieces watched(scenario, options, seed); // everything pushed at the start, all looked at
    watched.push_everything();
    watched.add_probes();
    watched.advance(middle, true);
    check_equal(outcome_of(watched.run()), half);
    watched.add_probes();
    watched.advance(scenario.last_tick, true);
    check_equal(outcome_of(watched.run()), whole);

    Pieces fed(scenario, options, seed + 1); // input pushed piece by piece, nothing looked at
    fed.advance(scenario.last_tick, false);
    check_equal(outcome_of(fed.run()), whole);

    totals.spikes += whole.counters.spikes;
    totals.updates += whole.counters.plastic_updates;
    totals.tests += whole.counters.threshold_tests;
    totals.samples += watched.samples();
    totals.pieces += watched.pieces() + fed.pieces();
}

Totals check_schedule(so::ScheduleKind schedule, std::uint64_t first) {
    constexpr int scenarios = 80;
    Totals totals;
    for (std::uint64_t seed = first; seed < first + scenarios; ++seed) check_scenario(seed, schedule, totals);
    CHECK(totals.spikes > 100 * scenarios);
    CHECK(totals.samples > 500 * scenarios);
    CHECK(totals.pieces > 15 * scenarios);
    CHECK(totals.tests > 100);
    return totals;
}

/// Spikes are counted by the engine; a run may record them or not, clear them or not, be probed or not.
std::uint64_t fingerprint_with(const NetworkOptions& o, bool record, bool clear, bool probe) {
    const LearningNetwork net(o);
    Simulation simulation(net.network);
    if (record) simulation.record_spikes(net.hidden);
    std::size_t seen = 0;
    ProbeId id{};
    if (probe) id = simulation.probe(net.hidden, {0, 3, 29}, 7, 3);
    (void)simulation.push(net.input, random_input(1, 0, 400));
    set_random_targets(simulation, net.readout, 1, 1, 400);
    for (Tick t = 0; t <= 400; t += 80) {
        simulation.advance_until(t);
        seen += simulation.spikes().size();
        if (clear) simulation.clear_spikes();
    }
    CHECK((seen > 100) == record);
    if (probe) CHECK(simulation.read(id).ticks.size() == 132);
    CHECK(simulation.counters().spikes > 100);
    CHECK(simulation.counters().plastic_updates > 3000);
    return simulation.fingerprint();
}

} // namespace

TEST_CASE("random pieces, pushes and looks: static networks", "[runtime][chunking][fast]") {
    CHECK(check_schedule(so::ScheduleKind::none, 5000).updates == 0);
}

TEST_CASE("random pieces, pushes and looks: interval schedule", "[runtime][chunking][fast]") {
    CHECK(check_schedule(so::ScheduleKind::interval, 5100).updates > 15000);
}

TEST_CASE("random pieces, pushes and looks: arrival schedule", "[runtime][chunking][fast]") {
    CHECK(check_schedule(so::ScheduleKind::arrival, 5200).updates > 40000);
}

TEST_CASE("recording, clearing and probing change nothing", "[runtime][chunking][fast]") {
    for (const UpdateTiming timing : {UpdateTiming::interval, UpdateTiming::arrival}) {
        for (const bool sparse : {false, true}) {
            NetworkOptions o{.timing = timing, .adaptive = true, .sparse = sparse};
            const std::uint64_t plain = fingerprint_with(o, false, false, false);
            CHECK(fingerprint_with(o, true, false, false) == plain);
            CHECK(fingerprint_with(o, true, true, false) == plain);
            CHECK(fingerprint_with(o, false, false, true) == plain);
            CHECK(fingerprint_with(o, true, true, true) == plain);
            o.rate_strength = 1.0;
            CHECK(fingerprint_with(o, false, false, false) != plain); // another run has another fingerprint
        }
    }
}
