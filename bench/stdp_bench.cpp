// SPDX-License-Identifier: BSD-3-Clause
// Synapse types, all in: inputs at a rate onto neurons that are made to spike at the same rate; the same network
// static, with pair and triplet rules, with short-term plasticity.
#include "bench/bench_support.hpp"

#include <memory>

namespace saltus::bench {
namespace {

constexpr double tick_s = 1e-4;
constexpr Tick window = 1000; // ticks of one iteration

enum Kind { fixed, pair, soft, triplet, short_term };

/// n inputs -> n neurons, `degree` synapses each; and one forcing input for each neuron.
struct Timed {
    std::unique_ptr<Simulation> simulation;
    PopulationId input, force;
    std::vector<InputEvent> events, forced, scratch;
    double synapses;

    Timed(Kind kind, std::uint32_t n, std::uint32_t degree, double rate_hz) : synapses(double{1} * n * degree) {
        Network network({.tick = std::chrono::microseconds(100)}, 1);
        input = network.add("input", n, InputParameters{});
        force = network.add("force", n, InputParameters{});
        const PopulationId target = network.add("target", n, LifParameters{.threshold = 1e6, .reset = Reset::to_value});
        ProjectionSpec spec{.connector = FixedInDegree{degree}, .weight = Uniform{0.4, 0.6}, .delay_ms = Constant{1.0}};
        if (kind == pair) spec.rule = PairStdp{.lambda = 1e-3};
        if (kind == soft) spec.rule = PairStdp{.lambda = 1e-3, .mu_plus = 0.4, .mu_minus = 0.4};
        if (kind == triplet) spec.rule = TripletStdp{};
        if (kind == short_term)
            spec.short_term = ShortTerm{.utilisation = 0.5, .tau_rec_ms = 200.0, .tau_fac_ms = 50.0};
        network.connect(input, target, spec);
        network.connect(force, target, {.connector = OneToOne{}, .weight = Constant{2e6}, .delay_ms = Constant{1.0}});
        simulation = std::make_unique<Simulation>(network);
        events = poisson(n, rate_hz, window, tick_s, 7);
        forced = poisson(n, rate_hz, window, tick_s, 8);
        for (int k = 0; k < 20; ++k) advance(); // histories and buffers have grown
    }

    void advance() {
        push_from_now(*simulation, input, scratch, events);
        push_from_now(*simulation, force, scratch, forced);
        simulation->advance_until(simulation->now() + window);
    }
};

/// Arguments: neurons, synapses per neuron, rate in Hz on both sides.
template <Kind kind>
void synapses(benchmark::State& state) {
    const auto n = static_cast<std::uint32_t>(state.range(0)), degree = static_cast<std::uint32_t>(state.range(1));
    static std::unique_ptr<Timed> timed; // one network at a time: a benchmark's function is called several times
    static std::vector<std::int64_t> key;
    const std::vector<std::int64_t> wanted{state.range(0), state.range(1), state.range(2)};
    if (key != wanted || !timed) timed = std::make_unique<Timed>(kind, n, degree, static_cast<double>(state.range(2)));
    key = wanted;
    const Counters before = timed->simulation->counters();
    const Stopwatch watch;
    for (auto _ : state) timed->advance();
    const double seconds = watch.seconds();
    const Counters after = timed->simulation->counters();
    const auto iterations = static_cast<double>(state.iterations());
    const auto delivered = static_cast<double>(after.synaptic_events - before.synaptic_events);
    const bool learns = kind == pair || kind == soft || kind == triplet;
    const auto updated = static_cast<double>(after.plastic_updates - before.plastic_updates);
    require(delivered > 0.95 * iterations * static_cast<double>(timed->events.size()) * degree, "events are missing");
    require(learns ? updated > 0.95 * delivered : updated == 0.0, "the wrong synapses learned");
    require(static_cast<double>(after.spikes - before.spikes) >
                0.9 * iterations * static_cast<double>(timed->forced.size()),
            "neurons did not spike");
    report(state, *timed->simulation, seconds, delivered, timed->synapses, iterations * window * tick_s);
}

void sizes(benchmark::internal::Benchmark* b) {
    b->Args({1000, 100, 10})->Args({10'000, 100, 10})->Unit(benchmark::kMillisecond)->MinTime(0.5);
}

BENCHMARK(synapses<fixed>)->Name("synapses_static")->Apply(sizes);
BENCHMARK(synapses<pair>)->Name("synapses_pair_stdp")->Apply(sizes);
BENCHMARK(synapses<soft>)->Name("synapses_pair_stdp_power")->Apply(sizes);
BENCHMARK(synapses<triplet>)->Name("synapses_triplet_stdp")->Apply(sizes);
BENCHMARK(synapses<short_term>)->Name("synapses_short_term")->Apply(sizes);

} // namespace
} // namespace saltus::bench
