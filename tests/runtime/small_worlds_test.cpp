// SPDX-License-Identifier: BSD-3-Clause
// Small worlds, exhaustively: every order in which up to seven simultaneous events can be offered, every assignment of
// delays that lets seven spikes arrive together, every combination of delays and signs of three-neuron networks.
#include "tests/support/catch.hpp"
#include "tests/support/flow_network.hpp"

#include <algorithm>
#include <numeric>

namespace {

using namespace saltus;
namespace flow = saltus_oracle::flow;
using saltus::test::FlowNetwork;
using saltus::test::FlowSetup;

constexpr std::uint32_t most = 7;

/// Weights of no simple ratio: in another order of summation other bits come out.
double weight(std::uint32_t i) { return (i % 3 == 2 ? -0.11 : 0.17) * (1.0 + 0.1234567 * i); }

struct Outcome {
    std::vector<Spike> spikes;
    std::uint64_t fingerprint;
    friend bool operator==(const Outcome&, const Outcome&) = default;
};

/// `sources` inputs onto two coupled neurons; source i fires at `fired[i]` and its spike takes `delay[i]` ticks.
struct World {
    Network network{{.tick = std::chrono::milliseconds(1), .delay_resolution = std::chrono::milliseconds(1)}};
    PopulationId input, neurons;

    World(const ModelParameters& model, const std::vector<Tick>& delay) {
        const auto sources = static_cast<std::uint32_t>(delay.size());
        input = network.add("input", sources, InputParameters{});
        neurons = network.add("neurons", 2, model);
        ExplicitList list;
        for (std::uint32_t i = 0; i < sources; ++i) {
            for (std::uint32_t j = 0; j < 2; ++j) {
                list.pairs.push_back({i, j});
                list.weights.push_back(scale(model) * weight(i + j));
                list.delays_ms.push_back(static_cast<double>(delay[i]));
            }
        }
        network.connect(input, neurons, {.connector = list});
        network.connect(neurons, neurons, {.weight = Constant{0.4 * scale(model)}, .allow_self = false});
    }
    static double scale(const ModelParameters& model) {
        if (std::holds_alternative<LifParameters>(model) || std::holds_alternative<IntegrateFireParameters>(model))
            return 2.0;
        return std::holds_alternative<CubaIntegrateFireParameters>(model) ? 0.5 : 20.0;
    }
    /// Pushes the events in the given order and runs on.
    Outcome run(const std::vector<std::uint32_t>& order, const std::vector<Tick>& fired) {
        Simulation simulation(network, {.precision = Precision::double_precision});
        simulation.record_spikes(neurons);
        for (const std::uint32_t i : order) (void)simulation.push(input, fired[i], i);
        simulation.advance_until(40);
        return {simulation.spikes(), simulation.fingerprint()};
    }
};

std::vector<ModelParameters> models() {
    CubaLifParameters cuba;
    cuba.tau_i_ms = 3.0;
    return {LifParameters{}, cuba, AlphaLifParameters{cuba}, IntegrateFireParameters{}, CubaIntegrateFireParameters{}};
}

std::vector<std::uint32_t> first_numbers(std::uint32_t n) {
    std::vector<std::uint32_t> order(n);
    std::iota(order.begin(), order.end(), 0u);
    return order;
}

/// Every order of `events` simultaneous events gives the same spikes and the same state, bit for bit.
int check_orders(const ModelParameters& model, std::uint32_t events) {
    World world(model, std::vector<Tick>(events, 3));
    const std::vector<Tick> fired(events, 5);
    auto order = first_numbers(events);
    const Outcome expected = world.run(order, fired);
    if (events >= 4) REQUIRE(!expected.spikes.empty());
    int orders = 0;
    do {
        ++orders;
        if (world.run(order, fired) != expected) FAIL("another outcome in order number " << orders);
    } while (std::next_permutation(order.begin(), order.end()));
    return orders;
}

} // namespace

TEST_CASE("every order of up to seven simultaneous events, same outcome: lif", "[runtime][small_worlds][fast]") {
    int orders = 0;
    for (std::uint32_t events = 1; events <= most; ++events) orders += check_orders(LifParameters{}, events);
    CHECK(orders == 1 + 2 + 6 + 24 + 120 + 720 + 5040);
}

TEST_CASE("every order of up to six simultaneous events, same outcome: other models", "[runtime][small_worlds]") {
    for (const ModelParameters& model : models()) {
        for (std::uint32_t events = 1; events < most; ++events) check_orders(model, events);
    }
}

