// SPDX-License-Identifier: BSD-3-Clause
// Networks of the literature, all in; and the hash of what came out. `threads:2` is the same network in two partitions
// on two threads: the same hash, in the time that the clock on the wall shows.
#include "bench/bench_support.hpp"
#include "bench/scenes/scene.hpp"

#include <cinttypes>
#include <string>

namespace saltus::bench {
namespace {

/// Processor time of all threads.
double process_seconds() {
    timespec t{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

void check_hash(const Scene& scene, const SceneRun& run) {
    if (run.hash() == scene.expected) return;
    char text[200];
    std::snprintf(text, sizeof text, "the outcome of %s hashes to 0x%016" PRIx64 ", not to what bench/scenes says",
                  scene.name.c_str(), run.hash());
    require(false, text);
}

void report_scene(benchmark::State& state, const SceneRun& run, const Counters& before, double seconds, double pieces) {
    const Counters after = run.simulation->counters();
    const auto events = static_cast<double>(after.synaptic_events - before.synaptic_events);
    const auto spikes = static_cast<double>(run.simulation->spikes().size()); // those of drives are not recorded
    const auto updates = static_cast<double>(after.plastic_updates - before.plastic_updates);
    const double model_s = pieces * run.piece_s;
    require(spikes > 0.0, "no neuron spiked");
    require(run.learning.empty() == (updates == 0.0), "the wrong synapses learned");
    report(state, *run.simulation, seconds, events, run.synapses, model_s);
    state.counters["seconds_per_model_second"] = seconds / model_s;
    state.counters["spikes_per_neuron_and_s"] = spikes / (run.neuron_count() * model_s);
    if (!run.figures) return;
    for (const auto& [name, value] : run.figures()) state.counters[name] = value;
}

/// Runs the pieces that are measured. @return ns per synaptic event of the cheapest
double best_piece(const SceneRun& run, int pieces, std::uint32_t threads) {
    double best = 0.0;
    for (int k = 0; k < pieces; ++k) {
        const std::uint64_t before = run.simulation->counters().synaptic_events;
        const Stopwatch watch;
        const WallClock wall;
        run.advance();
        const double ns = 1e9 * (threads == 1 ? watch.seconds() : wall.seconds());
        const double each = ns / static_cast<double>(run.simulation->counters().synaptic_events - before);
        if (k == 0 || each < best) best = each;
    }
    return best;
}

void run_scene(benchmark::State& state, const Scene& scene, std::uint32_t threads) {
    const SimulationOptions options{.partitions = threads, .threads = threads};
    for (auto _ : state) {
        state.PauseTiming();
        const Stopwatch building;
        const SceneRun run = scene.make(options);
        const double build_seconds = building.seconds();
        for (const auto& [population, size] : run.neurons) run.simulation->record_spikes(population);
        for (int k = 0; k < scene.settling; ++k) run.advance();
        run.simulation->clear_spikes();
        const Counters before = run.simulation->counters();
        state.ResumeTiming();
        const Stopwatch watch;
        const WallClock wall;
        const double process_start = process_seconds();
        const double best = best_piece(run, scene.measured, threads);
        const double seconds = threads == 1 ? watch.seconds() : wall.seconds();
        const double of_all_threads = process_seconds() - process_start;
        state.PauseTiming();
        report_scene(state, run, before, seconds, scene.measured);
        state.counters["ns_per_synaptic_event_at_best"] = best;
        state.counters["built_synapses_per_second"] = run.synapses / build_seconds;
        state.counters["processor_seconds_per_model_second"] = of_all_threads / (run.piece_s * scene.measured);
        check_hash(scene, run);
        state.ResumeTiming();
    }
}

bool in_two_threads(const Scene& scene) {
    return scene.name == "balanced/10000x1000" || scene.name == "eprop_recurrent/10000/10Hz";
}

void add(const Scene& scene, std::uint32_t threads) {
    const std::string name = scene.name + (threads == 1 ? "" : "/threads:" + std::to_string(threads));
    benchmark::RegisterBenchmark(name.c_str(), [scene, threads](benchmark::State& s) { run_scene(s, scene, threads); })
        ->Unit(benchmark::kMillisecond)
        ->Iterations(1);
}

[[maybe_unused]] const bool added = [] {
    for (const Scene& scene : all_scenes()) {
        if (scene.brief) continue;
        add(scene, 1);
        if (in_two_threads(scene)) add(scene, 2);
    }
    return true;
}();

} // namespace
} // namespace saltus::bench
