// SPDX-License-Identifier: BSD-3-Clause
// What sparsity buys: the forced network of scenes/eprop_recurrent.hpp by firing rate, by share of active neurons, by
// connectivity and by tick, learning off and on, event-driven and, on the same network, time-stepped and vectorised
// (scenes/dense_baseline.hpp, which tests show to compute the same). Where the two curves meet is the crossover.
#include "bench/bench_support.hpp"
#include "bench/scenes/dense_comparison.hpp"

#include <algorithm>
#include <string>

namespace saltus::bench {
namespace {

/// A second of model time, or enough of it for some hundred spikes.
double piece_for(const ForcedNetwork& p) {
    const double spikes_per_s = p.rate_hz * p.active * p.neurons;
    return std::clamp(500.0 / spikes_per_s, 0.5, 20.0);
}

struct Work {
    double events = 0.0, spikes = 0.0;
};

Work work_of(const SceneRun& run) {
    const Counters c = run.simulation->counters();
    return {static_cast<double>(c.synaptic_events), static_cast<double>(c.spikes)};
}

Work work_of(const DenseRun& run) {
    return {static_cast<double>(run.baseline().synaptic_events()), static_cast<double>(run.baseline().spikes())};
}

/// Without trailing zeros.
std::string number(double x) {
    char text[32];
    std::snprintf(text, sizeof text, "%g", x);
    return text;
}

double bytes_of(const SceneRun& run) { return static_cast<double>(run.simulation->bytes()); }

/// Weight, target (implied where all-to-all), trace; learning and sparse, also the source and the place by target.
double bytes_of(const ForcedNetwork& p) {
    const bool sparse = p.fan_in < p.neurons, learns = p.learns != Learns::no;
    const double per_synapse = 4.0 + (sparse ? 4.0 : 0.0) + (learns ? 4.0 : 0.0) + (sparse && learns ? 6.0 : 0.0);
    return per_synapse * p.neurons * p.fan_in;
}

template <class Run>
void measure(benchmark::State& state, Run& run, const ForcedNetwork& p, double bytes) {
    run.advance(); // histories and buffers have grown
    const Work before = work_of(run);
    const Stopwatch watch;
    for (auto _ : state) run.advance();
    const double seconds = watch.seconds(), model_s = static_cast<double>(state.iterations()) * p.piece_s;
    const Work after = work_of(run);
    const double events = after.events - before.events, synapses = static_cast<double>(p.neurons) * p.fan_in;
    require(after.spikes > before.spikes, "no neuron spiked");
    auto& counters = state.counters;
    counters["ns_per_synaptic_event"] = 1e9 * seconds / events;
    counters["synaptic_events_per_second"] = events / seconds;
    counters["bytes_per_synapse"] = bytes / synapses;
    counters["real_time_factor"] = model_s / seconds;
    counters["seconds_per_model_second"] = seconds / model_s;
    counters["ns_per_synapse_and_ms"] = 1e9 * seconds / (synapses * 1e3 * model_s);
    counters["spikes_per_neuron_and_s"] = (after.spikes - before.spikes) / (model_s * p.neurons);
}

/// @param x the value of the axis that is varied
void add(const std::string& axis, double x, ForcedNetwork p) {
    for (const Learns learns : {Learns::no, Learns::at_arrivals}) {
        p.learns = learns;
        p.piece_s = piece_for(p);
        for (const bool dense : {false, true}) {
            const std::string name = "sparsity/" + axis + (learns == Learns::no ? "/static" : "/learning") +
                                     (dense ? "/dense" : "/saltus") + "/x:" + number(x);
            benchmark::RegisterBenchmark(name.c_str(),
                                         [p, dense, x](benchmark::State& state) {
                                             if (dense) {
                                                 DenseRun run(p);
                                                 measure(state, run, p, bytes_of(p));
                                             } else {
                                                 SceneRun run = forced_run(p, {});
                                                 measure(state, run, p, bytes_of(run));
                                             }
                                             state.counters["x"] = x;
                                         })
                ->Unit(benchmark::kMillisecond)
                ->MinTime(0.15);
        }
    }
}

[[maybe_unused]] const bool added = [] {
    for (const double hz : {0.01, 0.1, 1.0, 3.0, 10.0, 30.0, 100.0})
        add("rate_hz_of_1000x100", hz, {.neurons = 1000, .fan_in = 100, .rate_hz = hz});
    for (const double hz : {0.1, 1.0, 10.0, 100.0})
        add("rate_hz_of_1000x1000", hz, {.neurons = 1000, .fan_in = 1000, .rate_hz = hz});
    for (const double active : {0.01, 0.1, 0.3, 1.0})
        add("active_share", active, {.neurons = 1000, .fan_in = 100, .rate_hz = 10.0, .active = active});
    for (const std::uint32_t fan_in : {10u, 100u, 300u, 1000u})
        add("connectivity", fan_in / 1000.0, {.neurons = 1000, .fan_in = fan_in, .rate_hz = 10.0});
    for (const double us : {1000.0, 100.0, 10.0, 1.0}) {
        const Picoseconds tick(static_cast<std::int64_t>(us * 1e6));
        add("tick_us", us, {.neurons = 1000, .fan_in = 100, .rate_hz = 10.0, .tick = tick});
    }
    return true;
}();

} // namespace
} // namespace saltus::bench
