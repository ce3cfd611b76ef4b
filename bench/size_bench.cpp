// SPDX-License-Identifier: BSD-3-Clause
// From a thousand neurons to a million, 200 static (or 100 learning) synapses each, every neuron spiking at 10 Hz: time
// per synaptic event as caches run out, bytes per synapse, and how fast networks are built. The largest, with 200
// million synapses (2.5 GB while it is built), runs only where SALTUS_LARGE is set in the environment. `idle` is
// what a million neurons cost to which nothing happens.
#include "bench/bench_support.hpp"
#include "bench/scenes/eprop_recurrent.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace saltus::bench {
namespace {

constexpr double rate_hz = 10.0, events_wanted = 2e7;

/// Whole milliseconds, at least ten and at most a second, of about `events_wanted`.
double piece_for(const ForcedNetwork& p) {
    const double s = events_wanted / (rate_hz * p.neurons * p.fan_in);
    return 1e-3 * std::round(1e3 * std::clamp(s, 0.01, 1.0));
}

void run_size(benchmark::State& state, const ForcedNetwork& p) {
    const Stopwatch building;
    SceneRun run = forced_run(p, {});
    const double build_seconds = building.seconds();
    // Beyond the first review of which populations are stepped (engine/runtime/engine_stepping.cpp).
    for (long left = std::lround(std::ceil(0.11 / p.piece_s)); left > 0; --left) run.advance();
    const Counters before = run.simulation->counters();
    const Stopwatch watch;
    for (auto _ : state) run.advance();
    const double seconds = watch.seconds();
    const Counters after = run.simulation->counters();
    const double model_s = static_cast<double>(state.iterations()) * p.piece_s;
    const auto spikes = static_cast<double>(after.spikes - before.spikes);
    require(spikes > 0.7 * rate_hz * p.neurons * model_s, "neurons were silent");
    require((p.learns == Learns::no) == (after.plastic_updates == before.plastic_updates),
            "the wrong synapses learned");
    report(state, *run.simulation, seconds, static_cast<double>(after.synaptic_events - before.synaptic_events),
           run.synapses, model_s);
    state.counters["built_synapses_per_second"] = run.synapses / build_seconds;
    state.counters["x"] = p.neurons;
}

/// How fast a network is built, by the clock on the wall: random weights, a fixed in-degree.
void run_construction(benchmark::State& state, std::uint32_t neurons, std::uint32_t threads) {
    const ForcedNetwork p{.neurons = neurons, .fan_in = 200, .learns = Learns::no};
    const ForcedDescription d = describe(p);
    double fastest = 1e30;
    for (auto _ : state) {
        const WallClock wall;
        const Simulation simulation(d.network, {.threads = threads});
        fastest = std::min(fastest, wall.seconds());
    }
    state.counters["built_synapses_per_second"] = static_cast<double>(neurons) * p.fan_in / fastest;
    state.counters["x"] = neurons;
}

/// No input at all; with learning on the error is not zero, but no membrane is within reach of the surrogate.
void run_idle(benchmark::State& state, Learns learns) {
    SceneRun run = forced_run(
        {.neurons = 1'000'000, .fan_in = 1, .rate_hz = 0.0, .learns = learns, .piece_s = 1.0, .taught = false}, {});
    run.advance();
    const Stopwatch watch;
    for (auto _ : state) run.advance();
    const double seconds = watch.seconds(), model_s = static_cast<double>(state.iterations()) * run.piece_s;
    require(run.simulation->counters().synaptic_events == 0, "something happened");
    state.counters["seconds_per_model_second"] = seconds / model_s;
    state.counters["real_time_factor"] = model_s / seconds;
}

void add(std::uint32_t neurons, std::uint32_t fan_in, Learns learns) {
    ForcedNetwork p{.neurons = neurons, .fan_in = fan_in, .rate_hz = rate_hz, .learns = learns};
    p.piece_s = piece_for(p);
    const std::string name =
        std::string("size/") + (learns == Learns::no ? "static" : "learning") + "/neurons:" + std::to_string(neurons);
    benchmark::RegisterBenchmark(name.c_str(), [p](benchmark::State& state) { run_size(state, p); })
        ->Unit(benchmark::kMillisecond)
        ->Iterations(2);
}

void add_construction(std::uint32_t neurons) {
    for (const std::uint32_t threads : {1u, 2u}) {
        const std::string name =
            "construction/neurons:" + std::to_string(neurons) + "/threads:" + std::to_string(threads);
        benchmark::RegisterBenchmark(name.c_str(),
                                     [=](benchmark::State& state) { run_construction(state, neurons, threads); })
            ->Unit(benchmark::kMillisecond)
            ->UseRealTime()
            ->Iterations(3);
    }
}

[[maybe_unused]] const bool added = [] {
    for (const std::uint32_t neurons : {10'000u, 100'000u}) add_construction(neurons);
    for (const std::uint32_t neurons : {1000u, 10'000u, 100'000u}) {
        add(neurons, 200, Learns::no);
        add(neurons, 100, Learns::at_arrivals);
    }
    for (const Learns learns : {Learns::no, Learns::at_arrivals}) {
        benchmark::RegisterBenchmark(learns == Learns::no ? "idle/static" : "idle/learning",
                                     [learns](benchmark::State& state) { run_idle(state, learns); })
            ->Unit(benchmark::kMillisecond)
            ->Iterations(1);
    }
    if (std::getenv("SALTUS_LARGE") != nullptr) {
        add(1'000'000, 200, Learns::no);
        add_construction(1'000'000);
    }
    return true;
}();

} // namespace
} // namespace saltus::bench
