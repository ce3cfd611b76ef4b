// SPDX-License-Identifier: BSD-3-Clause
// I6 and I7 for synapse types, beside projections that learn by e-prop: cuts, executors, pieces, probes and looks
// change no bit.
#include "tests/runtime/learning_network.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace saltus;
using namespace saltus::test;

constexpr Tick last = 400; // several blocks of every history

/// The learning network, and 40 neurons that learn by the times of spikes: pairs, triplets, short-term plasticity.
struct MixedNetwork : LearningNetwork {
    PopulationId extra;
    std::vector<ProjectionId> plastic;

    explicit MixedNetwork(const NetworkOptions& o) : LearningNetwork(o) {
        extra =
            network.add("extra", 40, LifParameters{.tau_m_ms = 10.0, .reset = Reset::to_value, .refractory_ms = 5.0});
        const ShortTerm depressing{.utilisation = 0.6, .tau_rec_ms = 60.0},
            both{.utilisation = 0.3, .tau_rec_ms = 40.0, .tau_fac_ms = 90.0};
        const PairStdp pair{.tau_plus_ms = 2.0, .tau_minus_ms = 5.0, .lambda = 0.05, .mu_plus = 0.4, .mu_minus = 1.0};
        const TripletStdp triplet{.tau_plus_ms = 1.5, .a3_plus = 0.05, .a2_minus = 0.01, .w_max = 0.8};
        add(input,
            {.connector = FixedInDegree{8}, .weight = Uniform{0.3, 0.9}, .delay_ms = Uniform{0.5, 7.49}, .rule = pair});
        add(hidden, {.connector = FixedInDegree{5},
                     .weight = Uniform{0.1, 0.4},
                     .delay_ms = Uniform{1.5, 4.49},
                     .allow_multapses = true,
                     .rule = triplet,
                     .short_term = both});
        PairStdp weak = pair;
        weak.w_max = 0.04;
        add(extra, {.weight = Uniform{0.0, 0.04}, .delay_ms = Constant{2.0}, .allow_self = false, .rule = weak});
        add(extra, {.connector = FixedInDegree{6},
                    .weight = Uniform{0.0, 0.2},
                    .delay_ms = Uniform{1.5, 3.49},
                    .rule = triplet});
        network.connect(extra, hidden,
                        {.connector = FixedInDegree{4},
                         .weight = Normal{0.0, 0.2},
                         .delay_ms = Uniform{1.5, 3.49},
                         .short_term = depressing});
        network.connect(extra, readout,
                        {.weight = Normal{0.0, 0.05}, .delay_ms = Constant{0.0}, .short_term = depressing});
    }

  private:
    void add(PopulationId source, const ProjectionSpec& spec) {
        plastic.push_back(network.connect(source, extra, spec));
    }
};

struct Outcome {
    std::uint64_t half_way = 0, fingerprint = 0, spikes = 0, updates = 0, events = 0;
    std::vector<std::vector<double>> weights;
    friend bool operator==(const Outcome&, const Outcome&) = default;
};

/// @param pieces seed of random pieces, in between which everything is read; 0: two halves.
Outcome run(const NetworkOptions& o, const SimulationOptions& options, std::uint64_t pieces = 0) {
    const MixedNetwork net(o);
    Simulation simulation(net.network, options);
    (void)simulation.push(net.input, random_input(1, 0, 180));
    (void)simulation.push(net.input, random_input(1, 330, last)); // silence in between
    set_random_targets(simulation, net.readout, 1, 1, last);
    if (pieces != 0) (void)simulation.probe(net.extra, {1, 7, 39}, 3, 5);
    RandomStream random(pieces, 5);
    Outcome outcome;
    const auto advance = [&](Tick end) {
        while (pieces != 0 && simulation.now() < end) {
            simulation.advance_until(std::min<Tick>(end, simulation.now() + random.below(60)));
            for (const ProjectionId p : net.plastic) CHECK(simulation.weights(p).front() >= 0.0);
            CHECK(simulation.fingerprint() != 0);
        }
        simulation.advance_until(end);
    };
    advance(last / 2);
    outcome.half_way = simulation.fingerprint();
    advance(last);
    outcome.fingerprint = simulation.fingerprint();
    outcome.spikes = simulation.counters().spikes;
    outcome.updates = simulation.counters().plastic_updates;
    outcome.events = simulation.counters().synaptic_events;
    for (const ProjectionId p : net.plastic) outcome.weights.push_back(simulation.weights(p));
    for (const ProjectionId p : {net.in, net.loop, net.out}) outcome.weights.push_back(simulation.weights(p));
    return outcome;
}

std::vector<NetworkOptions> settings() {
    return {{.timing = UpdateTiming::interval, .sparse = true},
            {.timing = UpdateTiming::interval, .reset_state = false},
            {.timing = UpdateTiming::arrival, .sparse = true}};
}

} // namespace

TEST_CASE("any cut, any executor: synapse types beside e-prop", "[determinism][stdp][short_term]") {
    for (const NetworkOptions& o : settings()) {
        for (const Precision precision : {Precision::single_precision, Precision::double_precision}) {
            const Outcome whole = run(o, {.precision = precision});
            CHECK(whole.spikes > 300);
            CHECK(whole.updates > 10'000);
            std::uint64_t draw = 0;
            for (const std::uint32_t partitions : {3u, 16u, 64u}) {
                for (const auto policy :
                     {Partitioning::balanced, Partitioning::by_population, Partitioning::edge_cut}) {
                    const SimulationOptions cut{.precision = precision,
                                                .partitions = partitions,
                                                .partitioning = policy,
                                                .threads = std::array{1u, 2u, 3u}[++draw % 3],
                                                .execution = std::array{Execution::threads, Execution::tbb}[draw % 2]};
                    INFO(partitions << " partitions, policy " << static_cast<int>(policy));
                    CHECK((run(o, cut) == whole));
                }
            }
        }
    }
}

TEST_CASE("random pieces, probes and looks: synapse types beside e-prop", "[runtime][chunking][stdp][short_term]") {
    for (const NetworkOptions& o : settings()) {
        const Outcome whole = run(o, {});
        for (std::uint64_t seed = 1; seed <= 4; ++seed) {
            INFO("pieces " << seed);
            CHECK((run(o, {.partitions = static_cast<std::uint32_t>(seed)}, seed) == whole));
        }
    }
}

TEST_CASE("every part learns and is plastic", "[runtime][stdp][short_term]") {
    for (const NetworkOptions& o : settings()) {
        const MixedNetwork net(o);
        const Simulation fresh(net.network);
        const Outcome whole = run(o, {});
        std::size_t p = 0;
        for (const ProjectionId id : net.plastic) CHECK(total_change(whole.weights[p++], fresh.weights(id)) > 0.5);
        for (const ProjectionId id : {net.in, net.loop, net.out})
            CHECK(total_change(whole.weights[p++], fresh.weights(id)) > 1e-3);
    }
}
