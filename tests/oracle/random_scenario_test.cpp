// SPDX-License-Identifier: BSD-3-Clause
// The random scenarios are only worth comparing if they are varied, spike, learn, and do not hang
// on rounding.
#include "tests/oracle/random_scenario.hpp"

#include "tests/oracle/dense_oracle.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <stdexcept>
#include <utility>

namespace saltus_oracle {
namespace {

double largest(const std::vector<double>& values) {
    double result = 0.0;
    for (const double value : values) result = std::max(result, std::abs(value));
    return result;
}

/// Over the projections, the largest difference of weights relative to the largest weight.
double weight_difference(const PerSynapse& a, const PerSynapse& b) {
    double result = 0.0;
    for (std::size_t p = 0; p < a.size(); ++p) {
        double difference = 0.0;
        for (std::size_t s = 0; s < a[p].size(); ++s) {
            difference = std::max(difference, std::abs(a[p][s] - b[p][s]));
        }
        result = std::max(result, difference / largest(a[p]));
    }
    return result;
}

PerSynapse initial_weights(const Scenario& scenario) {
    PerSynapse weights;
    for (const Projection& projection : scenario.projections) {
        auto& row = weights.emplace_back();
        for (const Synapse& synapse : projection.synapses) row.push_back(synapse.weight);
    }
    return weights;
}

std::size_t n_neurons(const Scenario& scenario) {
    std::size_t n = 0;
    for (const Population& population : scenario.populations) n += population.size;
    return n;
}

TEST_CASE("random scenarios: small, spiking, learning", "[oracle]") {
    int lively = 0, learning = 0, changed = 0, eventful = 0;
    const int n_scenarios = 1000;
    for (std::uint64_t seed = 0; seed < n_scenarios; ++seed) {
        const Scenario scenario = random_scenario(seed);
        CHECK(n_neurons(scenario) >= 5);
        CHECK(n_neurons(scenario) <= 50);
        const Result result = run_dense(scenario);
        lively += result.spikes.size() >= 20;
        eventful += result.min_threshold_margin > 1e-9;
        if (scenario.learning.schedule == ScheduleKind::interval) CHECK(result.losses.size() >= 3);
        const double change = weight_difference(initial_weights(scenario), result.weights);
        CHECK(std::isfinite(change));
        if (scenario.learning.schedule == ScheduleKind::none) CHECK(change == 0.0);
        learning += scenario.learning.schedule != ScheduleKind::none;
        changed += change > 0.01;
    }
    CHECK(lively > 0.95 * n_scenarios);
    CHECK(learning > 0.7 * n_scenarios);
    CHECK(changed > 0.98 * learning);
    CHECK(eventful > 0.98 * n_scenarios);
}

TEST_CASE("random scenarios: rounding does not decide", "[oracle]") {
    int same_spikes = 0, same_weights = 0;
    const int n_scenarios = 300;
    for (std::uint64_t seed = 0; seed < n_scenarios; ++seed) {
        Scenario scenario = random_scenario(seed);
        const Result result = run_dense(scenario);
        for (Projection& projection : scenario.projections) {
            for (Synapse& synapse : projection.synapses) synapse.weight *= 1.0 + 2e-15;
        }
        const Result nudged = run_dense(scenario);
        same_spikes += result.spikes == nudged.spikes;
        same_weights += weight_difference(result.weights, nudged.weights) < 1e-10;
    }
    CHECK(same_spikes > 0.99 * n_scenarios);
    CHECK(same_weights > 0.98 * n_scenarios);
}

TEST_CASE("random scenarios: the same for the same seed, others for others", "[oracle][fast]") {
    const auto run = [](std::uint64_t seed) { return run_dense(random_scenario(seed)); };
    CHECK(run(7).spikes == run(7).spikes);
    CHECK(run(7).weights == run(7).weights);
    CHECK(run(7).spikes != run(8).spikes);
}

TEST_CASE("random scenarios: wishes are granted", "[oracle][fast]") {
    Options options;
    options.tick_ms = 0.1;
    options.clock_ticks = 5;
    options.neurons = PopulationKind::adaptive_lif;
    options.spike_effect = SpikeEffect::next_tick;
    options.constant_drive = true;
    options.schedule = ScheduleKind::interval;
    options.optimiser = OptimiserKind::adam;
    options.feedback = FeedbackKind::adaptive;
    options.regularised = true;
    options.error = ErrorKind::cross_entropy;
    options.reset_state = true;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        const Scenario scenario = random_scenario(seed, options);
        CHECK(scenario.tick_ms == 0.1);
        CHECK(scenario.clock_ticks == 5);
        CHECK(scenario.learning.schedule == ScheduleKind::interval);
        CHECK(scenario.learning.reset_state);
        CHECK(scenario.learning.feedback[0].kind == FeedbackKind::adaptive);
        CHECK(scenario.populations.back().size >= 2); // one output leaves nothing to tell apart
        for (const Population& population : scenario.populations) {
            const bool other = population.kind == PopulationKind::input || population.kind == PopulationKind::readout;
            if (other) continue;
            CHECK(population.kind == PopulationKind::adaptive_lif);
            CHECK(population.spike_effect == SpikeEffect::next_tick);
            CHECK(population.reset == Reset::subtract);
            CHECK(population.refractory_mode == RefractoryMode::integrate);
            CHECK(population.v_inf != 0.0);
        }
        for (const Projection& projection : scenario.projections) {
            CHECK(projection.plasticity.optimiser.kind == OptimiserKind::adam);
            CHECK(projection.plasticity.c_reg > 0.0);
        }
    }
}

TEST_CASE("random scenarios: contradictory wishes are refused", "[oracle][fast]") {
    Options late_value;
    late_value.reset = Reset::to_value;
    late_value.spike_effect = SpikeEffect::next_tick;
    CHECK_THROWS_AS(random_scenario(1, late_value), std::invalid_argument);
    Options online_adam;
    online_adam.optimiser = OptimiserKind::adam;
    online_adam.schedule = ScheduleKind::arrival;
    CHECK_THROWS_AS(random_scenario(1, online_adam), std::invalid_argument);
}

/// What a comparison with the engine must have met at least once.
TEST_CASE("random scenarios: nothing in the contract is left out", "[oracle][fast]") {
    std::set<int> features;
    const auto note = [&features](int feature, bool present) {
        if (present) features.insert(feature);
    };
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        const Scenario s = random_scenario(seed);
        note(static_cast<int>(s.learning.schedule), true);
        note(10 + static_cast<int>(s.learning.error), true);
        for (const Feedback& f : s.learning.feedback) note(20 + static_cast<int>(f.kind), true);
        for (const Population& p : s.populations) {
            const bool adaptive = p.kind == PopulationKind::adaptive_lif;
            const double rho = std::exp(-s.tick_ms * static_cast<double>(s.clock_ticks) / p.tau_a_ms);
            note(30 + static_cast<int>(p.kind), true);
            if (p.kind == PopulationKind::input || p.kind == PopulationKind::readout) continue;
            note(40, p.refractory_mode == RefractoryMode::clamp && p.refractory_ticks == 0);
            note(41, p.refractory_mode == RefractoryMode::clamp && p.refractory_ticks == 1);
            note(42, p.refractory_mode == RefractoryMode::clamp && p.refractory_ticks > 1);
            note(43, p.v_inf > p.threshold);
            note(44, adaptive && p.beta * p.surrogate.height > rho);
            note(45, p.spike_effect == SpikeEffect::next_tick);
            note(46, p.reset == Reset::to_value);
            note(50 + static_cast<int>(p.surrogate.shape), true);
        }
        for (const Projection& p : s.projections) {
            const bool loop = p.source == p.target;
            note(60, !p.plastic);
            note(61, p.plastic && p.plasticity.filter_tau_ms == s.populations[p.target].tau_m_ms);
            note(62 + static_cast<int>(p.plasticity.optimiser.kind), p.plastic);
            note(64 + static_cast<int>(p.plasticity.rule), p.plastic);
            std::set<std::pair<std::size_t, std::size_t>> pairs;
            for (const Synapse& synapse : p.synapses) {
                note(66, synapse.delay_ticks == 0);
                note(67, loop && synapse.source == synapse.target);
                note(68, !pairs.insert({synapse.source, synapse.target}).second);
                note(69, synapse.delay_ticks == 10);
            }
        }
    }
    // 3 schedules, 2 errors, 3 feedbacks, 4 kinds, 7 + 4 neuron features, 10 of projections.
    CHECK(features.size() == 33);
}

} // namespace
} // namespace saltus_oracle
