// SPDX-License-Identifier: BSD-3-Clause
// Weights set from outside, and Adam's rows that are left alone for some intervals: both must look as if every synapse
// had taken part in every update.
#include "tests/runtime/learning_network.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <stdexcept>

namespace {

using namespace saltus;
using namespace saltus::test;

/// What a projection may be stored as.
struct Layout {
    const char* name;
    Connector connector;
    Distribution delay_ms;
    bool allow_self;
};

const std::vector<Layout> layouts{{"dense", AllToAll{}, Constant{1.0}, true},
                                  {"dense without self-connections", AllToAll{}, Constant{1.0}, false},
                                  {"all-to-all, several delays", AllToAll{}, Uniform{0.5, 4.49}, false},
                                  {"sparse, one delay", FixedInDegree{4}, Constant{2.0}, true},
                                  {"sparse, several delays", FixedInDegree{4}, Uniform{0.5, 4.49}, false}};

/// 8 recurrent neurons whose loop is laid out as asked for; inputs 0 to 3 fall silent after the first interval.
struct Looped {
    Network network{one_ms, 3};
    PopulationId input, hidden, readout;
    ProjectionId in, loop, out;

    Looped(const Layout& layout, const Optimiser& optimiser, FeedbackKind feedback, UpdateTiming timing) {
        input = network.add("input", 8, InputParameters{});
        hidden = network.add("hidden", 8, LifParameters{});
        readout = network.add("readout", 2, LeakyReadoutParameters{});
        in = network.connect(input, hidden, {.weight = Normal{0.3, 0.2}, .rule = Eprop{}, .optimiser = optimiser});
        loop = network.connect(hidden, hidden,
                               {.connector = layout.connector,
                                .weight = Normal{0.0, 0.2},
                                .delay_ms = layout.delay_ms,
                                .allow_self = layout.allow_self,
                                .rule = Eprop{},
                                .optimiser = optimiser});
        out = network.connect(
            hidden, readout,
            {.weight = Normal{0.0, 0.3}, .delay_ms = Constant{0.0}, .rule = ReadoutRule{}, .optimiser = optimiser});
        network.set_error(readout, Error::mean_squared);
        network.add_feedback({readout, hidden, feedback, Normal{0.0, 0.5}});
        const bool interval = timing == UpdateTiming::interval;
        network.set_schedule({.timing = timing, .interval_steps = 40, .reset_state = interval});
    }

    void drive(Simulation& simulation, Tick last) const {
        RandomStream random(8, 8);
        for (Tick t = 0; t < last; ++t) {
            for (std::uint32_t i = 0; i < 8; ++i) {
                const bool awake = i >= 4 || t < 38 || t > last - 40;
                if (awake && random.uniform() < 0.1) (void)simulation.push(input, t, i);
            }
        }
        (void)simulation.set_target(readout, 1, std::array{1.0, -0.5});
    }
};

/// Runs 8 intervals; sets every projection's weights to what they are after interval `at`, if positive.
std::vector<std::vector<double>> run(const Looped& net, Tick at, Precision precision) {
    Simulation simulation(net.network, {.precision = precision});
    net.drive(simulation, 320);
    const std::vector<double> start = simulation.weights(net.loop);
    if (at > 0) {
        simulation.advance_until(40 * at);
        for (const ProjectionId p : {net.in, net.loop, net.out}) {
            const std::vector<double> weights = simulation.weights(p);
            simulation.set_weights(p, weights);
            CHECK(same(simulation.weights(p), weights));
        }
    }
    simulation.advance_until(320);
    CHECK(simulation.counters().spikes > 50);
    CHECK(total_change(simulation.weights(net.loop), start) > 0.02);
    return {simulation.weights(net.in), simulation.weights(net.loop), simulation.weights(net.out)};
}

void check_round_trip(UpdateTiming timing, const Optimiser& optimiser) {
    for (const Layout& layout : layouts) {
        for (const FeedbackKind feedback : {FeedbackKind::random, FeedbackKind::symmetric}) {
            const Looped net(layout, optimiser, feedback, timing);
            for (const Precision precision : {Precision::single_precision, Precision::double_precision}) {
                INFO(layout.name << ", symmetric " << (feedback == FeedbackKind::symmetric));
                const auto set = run(net, 4, precision), untouched = run(net, 0, precision);
                // Updates that wait for an arrival are made up for when weights are set: in two parts they round apart.
                const bool deferred = timing == UpdateTiming::arrival && feedback == FeedbackKind::random;
                const double bound = deferred ? (precision == Precision::double_precision ? 1e-14 : 5e-6) : 0.0;
                for (std::size_t p = 0; p < 3; ++p) CHECK(largest_difference(set[p], untouched[p]) <= bound);
            }
        }
    }
}

} // namespace

TEST_CASE("weights() and set_weights() go round, and nothing comes of it", "[runtime][weights][fast]") {
    check_round_trip(UpdateTiming::interval, Sgd{5e-3});
    check_round_trip(UpdateTiming::arrival, Sgd{5e-3});
}

TEST_CASE("weights() and set_weights() go round with Adam, updates missed by silent rows included",
          "[runtime][weights][fast]") {
    check_round_trip(UpdateTiming::interval, Adam{5e-3});
}

