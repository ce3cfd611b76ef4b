// SPDX-License-Identifier: BSD-3-Clause
// The learning half of the contract, sentence by sentence, against numbers worked out by hand.
#include "tests/oracle/dense_oracle.hpp"

#include "tests/oracle/small_networks.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace saltus_oracle {
namespace {

const double alpha = std::exp(-0.1); // tau_m = 10 ticks of 1 ms
const double kappa = std::exp(-0.2); // filter_tau = 5 ticks
const double height = 0.5;           // of the surrogate; its width is 1

double linear_surrogate(double x) { return height * std::max(0.0, 1.0 - std::abs(x)); }

/// One plastic synapse of weight 0.6 onto the neuron, which hears of the error through B = 2. The
/// readout gets nothing and is to show -1, so E = 1 and L = 2 wherever the signal counts.
Scenario one_plastic_synapse(Tick interval_steps) {
    Scenario scenario = small_network(interval_steps);
    neuron_of(scenario).surrogate = {SurrogateShape::piecewise_linear, height, 1.0};
    Projection& p = connect(scenario, input_population, neuron_population, {{0, 0, 0.6, 1}});
    p.plastic = true;
    p.plasticity.optimiser.eta = 0.01;
    Learning& learning = scenario.learning;
    learning.schedule = ScheduleKind::interval;
    learning.interval_steps = learning.signal_window_steps = interval_steps;
    learning.feedback = {{neuron_population, readout_population, FeedbackKind::random, {2.0}}};
    scenario.targets = {{0, readout_population, {-1.0}}};
    return scenario;
}

double gradient(const Result& result) { return result.last_gradient[0][0]; }

TEST_CASE("oracle: the traces of one synapse, by hand", "[oracle][fast]") {
    Scenario scenario = one_plastic_synapse(4);
    neuron_of(scenario).refractory_ticks = 2;
    feed(scenario, {0, 1});
    // v is 0.6 at tick 1 and 1.14 at tick 2, where it spikes: psi sees it before the reset and
    // before the refractory period, which takes up tick 3.
    const double v2 = 0.6 * alpha + 0.6, v4 = (v2 - 1.0) * alpha * alpha;
    const double psi1 = linear_surrogate(0.6 - 1.0), psi2 = linear_surrogate(v2 - 1.0);
    const double psi3 = 0.0, psi4 = linear_surrogate(v4 - 1.0);
    const double z1 = 1.0, z2 = alpha + 1.0, z3 = z2 * alpha, z4 = z3 * alpha;
    const double e1 = psi1 * z1, e2 = psi2 * z2, e3 = psi3 * z3, e4 = psi4 * z4;
    const double c = 1.0 - kappa;
    const double eb1 = c * e1, eb2 = kappa * eb1 + c * e2, eb3 = kappa * eb2 + c * e3;
    const double eb4 = kappa * eb3 + c * e4;
    SECTION("all steps count") {
        const Result result = run_recorded(scenario);
        REQUIRE(spike_ticks(result) == std::vector<Tick>{2});
        const double expected = 2.0 * (eb1 + eb2 + eb3 + eb4);
        CHECK(gradient(result) == near(expected));
        CHECK(result.weights[0][0] == near(0.6 - 0.01 * expected));
        CHECK(result.counters.weight_changes == 1);
        CHECK(result.losses == std::vector<double>{2.0}); // four times 1/2
    }
    SECTION("the filter's gain may be 1") {
        scenario.projections[0].plasticity.normalised_filter = false;
        CHECK(gradient(run_dense(scenario)) == near(2.0 * (eb1 + eb2 + eb3 + eb4) / c));
    }
    SECTION("only the last two count, and their number divides") {
        scenario.learning.signal_window_steps = 2;
        scenario.learning.average_gradient = true;
        const Result result = run_dense(scenario);
        CHECK(gradient(result) == near(eb3 + eb4));
        CHECK(result.losses == std::vector<double>{1.0});
    }
    SECTION("rate regularisation adds the unfiltered sum") {
        scenario.projections[0].plasticity.c_reg = 3.0;
        scenario.projections[0].plasticity.f_target_hz = 50.0; // 0.05 spikes a step
        const double r = 3.0 * (1.0 / 4.0 - 0.05) / 4.0;
        CHECK(gradient(run_dense(scenario)) == near(2.0 * (eb1 + eb2 + eb3 + eb4) + r * (e1 + e2 + e3 + e4)));
    }
    SECTION("normalised input scales the trace") {
        neuron_of(scenario).normalised_input = true;
        neuron_of(scenario).threshold = 1.0 - alpha; // the same run in other units
        neuron_of(scenario).surrogate = {SurrogateShape::piecewise_linear, height, 1.0 - alpha};
        CHECK(gradient(run_dense(scenario)) == near(2.0 * (1.0 - alpha) * (eb1 + eb2 + eb3 + eb4)));
    }
}

TEST_CASE("oracle: the traces of an adaptive neuron, by hand", "[oracle][fast]") {
    Scenario scenario = one_plastic_synapse(3);
    Population& neuron = neuron_of(scenario);
    neuron.kind = PopulationKind::adaptive_lif;
    neuron.tau_a_ms = 20.0;
    neuron.beta = 0.3;
    scenario.projections[0].synapses[0].weight = 1.1;
    feed(scenario, {0, 1});
    const double rho = std::exp(-0.05), beta = 0.3;
    // A spike at tick 1 raises the threshold of ticks 2 and 3.
    const double v2 = 0.1 * alpha + 1.1, v3 = v2 * alpha;
    const double psi1 = linear_surrogate(0.1), psi2 = linear_surrogate(v2 - (1.0 + beta * rho));
    const double psi3 = linear_surrogate(v3 - (1.0 + beta * rho * rho));
    const double z1 = 1.0, z2 = alpha + 1.0, z3 = z2 * alpha;
    const double e1 = psi1 * z1, eps1 = psi1 * z1;
    const double e2 = psi2 * (z2 - beta * eps1), eps2 = psi2 * z2 + (rho - beta * psi2) * eps1;
    const double e3 = psi3 * (z3 - beta * eps2);
    const double eb1 = e1, eb2 = kappa * eb1 + e2, eb3 = kappa * eb2 + e3;
    const Result result = run_recorded(scenario);
    REQUIRE(spike_ticks(result) == std::vector<Tick>{1}); // A = 1.29 at tick 2, above v = 1.19
    CHECK(gradient(result) == near(2.0 * (1.0 - kappa) * (eb1 + eb2 + eb3)));
}

TEST_CASE("oracle: the four surrogates", "[oracle][fast]") {
    Scenario scenario = one_plastic_synapse(1);
    feed(scenario, {0}); // v - A = -0.4
    const auto psi = [&scenario](SurrogateShape shape) {
        neuron_of(scenario).surrogate = {shape, 0.5, 0.8};
        return gradient(run_dense(scenario)) / (2.0 * (1.0 - kappa));
    };
    CHECK(psi(SurrogateShape::piecewise_linear) == near(0.25));
    CHECK(psi(SurrogateShape::exponential) == near(0.5 * std::exp(-0.5)));
    CHECK(psi(SurrogateShape::fast_sigmoid) == near(0.5 / 2.25));
    CHECK(psi(SurrogateShape::arctan) == near(0.5 / 1.25));
}

TEST_CASE("oracle: a learning clock of five ticks", "[oracle][fast]") {
    Scenario scenario = one_plastic_synapse(2);
    scenario.clock_ticks = 5;
    scenario.last_tick = 10;
    feed(scenario, {1, 8}); // arrive at 2 and 9: three ticks and one before their edges
    const double v5 = 0.6 * std::exp(-0.3), v10 = 0.6 * (std::exp(-0.8) + std::exp(-0.1));
    const double z1 = std::exp(-0.3), z2 = z1 * std::exp(-0.5) + std::exp(-0.1);
    const double kappa_step = std::exp(-1.0), c = 1.0 - kappa_step;
    const double eb1 = c * linear_surrogate(v5 - 1.0) * z1;
    const double eb2 = kappa_step * eb1 + c * linear_surrogate(v10 - 1.0) * z2;
    const Result result = run_dense(scenario);
    CHECK(result.losses.size() == 1);
    CHECK(gradient(result) == near(2.0 * (eb1 + eb2)));
}

TEST_CASE("oracle: an interval starts with empty traces", "[oracle][fast]") {
    Scenario scenario = one_plastic_synapse(2);
    scenario.last_tick = 4;
    feed(scenario, {0});
    const Result result = run_recorded(scenario);
    CHECK(result.gradient_sum[0][0] > 0.01);
    CHECK(gradient(result) == 0.0); // nothing arrived in the second interval
    REQUIRE(result.weights_per_interval.size() == 2);
    CHECK(result.weights_per_interval[0] == result.weights_per_interval[1]);
    CHECK(result.losses == std::vector<double>{1.0, 1.0});
    CHECK(result.traces[neuron_population][4] == near(0.6 * std::exp(-0.3))); // no reset asked for
}

TEST_CASE("oracle: a reset empties the state and what is under way", "[oracle][fast]") {
    Scenario scenario = one_plastic_synapse(4);
    scenario.last_tick = 8;
    scenario.learning.reset_state = true;
    scenario.projections[0].synapses[0] = {0, 0, 1.5, 2};
    scenario.projections[0].plastic = false;
    connect(scenario, neuron_population, readout_population, {{0, 0, 1.0, 3}});
    const auto output = [](const Result& r, std::size_t tick) { return r.traces[2][tick]; };
    SECTION("input stamped before the reset is lost, input stamped with it is not") {
        feed(scenario, {3, 4});
        CHECK(spike_ticks(run_recorded(scenario)) == std::vector<Tick>{6});
    }
    SECTION("a neuron's spike is lost, and its membrane is at rest") {
        feed(scenario, {1});
        const Result result = run_recorded(scenario);
        CHECK(spike_ticks(result) == std::vector<Tick>{3});
        CHECK(output(result, 6) == 0.0); // where the spike would have arrived
        CHECK(result.traces[neuron_population][4] == near(0.5 * alpha));
        CHECK(result.traces[neuron_population][5] == 0.0);
    }
    SECTION("so is a spike of the reset's own tick") {
        feed(scenario, {2});
        const Result result = run_recorded(scenario);
        CHECK(spike_ticks(result) == std::vector<Tick>{4});
        CHECK(output(result, 7) == 0.0);
    }
    SECTION("and adaptation") {
        neuron_of(scenario).kind = PopulationKind::adaptive_lif;
        neuron_of(scenario).beta = 10.0;
        feed(scenario, {1, 4});
        CHECK(spike_ticks(run_recorded(scenario)) == std::vector<Tick>{3, 6});
    }
    SECTION("pending effects and refractoriness are lost too") {
        neuron_of(scenario).spike_effect = SpikeEffect::next_tick;
        neuron_of(scenario).refractory_ticks = 6;
        feed(scenario, {2, 4});
        const Result result = run_recorded(scenario);
        CHECK(result.traces[neuron_population][5] == 0.0);
        CHECK(spike_ticks(result) == std::vector<Tick>{4, 6});
    }
    SECTION("without it everything goes on") {
        scenario.learning.reset_state = false;
        feed(scenario, {1, 3});
        const Result result = run_recorded(scenario);
        CHECK(spike_ticks(result) == std::vector<Tick>{3, 5});
        CHECK(output(result, 6) == near(1.0));
    }
}

TEST_CASE("oracle: a readout synapse follows the error", "[oracle][fast]") {
    Scenario scenario = one_plastic_synapse(3);
    scenario.projections[0].plastic = false;
    scenario.projections[0].synapses[0].weight = 1.5;
    Projection& p = connect(scenario, neuron_population, readout_population, {{0, 0, 0.7, 0}});
    p.plastic = true;
    p.plasticity.c_reg = 100.0; // means nothing here
    p.plasticity.optimiser.eta = 0.1;
    scenario.targets.push_back({3, readout_population, {0.25}});
    feed(scenario, {1});
    // The neuron spikes at tick 2. Errors: 1, then 0.7 + 1, then 0.7 alpha - 0.25.
    const double e2 = 1.7, e3 = 0.7 * alpha - 0.25;
    SECTION("at the end of an interval") {
        const Result result = run_dense(scenario);
        CHECK(result.last_gradient[1][0] == near(e2 + e3 * alpha));
        CHECK(result.weights[1][0] == near(0.7 - 0.1 * (e2 + e3 * alpha)));
        CHECK(result.losses[0] == near(0.5 * (1.0 + e2 * e2 + e3 * e3)));
    }
    SECTION("at every edge, with the arrival schedule") {
        scenario.learning.schedule = ScheduleKind::arrival;
        const Result result = run_dense(scenario);
        CHECK(result.gradient_sum[1][0] == near(e2 + e3 * alpha));
        CHECK(result.weights[1][0] == near(0.7 - 0.1 * (e2 + e3 * alpha)));
        CHECK(result.counters.weight_changes == 2);
    }
    SECTION("and never beyond its limits") {
        scenario.projections[1].plasticity.optimiser.w_min = 0.65;
        CHECK(run_dense(scenario).weights[1][0] == 0.65);
    }
}

TEST_CASE("oracle: cross entropy", "[oracle][fast]") {
    Scenario scenario = one_plastic_synapse(2);
    scenario.populations[readout_population].size = 2;
    scenario.projections[0].plastic = false;
    scenario.projections[0].synapses[0].weight = 1.5;
    scenario.learning.error = ErrorKind::cross_entropy;
    scenario.learning.feedback = {};
    scenario.targets = {{0, readout_population, {0.0, 1.0}}};
    connect(scenario, neuron_population, readout_population, {{0, 0, 0.7, 0}, {0, 1, -0.2, 0}}).plastic = true;
    feed(scenario, {0});
    // The outputs are 0.7 and -0.2 at tick 1 and decay: softmax depends on their difference.
    const double p1 = 1.0 / (1.0 + std::exp(0.9)), p2 = 1.0 / (1.0 + std::exp(0.9 * alpha));
    const Result result = run_dense(scenario);
    CHECK(result.losses[0] == near(-0.5 * (std::log(p1) + std::log(p2))));
    CHECK(result.last_gradient[1][1] == near((p1 - 1.0) + (p2 - 1.0) * alpha));
    CHECK(result.last_gradient[1][0] == near((1.0 - p1) + (1.0 - p2) * alpha));
}

TEST_CASE("oracle: weights that change at arrivals", "[oracle][fast]") {
    Scenario scenario = one_plastic_synapse(1);
    scenario.last_tick = 4;
    scenario.learning.schedule = ScheduleKind::arrival;
    Plasticity& plasticity = scenario.projections[0].plasticity;
    feed(scenario, {0, 2});
    const double psi1 = linear_surrogate(0.6 - 1.0), psi2 = linear_surrogate(0.6 * alpha - 1.0);
    const double c = 1.0 - kappa;
    const double eb1 = c * psi1, eb2 = kappa * eb1 + c * psi2 * alpha;
    SECTION("take the steps before, and deliver the new weight") {
        const double w = 0.6 - 0.01 * 2.0 * (eb1 + eb2);
        const Result result = run_recorded(scenario);
        CHECK(result.weights[0][0] == near(w));
        REQUIRE(spike_ticks(result) == std::vector<Tick>{3});
        CHECK(result.traces[neuron_population][3] == near(0.6 * alpha * alpha + w - 1.0));
        CHECK(result.counters.weight_changes == 1); // at the first arrival g was 0
        CHECK(result.losses.empty());
    }
    SECTION("leave the traces alone") {
        feed(scenario, {3}); // the third arrival applies step 3 alone, with traces of old
        scenario.projections[0].synapses[0].weight = 0.3;
        plasticity.optimiser.eta = 1e-30; // so that psi stays known
        const double v1 = 0.3, v2 = v1 * alpha, v3 = v2 * alpha + 0.3;
        double eb = c * linear_surrogate(v1 - 1.0);
        eb = kappa * eb + c * linear_surrogate(v2 - 1.0) * alpha;
        eb = kappa * eb + c * linear_surrogate(v3 - 1.0) * (alpha * alpha + 1.0);
        CHECK(gradient(run_dense(scenario)) == near(2.0 * eb));
    }
    SECTION("regularise by the filtered rate") {
        plasticity.c_reg = 3.0;
        plasticity.tau_rate_ms = 50.0;
        plasticity.f_target_hz = 20.0; // 0.02 spikes a step
        scenario.projections[0].synapses[0].weight = 1.2;
        const double k_f = std::exp(-0.02), f1 = 1.0 - k_f, f2 = k_f * f1; // one spike, at tick 1
        const double e1 = c * linear_surrogate(0.2);
        const double e2 = kappa * e1 + c * linear_surrogate(0.2 * alpha - 1.0) * alpha;
        const double g = (2.0 + 3.0 * (f1 - 0.02)) * e1 + (2.0 + 3.0 * (f2 - 0.02)) * e2;
        CHECK(gradient(run_dense(scenario)) == near(g));
    }
}

TEST_CASE("oracle: Adam, also where nothing arrived", "[oracle][fast]") {
    Scenario scenario = one_plastic_synapse(2);
    scenario.last_tick = 6;
    Optimiser& adam = scenario.projections[0].plasticity.optimiser;
    adam.kind = OptimiserKind::adam;
    adam.eta = 0.05;
    adam.beta_1 = 0.8;
    adam.beta_2 = 0.9;
    adam.epsilon = 1e-3;
    scenario.learning.reset_state = true;
    feed(scenario, {2}); // in the second of three intervals
    const Result result = run_recorded(scenario);
    const double eb1 = (1.0 - kappa) * linear_surrogate(0.6 - 1.0);
    const double eb2 = kappa * eb1 + (1.0 - kappa) * linear_surrogate(0.6 * alpha - 1.0) * alpha;
    const double g = 2.0 * (eb1 + eb2);
    const double m2 = 0.2 * g, v2 = 0.1 * g * g, m3 = 0.8 * m2, v3 = 0.9 * v2;
    const double step2 = std::sqrt(1.0 - 0.81) / (1.0 - 0.64) * m2 / (std::sqrt(v2) + 1e-3);
    const double step3 = std::sqrt(1.0 - 0.729) / (1.0 - 0.512) * m3 / (std::sqrt(v3) + 1e-3);
    REQUIRE(result.weights_per_interval.size() == 3);
    CHECK(result.weights_per_interval[0][0][0] == 0.6);
    CHECK(result.weights_per_interval[1][0][0] == near(0.6 - 0.05 * step2));
    CHECK(result.weights_per_interval[2][0][0] == near(0.6 - 0.05 * (step2 + step3)));
    CHECK(result.gradient_sum[0][0] == near(g));
}

TEST_CASE("oracle: the three kinds of feedback", "[oracle][fast]") {
    Scenario scenario = one_plastic_synapse(2);
    scenario.populations[readout_population].size = 2;
    scenario.projections[0].synapses[0].weight = 1.5;
    Projection& p = connect(scenario, neuron_population, readout_population, {{0, 0, 0.7, 0}});
    p.plastic = true;
    p.plasticity.optimiser.eta = 0.1;
    scenario.targets = {{0, readout_population, {-1.0, -1.0}}};
    scenario.last_tick = 4;
    feed(scenario, {0, 3}); // one spike in each interval, if nothing is reset
    Feedback& feedback = scenario.learning.feedback[0];
    const auto run = [&](FeedbackKind kind, std::vector<double> initial) {
        feedback.kind = kind;
        feedback.initial = std::move(initial);
        return run_recorded(scenario);
    };
    const Result symmetric = run(FeedbackKind::symmetric, {});
    const double change = symmetric.weights[1][0] - 0.7;
    REQUIRE(std::abs(change) > 0.1);
    CHECK(symmetric.feedback[0] == std::vector<double>{symmetric.weights[1][0], 0.0});
    CHECK(run(FeedbackKind::random, {0.4, 0.3}).feedback[0] == std::vector<double>{0.4, 0.3});
    const Result adaptive = run(FeedbackKind::adaptive, {0.4, 0.3});
    CHECK(adaptive.feedback[0][0] == near(0.4 + adaptive.weights[1][0] - 0.7));
    CHECK(adaptive.feedback[0][1] == 0.3);
    // Starting from the readout's weights, adaptive feedback is symmetric feedback.
    const Result mirrored = run(FeedbackKind::adaptive, {0.7, 0.0});
    CHECK(mirrored.weights[0][0] == near(symmetric.weights[0][0]));
    CHECK(std::abs(symmetric.weights[0][0] - 1.5) > 1e-4);
}

TEST_CASE("oracle: symmetric feedback reads the sum of parallel weights", "[oracle][fast]") {
    Scenario scenario = one_plastic_synapse(1);
    connect(scenario, neuron_population, readout_population, {{0, 0, 0.7, 0}, {0, 0, 0.4, 1}});
    scenario.learning.feedback[0].kind = FeedbackKind::symmetric;
    feed(scenario, {0});
    const double eb = (1.0 - kappa) * linear_surrogate(0.6 - 1.0);
    CHECK(gradient(run_dense(scenario)) == near(1.1 * eb));
}

TEST_CASE("oracle: adaptive feedback receives what a weight moved by", "[oracle][fast]") {
    Scenario scenario = one_plastic_synapse(1);
    scenario.projections[0].synapses[0].weight = 1.5;
    Projection& p = connect(scenario, neuron_population, readout_population, {{0, 0, 0.7, 0}});
    p.plastic = true;
    p.plasticity.optimiser.eta = 100.0;
    p.plasticity.optimiser.w_min = 0.5;
    scenario.learning.feedback[0].kind = FeedbackKind::adaptive;
    feed(scenario, {0});
    const Result result = run_dense(scenario);
    CHECK(result.weights[1][0] == 0.5);
    CHECK(result.feedback[0][0] == near(2.0 - 0.2)); // not by what it would have moved
}

TEST_CASE("oracle: a spike lost at a clamped membrane counts for its synapse", "[oracle][fast]") {
    Scenario scenario = one_plastic_synapse(4);
    scenario.projections[0].synapses[0].weight = 1.2;
    neuron_of(scenario).refractory_mode = RefractoryMode::clamp;
    neuron_of(scenario).refractory_ticks = 3;
    feed(scenario, {0, 1}); // a spike at tick 1, so the second arrives in vain; release at tick 4
    const double z4 = std::exp(-0.3) + std::exp(-0.2), c = 1.0 - kappa;
    const double eb1 = c * linear_surrogate(0.2), eb2 = kappa * eb1, eb3 = kappa * eb2;
    const double eb4 = kappa * eb3 + c * linear_surrogate(0.2 - 1.0) * z4;
    SECTION("in its trace") { CHECK(gradient(run_dense(scenario)) == near(2.0 * (eb1 + eb2 + eb3 + eb4))); }
    SECTION("as a moment to update") {
        scenario.learning.schedule = ScheduleKind::arrival;
        CHECK(run_dense(scenario).weights[0][0] == near(1.2 - 0.01 * 2.0 * eb1));
    }
}

TEST_CASE("oracle: without a target a readout is to show 0", "[oracle][fast]") {
    Scenario scenario = one_plastic_synapse(2);
    scenario.targets[0].tick = 2;
    CHECK(run_dense(scenario).losses[0] == near(0.5)); // from the second step alone
}

} // namespace
} // namespace saltus_oracle
