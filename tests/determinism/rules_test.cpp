// SPDX-License-Identifier: BSD-3-Clause
// I6 for every rule: however a network is cut and whoever runs the partitions, every bit of the outcome is the same;
// and the caller's pieces do not show.
#include "tests/oracle/rule_scenario.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/scenario_network.hpp"

#include <array>

namespace {

using namespace saltus;
using namespace saltus::test;
namespace so = saltus_oracle;

struct Outcome {
    std::uint64_t half_way, fingerprint, spikes, updates;
};

Outcome run(const so::Scenario& scenario, const SimulationOptions& options, Tick piece) {
    ScenarioRun run(scenario, options);
    run.push_everything();
    Outcome outcome{};
    for (Tick t = 0; t < scenario.last_tick / 2; t += piece)
        run.simulation().advance_until(std::min(t + piece, scenario.last_tick / 2));
    outcome.half_way = run.simulation().fingerprint();
    run.advance_until(scenario.last_tick);
    outcome.fingerprint = run.simulation().fingerprint();
    outcome.spikes = run.simulation().counters().spikes;
    outcome.updates = run.simulation().counters().plastic_updates;
    return outcome;
}

void check(so::RuleOptions options, std::uint64_t first) {
    std::uint64_t spikes = 0, updates = 0;
    for (const so::ScheduleKind schedule : {so::ScheduleKind::interval, so::ScheduleKind::arrival}) {
        options.base.schedule = schedule;
        for (std::uint64_t seed = first; seed < first + 4; ++seed) {
            INFO("seed " << seed << " schedule " << static_cast<int>(schedule));
            const so::Scenario scenario = so::rule_scenario(seed, options);
            SimulationOptions o{.precision = seed % 2 ? Precision::single_precision : Precision::double_precision,
                                .history_blocks = 1 + seed % 3};
            const Outcome whole = run(scenario, o, scenario.last_tick);
            for (const std::uint32_t partitions : {2u, 5u, 16u}) {
                o.partitions = partitions;
                o.partitioning = std::array{Partitioning::balanced, Partitioning::by_population,
                                            Partitioning::edge_cut}[(seed + partitions) % 3];
                o.threads = 1 + (seed + partitions) % 2;
                o.execution = o.threads == 1 ? Execution::serial : Execution::threads;
                const Outcome cut = run(scenario, o, 7);
                CHECK(cut.half_way == whole.half_way);
                CHECK(cut.fingerprint == whole.fingerprint);
                CHECK(cut.updates == whole.updates);
            }
            spikes += whole.spikes;
            updates += whole.updates;
        }
    }
    CHECK(spikes > 200);
    CHECK(updates > 500);
}

} // namespace

TEST_CASE("any cut, any pieces: every rule", "[determinism][rules]") {
    check({.rule = so::RuleKind::superspike, .currents = true, .spike_trains = true}, 7000);
    check({.rule = so::RuleKind::instantaneous, .layers = true}, 7100);
    check({.rule = so::RuleKind::reward_eprop}, 7200);
    check({.rule = so::RuleKind::stllr}, 7300);
    check({.rule = so::RuleKind::reward_stdp}, 7400);
    check({.rule = so::RuleKind::pes}, 7500);
    check({.rule = so::RuleKind::eprop, .bound = so::RateBound::both}, 7600);
    check({.rule = so::RuleKind::eprop, .voltage = true, .optimiser = so::OptimiserKind::rmaxprop, .decay = true},
          7700);
    check({.rule = so::RuleKind::eprop, .spike_trains = true, .mixed = true}, 7800);
}