TEST_CASE("weights that are set are those that are used, one by one", "[runtime][weights][fast]") {
    for (const Layout& layout : layouts) {
        INFO(layout.name);
        const Looped net(layout, Sgd{}, FeedbackKind::symmetric, UpdateTiming::interval);
        Simulation simulation(net.network, {.precision = Precision::double_precision});
        const std::vector<Synapse> synapses = simulation.synapses(net.loop);
        const std::size_t pairs = layout.allow_self ? 64 : 56;
        CHECK(synapses.size() == (std::holds_alternative<AllToAll>(layout.connector) ? pairs : 32));
        std::vector<double> weights;
        for (std::size_t k = 0; k < synapses.size(); ++k) weights.push_back(static_cast<double>(k) + 0.5);
        simulation.set_weights(net.loop, weights);
        CHECK(same(simulation.weights(net.loop), weights));
        const std::vector<Synapse> after = simulation.synapses(net.loop);
        for (std::size_t k = 0; k < after.size(); ++k) {
            CHECK(after[k].source == synapses[k].source);
            CHECK(after[k].target == synapses[k].target);
            CHECK(after[k].delay == synapses[k].delay);
            CHECK(after[k].weight == weights[k]);
            CHECK((layout.allow_self || after[k].source != after[k].target));
        }
        weights.pop_back();
        CHECK_THROWS_AS(simulation.set_weights(net.loop, weights), std::invalid_argument);
        CHECK_THROWS_AS(simulation.set_weights(ProjectionId{3}, weights), std::out_of_range);
    }
}

TEST_CASE("a spike is delivered with the weight that was set, along its own delay", "[runtime][weights][fast]") {
    Network network(one_ms);
    const auto input = network.add("input", 1, InputParameters{});
    const auto readout = network.add("readout", 3, LeakyReadoutParameters{.tau_ms = 1e9});
    const auto projection = network.connect(
        input, readout, {.connector = ExplicitList{.pairs = {{0, 2}, {0, 0}, {0, 1}}, .delays_ms = {1.0, 4.0, 2.0}}});
    Simulation simulation(network, {.precision = Precision::double_precision});
    simulation.set_weights(projection, std::array{10.0, 20.0, 30.0}); // by delay: targets 2, 1, 0
    (void)simulation.push(input, 1, 0);
    const auto outputs = [&] {
        return std::array{simulation.state(readout, 0), simulation.state(readout, 1), simulation.state(readout, 2)};
    };
    simulation.advance_until(2);
    CHECK(outputs()[2] == 10.0);
    CHECK(outputs()[1] == 0.0);
    simulation.advance_until(5);
    CHECK(outputs()[0] == 30.0);
    CHECK(outputs()[1] == Catch::Approx(20.0));
    CHECK(outputs()[2] == Catch::Approx(10.0));
}

TEST_CASE("symmetric feedback follows weights that are set, the other kinds do not", "[runtime][weights][fast]") {
    for (const FeedbackKind kind : {FeedbackKind::symmetric, FeedbackKind::random, FeedbackKind::adaptive}) {
        const Looped net(layouts.front(), Sgd{}, kind, UpdateTiming::interval);
        Simulation simulation(net.network, {.precision = Precision::double_precision});
        const std::vector<double> before = simulation.feedback(0);
        std::vector<double> weights, transposed(16);
        for (std::size_t k = 0; k < 16; ++k) weights.push_back(0.25 * static_cast<double>(k)); // [neuron][output]
        for (std::size_t k = 0; k < 16; ++k) transposed[k % 2 * 8 + k / 2] = weights[k];
        simulation.set_weights(net.out, weights);
        CHECK(simulation.feedback(0) == (kind == FeedbackKind::symmetric ? transposed : before));
        CHECK(before != transposed);
    }
}

TEST_CASE("looking at Adam's weights shows the updates that a silent row has missed", "[runtime][weights][fast]") {
    const Looped net(layouts.front(), Adam{5e-3}, FeedbackKind::random, UpdateTiming::interval);
    Simulation simulation(net.network);
    net.drive(simulation, 320);
    simulation.advance_until(40);
    std::vector<double> before = simulation.weights(net.in);
    for (Tick interval = 2; interval < 6; ++interval) { // inputs 0 to 3 are silent
        simulation.advance_until(40 * interval);
        const std::vector<double> now = simulation.weights(net.in);
        CHECK(total_change({now.begin(), now.begin() + 32}, {before.begin(), before.begin() + 32}) > 1e-3);
        before = now;
    }
}

TEST_CASE("setting Adam's learning rate changes no weight, not even of a silent row", "[runtime][weights][fast]") {
    const Looped net(layouts.front(), Adam{5e-3}, FeedbackKind::random, UpdateTiming::interval);
    Simulation simulation(net.network);
    net.drive(simulation, 320);
    simulation.advance_until(160); // inputs 0 to 3 have missed three updates, at the old rate
    const std::vector<double> before = simulation.weights(net.in);
    simulation.set_learning_rate(net.in, 0.0);
    CHECK(largest_difference(simulation.weights(net.in), before) == 0.0);
    simulation.advance_until(320); // they spike again in the last interval
    CHECK(largest_difference(simulation.weights(net.in), before) == 0.0);
}
