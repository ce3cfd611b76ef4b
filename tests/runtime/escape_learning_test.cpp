// SPDX-License-Identifier: BSD-3-Clause
// Neurons that spike at random and learn by the surrogate that matches their noise: given their spikes, weights are
// those of the dense oracle; and a loss goes down.
#include "tests/runtime/rule_comparison.hpp"

#include <chrono>

namespace {

using namespace saltus;
using namespace std::chrono_literals;
namespace so = saltus_oracle;

/// The engine draws the spikes; the oracle takes them as data.
void compare(so::Scenario scenario, Precision precision, std::uint64_t seed, const test::Subject& subject,
             test::Tally& tally, std::size_t& spikes) {
    scenario.random_spikes.clear();
    test::ScenarioRun run(scenario, {.precision = precision, .partitions = seed % 2 == 0 ? 1u : 3u});
    run.push_everything();
    run.advance_until(scenario.last_tick);
    so::Scenario known = scenario;
    for (const so::Spike& s : run.spikes()) known.random_spikes.push_back({s.tick, s.population, s.neuron});
    spikes += known.random_spikes.size();
    test::compare_weights(known, run.weights(), run_dense(known), precision, subject, tally,
                          precision == Precision::double_precision ? 1.0 : 1e4);
}

void compare_range(std::uint64_t first, so::RuleOptions options) {
    options.escape_noise = true;
    for (const auto schedule : {so::ScheduleKind::interval, so::ScheduleKind::arrival}) {
        options.base.schedule = schedule;
        test::Tally in_double, in_single;
        std::size_t spikes = 0;
        const auto asked = [&](const so::Projection& p) { return p.plasticity.rule == options.rule; };
        for (std::uint64_t seed = first; seed < first + 8; ++seed) {
            INFO("seed " << seed << " schedule " << static_cast<int>(schedule));
            const so::Scenario scenario = so::rule_scenario(seed, options);
            compare(scenario, Precision::double_precision, seed, asked, in_double, spikes);
            compare(scenario, Precision::single_precision, seed, asked, in_single, spikes);
        }
        CHECK(spikes > 400);
        CHECK(in_double.shown >= 5);
        CHECK(in_single.shown >= 5);
        CHECK(in_single.close >= 6); // steep surrogates make some of them amplify a rounding by far
    }
}

} // namespace

TEST_CASE("oracle: learning neurons with escape noise", "[runtime][oracle][rules][escape]") {
    compare_range(630000, {.rule = so::RuleKind::eprop});
    compare_range(631000, {.rule = so::RuleKind::instantaneous});
    so::RuleOptions trains{.rule = so::RuleKind::superspike, .spike_trains = true};
    trains.base.neurons = so::PopulationKind::lif;
    compare_range(632000, trains);
    compare_range(633000, {.rule = so::RuleKind::eprop, .currents = true});
}

TEST_CASE("the matching surrogate is made from the population and the grid", "[learning][surrogate][escape][fast]") {
    const TimeGrid grid{.tick = 100us, .delay_resolution = 100us, .learning_clock = 20};
    AdaptiveLifParameters neurons;
    neurons.escape_rate_hz = 70.0;
    neurons.escape_width = 0.25;
    CHECK(matching_surrogate(neurons, grid) == EscapeSurrogate{70.0, 0.25, 2.0});
}

TEST_CASE("neurons with escape noise learn by the matching surrogate", "[runtime][rules][escape]") {
    const TimeGrid grid{.tick = 1ms, .delay_resolution = 1ms, .learning_clock = 1};
    Network network(grid, 3);
    const LifParameters noisy{.tau_m_ms = 10.0, .escape_rate_hz = 100.0, .escape_width = 0.2};
    const auto input = network.add("input", 20, InputParameters{});
    const auto hidden = network.add("hidden", 100, noisy);
    const auto output = network.add("output", 1, LeakyReadoutParameters{.tau_ms = 20.0});
    const Eprop rule{.surrogate = matching_surrogate(noisy, network.grid())};
    network.connect(input, hidden, {.weight = Normal{0.1, 0.3}, .rule = rule, .optimiser = Sgd{2e-3}});
    network.connect(hidden, output, {.weight = Normal{0.0, 0.1}, .delay_ms = Constant{0.0}}); // static
    network.set_error(output, Error::mean_squared);
    network.add_feedback({output, hidden, FeedbackKind::symmetric});
    network.set_schedule({.interval_steps = 50});
    Simulation simulation(network);
    (void)simulation.set_target(output, 1, std::array{1.0});
    double first = 0.0, last = 0.0;
    for (int trial = 0; trial < 200; ++trial) {
        for (std::uint32_t i = 0; i < 20; ++i) (void)simulation.push(input, simulation.now() + 2 * i, i);
        simulation.advance_until(simulation.now() + 50);
        if (trial < 20) first += simulation.last_loss(output);
        if (trial >= 180) last += simulation.last_loss(output);
    }
    INFO("loss " << first / 20 << ", then " << last / 20);
    CHECK(simulation.counters().spikes > 1000);
    CHECK(last < 0.6 * first);
}
