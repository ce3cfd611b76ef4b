// SPDX-License-Identifier: BSD-3-Clause
// Time resolution is free (I1): one network of LIF neurons with exponential currents, with delays and inputs on a grid
// of 1 ms, at ticks of 1 ms to 1 ps. Events and cost must not depend on the tick; spike times converge to those at 1
// ps.
#include "bench/bench_support.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace saltus::bench {
namespace {

constexpr std::uint32_t inputs = 200;
constexpr std::uint32_t neurons = 1000;
constexpr double model_ms = 500.0;

struct Outcome {
    Counters counters;
    double seconds = 0.0;
    std::vector<double> mean_ms; ///< [neuron] mean of its spike times
    double spikes = 0.0;
};

/// Two layers, so that a spike moved by a rounded tick does not move the whole future.
Outcome run_at(Picoseconds tick) {
    const auto grid_ms = Picoseconds(1'000'000'000);
    Network network({.tick = tick, .delay_resolution = grid_ms, .learning_clock = 1}, 3);
    const PopulationId source = network.add("source", inputs, InputParameters{});
    CubaLifParameters neuron;
    neuron.refractory_ms = 2.0;
    neuron.refractory = Refractory::clamp;
    neuron.reset = Reset::to_value;
    const PopulationId first = network.add("first", neurons, neuron);
    const PopulationId second = network.add("second", neurons, neuron);
    network.connect(source, first,
                    {.connector = FixedInDegree{50}, .weight = Normal{0.35, 0.25}, .delay_ms = Uniform{1.0, 8.0}});
    network.connect(first, second,
                    {.connector = FixedInDegree{50}, .weight = Normal{0.35, 0.25}, .delay_ms = Uniform{1.0, 8.0}});
    Simulation simulation(network);
    simulation.record_spikes(first);
    simulation.record_spikes(second);
    const Tick per_ms = 1'000'000'000 / tick.count();
    for (const InputEvent& e : poisson(inputs, 20.0, static_cast<Tick>(model_ms), 1e-3, 5)) {
        (void)simulation.push(source, e.tick * per_ms, e.neuron);
    }
    const Stopwatch watch;
    simulation.advance_until(static_cast<Tick>(model_ms) * per_ms);
    Outcome outcome{.counters = simulation.counters(), .seconds = watch.seconds(), .mean_ms = {}};
    outcome.mean_ms.assign(2 * neurons, 0.0);
    std::vector<double> count(2 * neurons, 0.0);
    for (const Spike& s : simulation.spikes()) {
        const std::size_t n = (s.population - first.index) * neurons + s.neuron;
        outcome.mean_ms[n] += static_cast<double>(s.tick) / static_cast<double>(per_ms);
        count[n] += 1.0;
    }
    for (std::size_t n = 0; n < count.size(); ++n) outcome.mean_ms[n] /= std::max(count[n], 1.0);
    outcome.spikes = static_cast<double>(simulation.spikes().size());
    return outcome;
}

const Outcome& reference() {
    static const Outcome outcome = run_at(Picoseconds(1));
    return outcome;
}

/// Argument: the tick in ps.
void tick(benchmark::State& state) {
    const Outcome& fine = reference();
    Outcome outcome;
    double seconds = 0.0;
    for (auto _ : state) {
        outcome = run_at(Picoseconds(state.range(0)));
        seconds += outcome.seconds;
    }
    require(outcome.spikes > 2000, "too few spikes");
    double apart = 0.0;
    for (std::size_t n = 0; n < fine.mean_ms.size(); ++n) apart += std::abs(outcome.mean_ms[n] - fine.mean_ms[n]);
    const auto events = static_cast<double>(outcome.counters.synaptic_events);
    const auto runs = static_cast<double>(state.iterations());
    state.counters["synaptic_events"] = events;
    state.counters["spikes"] = outcome.spikes;
    state.counters["events_against_1ps"] = events / static_cast<double>(fine.counters.synaptic_events);
    state.counters["ns_per_synaptic_event"] = 1e9 * seconds / (events * runs);
    state.counters["mean_spike_shift_ms"] = apart / static_cast<double>(fine.mean_ms.size());
}

BENCHMARK(tick)
    ->Arg(1'000'000'000)
    ->Arg(100'000'000)
    ->Arg(1'000'000)
    ->Arg(1'000)
    ->Arg(1)
    ->Unit(benchmark::kMillisecond)
    ->Iterations(3);

} // namespace
} // namespace saltus::bench