TEST_CASE("every way in which seven spikes with delays of 1 to 7 arrive together, same outcome",
          "[runtime][small_worlds][fast]") {
    // Sums are taken in the order of sources, whoever set out first.
    std::vector<Tick> delay(most);
    std::iota(delay.begin(), delay.end(), Tick{1});
    std::vector<Spike> expected;
    int ways = 0;
    double v = 0.0;
    do {
        World world(LifParameters{}, delay);
        std::vector<Tick> fired(most);
        for (std::uint32_t i = 0; i < most; ++i) fired[i] = 10 - delay[i];
        Simulation simulation(world.network, {.precision = Precision::double_precision});
        simulation.record_spikes(world.neurons);
        for (std::uint32_t i = 0; i < most; ++i) (void)simulation.push(world.input, fired[i], i);
        simulation.advance_until(40);
        const double v_now = simulation.state(world.neurons, 0);
        if (ways++ == 0) {
            expected = simulation.spikes();
            v = v_now;
            REQUIRE(!expected.empty());
        }
        if (simulation.spikes() != expected || v_now != v) FAIL("another outcome in way number " << ways);
    } while (std::next_permutation(delay.begin(), delay.end()));
    CHECK(ways == 5040);
}

namespace {

struct Census {
    int worlds = 0, ties = 0, recurrent = 0;
};

/// All six connections of three neurons, each excitatory or inhibitory and with one of two delays: 4096 networks.
Census check_three_neurons(flow::Kind kind, double input_weight, double weight) {
    FlowSetup s;
    s.inputs = s.neurons = 3;
    s.last_tick = 40;
    s.neuron = {.kind = kind, .tau_m = 17.0, .tau_e = 3.1, .tau_i = 5.3, .refractory = 2};
    s.input = {{0, 0}, {0, 1}, {1, 2}, {6, 0}, {7, 2}, {13, 1}, {14, 0}, {14, 2}};
    ExplicitList in;
    for (std::uint32_t i = 0; i < 3; ++i) {
        in.pairs.push_back({i, i});
        in.weights.push_back(input_weight * (1.0 + 0.07 * i));
        in.delays_ms.push_back(1.0);
    }
    s.from_inputs = {.connector = in};
    Census census;
    for (std::size_t code = 0; code < 4096; ++code) {
        ExplicitList list;
        for (std::uint32_t k = 0; k < 6; ++k) {
            const std::size_t choice = (code >> (2 * k)) & 3;
            list.pairs.push_back({k / 2, (k / 2 + 1 + k % 2) % 3});
            list.weights.push_back((choice & 1) != 0 ? weight : -0.8 * weight);
            list.delays_ms.push_back((choice & 2) != 0 ? 4.0 : 1.0);
        }
        s.recurrent = {.connector = list};
        FlowNetwork network(s);
        const auto spikes = network.run();
        const flow::Outcome truth = flow::run(network.world());
        ++census.worlds;
        if (truth.margin < 1e-9) {
            ++census.ties;
            continue;
        }
        INFO("network " << code);
        REQUIRE(spikes == truth.spikes);
        census.recurrent += spikes.size() > s.input.size() ? 1 : 0;
    }
    return census;
}

} // namespace

TEST_CASE("three neurons, every delay and sign: lif and integrate_fire", "[runtime][small_worlds]") {
    for (const auto kind : {flow::Kind::lif, flow::Kind::integrate_fire}) {
        const Census c = check_three_neurons(kind, 1.3031, 0.6217);
        UNSCOPED_INFO(c.recurrent << " with spikes that others brought about, " << c.ties << " ties");
        CHECK(c.worlds == 4096);
        CHECK(c.ties < 40);
        CHECK(c.recurrent > 500);
    }
}

TEST_CASE("three neurons, every delay and sign: cuba_lif", "[runtime][small_worlds]") {
    const Census c = check_three_neurons(flow::Kind::cuba_lif, 12.0, 6.0);
    UNSCOPED_INFO(c.recurrent << " with spikes that others brought about, " << c.ties << " ties");
    CHECK(c.worlds == 4096);
    CHECK(c.ties < 40);
    CHECK(c.recurrent > 500);
}

TEST_CASE("three neurons, every delay and sign: alpha_lif", "[runtime][small_worlds]") {
    const Census c = check_three_neurons(flow::Kind::alpha_lif, 6.0, 3.0);
    UNSCOPED_INFO(c.recurrent << " with spikes that others brought about, " << c.ties << " ties");
    CHECK(c.worlds == 4096);
    CHECK(c.ties < 40);
    CHECK(c.recurrent > 500);
}
