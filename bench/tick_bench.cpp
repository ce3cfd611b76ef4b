// SPDX-License-Identifier: BSD-3-Clause
// Time resolution is free (I1): one network of LIF neurons with exponential currents, with delays and inputs on a grid
// of 1 ms, at ticks of 1 ms to 1 ps. Events and cost must not depend on the tick; spike times converge to those at 1
// ps. As a table: --benchmark_filter=tick --benchmark_counters_tabular=true.
#include "bench/bench_support.hpp"

#include <algorithm>
#include <cmath>

namespace saltus::bench {
namespace {

constexpr std::uint32_t inputs = 500;
constexpr std::uint32_t neurons = 2000;
constexpr std::uint32_t fan_in = 20;
constexpr double model_ms = 1000.0;
constexpr int repetitions = 3; ///< of which the fastest counts

struct Outcome {
    Counters counters;
    double seconds = 1e300;
    std::vector<std::vector<double>> spikes_ms; ///< [neuron] its spike times
    double spikes = 0.0;
    double bytes = 0.0;
};

/// Two layers, so that a spike moved by a rounded tick does not move the whole future; and sparse, so that arrivals
/// seldom fall on one tick by its length alone.
Network two_layers(Picoseconds tick) {
    const auto grid_ms = Picoseconds(1'000'000'000);
    Network network({.tick = tick, .delay_resolution = grid_ms, .learning_clock = 1}, 3);
    const PopulationId source = network.add("source", inputs, InputParameters{});
    CubaLifParameters neuron;
    neuron.refractory_ms = 2.0;
    neuron.refractory = Refractory::clamp;
    neuron.reset = Reset::to_value;
    const PopulationId first = network.add("first", neurons, neuron);
    const PopulationId second = network.add("second", neurons, neuron);
    const ProjectionSpec spec{
        .connector = FixedInDegree{fan_in}, .weight = Normal{1.0, 0.9}, .delay_ms = Uniform{1.0, 8.0}};
    network.connect(source, first, spec);
    network.connect(first, second, spec);
    return network;
}

void run(const Network& network, Outcome& outcome) {
    Simulation simulation(network);
    simulation.record_spikes({1});
    simulation.record_spikes({2});
    const Tick per_ms = 1'000'000'000 / network.grid().tick.count();
    for (const InputEvent& e : poisson(inputs, 5.0, static_cast<Tick>(model_ms), 1e-3, 5)) {
        (void)simulation.push({0}, e.tick * per_ms, e.neuron);
    }
    const Stopwatch watch;
    simulation.advance_until(static_cast<Tick>(model_ms) * per_ms);
    outcome.seconds = std::min(outcome.seconds, watch.seconds());
    outcome.counters = simulation.counters();
    outcome.spikes = static_cast<double>(simulation.spikes().size());
    outcome.bytes = static_cast<double>(simulation.bytes());
    outcome.spikes_ms.assign(std::size_t{2} * neurons, {});
    for (const Spike& s : simulation.spikes()) {
        const std::size_t n = std::size_t{s.population - 1} * neurons + s.neuron;
        outcome.spikes_ms[n].push_back(static_cast<double>(s.tick) / static_cast<double>(per_ms));
    }
}

Outcome run_at(Picoseconds tick) {
    const Network network = two_layers(tick);
    Outcome outcome;
    for (int k = 0; k < repetitions; ++k) run(network, outcome);
    return outcome;
}

const Outcome& reference() {
    static const Outcome outcome = run_at(Picoseconds(1));
    return outcome;
}

/// How far the spikes of the reference are from the nearest of the same neuron here: the median.
double median_shift_ms(const Outcome& fine, const Outcome& outcome) {
    std::vector<double> shift;
    for (std::size_t n = 0; n < fine.spikes_ms.size(); ++n) {
        for (const double t : fine.spikes_ms[n]) {
            double nearest = model_ms;
            for (const double s : outcome.spikes_ms[n]) nearest = std::min(nearest, std::abs(s - t));
            shift.push_back(nearest);
        }
    }
    std::nth_element(shift.begin(), shift.begin() + static_cast<std::ptrdiff_t>(shift.size() / 2), shift.end());
    return shift[shift.size() / 2];
}

/// Argument: the tick in ps.
void tick(benchmark::State& state) {
    const Outcome& fine = reference();
    Outcome outcome;
    for (auto _ : state) outcome = run_at(Picoseconds(state.range(0)));
    const auto events = static_cast<double>(outcome.counters.synaptic_events);
    const double ratio = events / static_cast<double>(fine.counters.synaptic_events);
    const double shift_ms = median_shift_ms(fine, outcome);
    require(outcome.spikes > 5000, "too few spikes");
    require(std::abs(ratio - 1.0) <= 0.01, "the number of events depends on the tick");
    // Two layers, each of which puts a spike off by up to a tick.
    require(shift_ms <= 2.0 * static_cast<double>(state.range(0)) * 1e-9, "spike times do not converge");
    state.counters["spikes"] = outcome.spikes;
    state.counters["events"] = events;
    state.counters["events_against_1ps"] = ratio;
    state.counters["tests_against_1ps"] =
        static_cast<double>(outcome.counters.threshold_tests) / static_cast<double>(fine.counters.threshold_tests);
    state.counters["ns_per_synaptic_event"] = 1e9 * outcome.seconds / events;
    state.counters["synaptic_events_per_second"] = events / outcome.seconds;
    state.counters["bytes_per_synapse"] = outcome.bytes / (2.0 * neurons * fan_in);
    state.counters["real_time_factor"] = 1e-3 * model_ms / outcome.seconds;
    state.counters["cost_against_1ps"] = outcome.seconds / fine.seconds;
    state.counters["median_shift_ms"] = shift_ms;
}

BENCHMARK(tick)
    ->Arg(1'000'000'000)
    ->Arg(100'000'000)
    ->Arg(1'000'000)
    ->Arg(1'000)
    ->Arg(1)
    ->Unit(benchmark::kMillisecond)
    ->Iterations(1);

} // namespace
} // namespace saltus::bench
