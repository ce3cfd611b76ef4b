// SPDX-License-Identifier: BSD-3-Clause
// The dynamics of the contract, sentence by sentence, against numbers worked out by hand.
#include "tests/oracle/dense_oracle.hpp"

#include "tests/oracle/small_networks.hpp"
#include "tests/support/catch.hpp"

#include <cmath>
#include <stdexcept>
#include <vector>

namespace saltus_oracle {
namespace {

using Ticks = std::vector<Tick>;

const double alpha = std::exp(-0.1); // tau_m = 10 ticks of 1 ms

double membrane(const Result& result, Tick tick) {
    return result.traces[neuron_population][static_cast<std::size_t>(tick)];
}

double output(const Result& result, Tick tick) {
    return result.traces[readout_population][static_cast<std::size_t>(tick)];
}

TEST_CASE("oracle: an arrival comes its delay after the event and then decays", "[oracle][fast]") {
    Scenario scenario = small_network(10);
    connect(scenario, input_population, neuron_population, {{0, 0, 0.5, 3}});
    feed(scenario, {2});
    const Result result = run_recorded(scenario);
    CHECK(membrane(result, 4) == 0.0);
    CHECK(membrane(result, 5) == near(0.5));
    CHECK(membrane(result, 8) == near(0.5 * std::exp(-0.3)));
    CHECK(result.counters.arrivals == 1);
    CHECK(result.min_threshold_margin == near(0.5));
}

TEST_CASE("oracle: a tick may be shorter than a millisecond", "[oracle][fast]") {
    Scenario scenario = small_network(10);
    scenario.tick_ms = 0.1;
    connect(scenario, input_population, neuron_population, {{0, 0, 0.5, 1}});
    feed(scenario, {0});
    CHECK(membrane(run_recorded(scenario), 8) == near(0.5 * std::exp(-0.07)));
}

TEST_CASE("oracle: events and synapses that occur twice count twice", "[oracle][fast]") {
    Scenario scenario = small_network(5);
    connect(scenario, input_population, neuron_population, {{0, 0, 0.1, 1}, {0, 0, 0.02, 1}, {0, 0, 0.003, 2}});
    feed(scenario, {1, 1});
    const Result result = run_recorded(scenario);
    CHECK(membrane(result, 2) == near(0.24));
    CHECK(membrane(result, 3) == near(0.24 * alpha + 0.006));
    CHECK(result.counters.arrivals == 6);
}

TEST_CASE("oracle: normalised input scales arrivals by 1 - alpha", "[oracle][fast]") {
    Scenario scenario = small_network(3);
    neuron_of(scenario).normalised_input = true;
    connect(scenario, input_population, neuron_population, {{0, 0, 0.5, 1}});
    feed(scenario, {0});
    CHECK(membrane(run_recorded(scenario), 1) == near((1.0 - alpha) * 0.5));
}

TEST_CASE("oracle: a constant drive pulls to v_inf, from 0 at tick 0", "[oracle][fast]") {
    Scenario scenario = small_network(30);
    neuron_of(scenario).v_inf = 1.2;
    neuron_of(scenario).reset = Reset::to_value;
    const Result result = run_recorded(scenario);
    CHECK(membrane(result, 0) == 0.0);
    CHECK(membrane(result, 7) == near(1.2 * (1.0 - std::exp(-0.7))));
    // 1.2 (1 - exp(-k / 10)) >= 1 first at k = ceil(10 ln 6) = 18.
    CHECK(spike_ticks(result) == Ticks{18});
    CHECK(result.counters.spikes == 1);
}

TEST_CASE("oracle: both resets act at the spike itself", "[oracle][fast]") {
    Scenario scenario = small_network(5);
    connect(scenario, input_population, neuron_population, {{0, 0, 1.5, 1}});
    feed(scenario, {1});
    SECTION("to a value") {
        neuron_of(scenario).reset = Reset::to_value;
        neuron_of(scenario).v_reset = -0.25;
        const Result result = run_recorded(scenario);
        CHECK(spike_ticks(result) == Ticks{2});
        CHECK(membrane(result, 2) == near(-0.25));
        CHECK(membrane(result, 3) == near(-0.25 * alpha));
    }
    SECTION("by subtraction") {
        const Result result = run_recorded(scenario);
        CHECK(spike_ticks(result) == Ticks{2});
        CHECK(membrane(result, 2) == near(0.5));
        CHECK(membrane(result, 3) == near(0.5 * alpha));
    }
}

TEST_CASE("oracle: a soft reset may leave enough for the next spike", "[oracle][fast]") {
    Scenario scenario = small_network(6);
    connect(scenario, input_population, neuron_population, {{0, 0, 3.5, 1}});
    feed(scenario, {0});
    // 3.5, then 2.5 alpha = 2.26, then 1.26 alpha = 1.14, then 0.13.
    const Result result = run_recorded(scenario);
    CHECK(spike_ticks(result) == Ticks{1, 2, 3});
    const double third = ((2.5 * alpha) - 1.0) * alpha;
    CHECK(result.min_threshold_margin == near(third - 1.0));
}

TEST_CASE("oracle: effects at the next tick are undecayed", "[oracle][fast]") {
    Scenario scenario = small_network(5);
    neuron_of(scenario).spike_effect = SpikeEffect::next_tick;
    neuron_of(scenario).v_inf = 0.1;
    connect(scenario, input_population, neuron_population, {{0, 0, 1.5, 1}});
    feed(scenario, {0, 1});
    const Result result = run_recorded(scenario);
    const double v1 = 0.1 * (1.0 - alpha) + 1.5;
    const double v2 = 0.1 + (v1 - 0.1) * alpha - 1.0 + 1.5;
    CHECK(membrane(result, 1) == near(v1));
    CHECK(membrane(result, 2) == near(v2));
    CHECK(membrane(result, 3) == near(0.1 + (v2 - 0.1) * alpha - 1.0));
    CHECK(spike_ticks(result) == Ticks{1, 2});
}

TEST_CASE("oracle: an integrating refractory neuron fires as soon as it may", "[oracle][fast]") {
    Scenario scenario = small_network(10);
    neuron_of(scenario).refractory_ticks = 3;
    connect(scenario, input_population, neuron_population, {{0, 0, 2.0, 1}});
    feed(scenario, {0, 1});
    const Result result = run_recorded(scenario);
    const double v2 = 1.0 * alpha + 2.0;
    CHECK(membrane(result, 2) == near(v2));
    CHECK(membrane(result, 3) == near(v2 * alpha));
    const double v4 = v2 * alpha * alpha - 1.0; // 1.38: still 1.02 when it may fire again
    CHECK(membrane(result, 4) == near(v4));
    CHECK(membrane(result, 7) == near(v4 * alpha * alpha * alpha - 1.0));
    // Refractory at 2 and 3, at 5 and 6; nothing arrives at 4 and 7.
    CHECK(spike_ticks(result) == Ticks{1, 4, 7});
}

TEST_CASE("oracle: a clamped refractory neuron loses what arrives", "[oracle][fast]") {
    Scenario scenario = small_network(10);
    neuron_of(scenario).refractory_mode = RefractoryMode::clamp;
    neuron_of(scenario).reset = Reset::to_value;
    neuron_of(scenario).v_reset = 0.2;
    neuron_of(scenario).v_inf = 0.5;
    connect(scenario, input_population, neuron_population, {{0, 0, 1.3, 1}});
    feed(scenario, {0, 1, 2, 3});
    const auto relaxed = [](double v) { return 0.5 + (v - 0.5) * alpha; };
    SECTION("for three ticks: the reset value plus the arrival at the release") {
        neuron_of(scenario).refractory_ticks = 3;
        const Result result = run_recorded(scenario);
        CHECK(membrane(result, 1) == near(0.2));
        CHECK(membrane(result, 2) == near(0.2));
        CHECK(membrane(result, 3) == near(0.2));
        CHECK(spike_ticks(result) == Ticks{1, 4});
        CHECK(membrane(result, 7) == near(0.2)); // nothing arrives at its release
        CHECK(membrane(result, 8) == near(relaxed(0.2)));
        CHECK(result.counters.arrivals == 4);
    }
    SECTION("for one tick: refractory never, but the release is at the next tick") {
        neuron_of(scenario).refractory_ticks = 1;
        const Result result = run_recorded(scenario);
        CHECK(spike_ticks(result) == Ticks{1, 2, 3, 4});
        CHECK(membrane(result, 5) == near(0.2));
        CHECK(membrane(result, 6) == near(relaxed(0.2)));
    }
    SECTION("for none: as without clamping") {
        neuron_of(scenario).refractory_ticks = 0;
        const Result result = run_recorded(scenario);
        CHECK(spike_ticks(result) == Ticks{1, 2, 3, 4});
        CHECK(membrane(result, 5) == near(relaxed(0.2)));
    }
}

TEST_CASE("oracle: clamping after a soft reset holds what was left", "[oracle][fast]") {
    Scenario scenario = small_network(8);
    neuron_of(scenario).refractory_mode = RefractoryMode::clamp;
    neuron_of(scenario).refractory_ticks = 3;
    connect(scenario, input_population, neuron_population, {{0, 0, 1.4, 1}});
    feed(scenario, {0});
    const Result result = run_recorded(scenario);
    for (const Tick tick : {1, 2, 3, 4}) CHECK(membrane(result, tick) == near(0.4));
    CHECK(membrane(result, 5) == near(0.4 * alpha));
}

TEST_CASE("oracle: clamping with effects at the next tick", "[oracle][fast]") {
    Scenario scenario = small_network(8);
    neuron_of(scenario).refractory_mode = RefractoryMode::clamp;
    neuron_of(scenario).refractory_ticks = 3;
    neuron_of(scenario).spike_effect = SpikeEffect::next_tick;
    connect(scenario, input_population, neuron_population, {{0, 0, 1.4, 1}});
    feed(scenario, {0, 1});
    const Result result = run_recorded(scenario);
    const double held = 1.4 * alpha - 1.0;
    for (const Tick tick : {2, 3, 4}) CHECK(membrane(result, tick) == near(held));
    CHECK(membrane(result, 5) == near(held * alpha));
}

TEST_CASE("oracle: a decaying threshold lets a driven neuron fire again", "[oracle][fast]") {
    Scenario scenario = small_network(20);
    Population& neuron = neuron_of(scenario);
    neuron.kind = PopulationKind::adaptive_lif;
    neuron.tau_m_ms = 0.02; // v is at v_inf a tick after anything
    neuron.v_inf = 1.5;
    neuron.beta = 1.0;
    neuron.tau_a_ms = 10.0;
    SECTION("raised at the spike") {
        // A = 1 + a <= 1.5 once a = exp(-n / 10) <= 0.5: n = 7. Then a = 1 + exp(-0.7): n = 11.
        const Result result = run_recorded(scenario);
        CHECK(spike_ticks(result) == Ticks{1, 8, 19});
        CHECK(result.counters.arrivals == 0);
    }
    SECTION("raised a tick later, undecayed") {
        neuron.spike_effect = SpikeEffect::next_tick;
        // a = 1 at tick 2, so n = 7 from there; then a = 1 + exp(-0.8) at tick 10: n = 11.
        const Result result = run_recorded(scenario);
        CHECK(spike_ticks(result) == Ticks{1, 9});
        scenario.last_tick = 21;
        CHECK(spike_ticks(run_recorded(scenario)) == Ticks{1, 9, 21});
    }
}

TEST_CASE("oracle: a readout sums filtered spikes, from the same tick on", "[oracle][fast]") {
    Scenario scenario = small_network(8);
    connect(scenario, input_population, neuron_population, {{0, 0, 1.5, 1}});
    connect(scenario, neuron_population, readout_population, {{0, 0, 0.7, 0}, {0, 0, 0.2, 2}});
    feed(scenario, {1});
    SECTION("as they are") {
        const Result result = run_recorded(scenario);
        CHECK(output(result, 1) == 0.0);
        CHECK(output(result, 2) == near(0.7));
        CHECK(output(result, 4) == near(0.7 * alpha * alpha + 0.2));
    }
    SECTION("normalised") {
        scenario.populations[readout_population].normalised_input = true;
        const Result result = run_recorded(scenario);
        CHECK(output(result, 2) == near(0.7 * (1.0 - alpha)));
    }
}

TEST_CASE("oracle: spikes come by tick, population, neuron", "[oracle][fast]") {
    Scenario scenario = small_network(4);
    neuron_of(scenario).size = 3;
    scenario.populations.push_back(neuron_of(scenario));
    const std::size_t other = 3;
    connect(scenario, input_population, neuron_population, {{0, 2, 1.5, 1}, {0, 0, 1.5, 1}});
    connect(scenario, input_population, other, {{0, 1, 1.5, 1}});
    connect(scenario, other, neuron_population, {{1, 1, 1.5, 2}});
    feed(scenario, {0});
    CHECK(run_dense(scenario).spikes == std::vector<Spike>{{1, 1, 0}, {1, 1, 2}, {1, 3, 1}, {3, 1, 1}});
}

TEST_CASE("oracle: what the contract has no answer for is refused", "[oracle][fast]") {
    Scenario scenario = small_network(4);
    SECTION("a late reset to a value") {
        neuron_of(scenario).reset = Reset::to_value;
        neuron_of(scenario).spike_effect = SpikeEffect::next_tick;
    }
    SECTION("no delay between neurons") { connect(scenario, neuron_population, neuron_population, {{0, 0, 1.0, 0}}); }
    CHECK_THROWS_AS(run_dense(scenario), std::invalid_argument);
}

} // namespace
} // namespace saltus_oracle
