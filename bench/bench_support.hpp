// SPDX-License-Identifier: BSD-3-Clause
// What the benchmarks share: the counters they report, input drawn beforehand, and the check that work was done.
#pragma once

#include "engine/saltus.hpp"

#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

namespace saltus::bench {

/// A benchmark is also a test: ends the program where nothing, or the wrong thing, was measured.
inline void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "benchmark void: %s\n", what);
    std::exit(1);
}

/// Processor time of this thread since it was made; what other programs take of the machine is left out.
class Stopwatch {
  public:
    [[nodiscard]] double seconds() const { return now() - start_; }

  private:
    static double now() {
        timespec t{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
        return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
    }
    double start_ = now();
};

/// The counters of a run of a Simulation: `events` synaptic events and `model_s` seconds of model time took `seconds`.
inline void report(benchmark::State& state, const Simulation& simulation, double seconds, double events,
                   double synapses, double model_s) {
    state.counters["ns_per_synaptic_event"] = 1e9 * seconds / events;
    state.counters["synaptic_events_per_second"] = events / seconds;
    state.counters["bytes_per_synapse"] = static_cast<double>(simulation.bytes()) / synapses;
    state.counters["real_time_factor"] = model_s / seconds;
}

/// Poisson spikes of `neurons` inputs, `rate_hz` each, over `ticks` ticks of `tick_s` seconds; sorted by tick.
inline std::vector<InputEvent> poisson(std::uint32_t neurons, double rate_hz, Tick ticks, double tick_s,
                                       std::uint64_t seed) {
    std::vector<InputEvent> events;
    if (rate_hz <= 0.0) return events;
    RandomStream random(seed, 1);
    const double per_tick = rate_hz * tick_s * neurons;
    for (double t = random.exponential() / per_tick; t < static_cast<double>(ticks);
         t += random.exponential() / per_tick) {
        events.push_back({static_cast<Tick>(t), random.below(neurons)});
    }
    return events;
}

/// Pushes `events` as if they had been drawn for the present.
inline void push_from_now(Simulation& simulation, PopulationId input, std::vector<InputEvent>& scratch,
                          const std::vector<InputEvent>& events) {
    scratch.assign(events.begin(), events.end());
    for (InputEvent& event : scratch) event.tick += simulation.now();
    require(simulation.push(input, scratch) == Status::ok, "an input event was refused");
}

} // namespace saltus::bench
