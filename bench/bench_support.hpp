// SPDX-License-Identifier: BSD-3-Clause
// What the benchmarks share: the counters they report, input drawn beforehand, and the check that work was done.
#pragma once

#include "bench/scenes/input.hpp"
#include "engine/saltus.hpp"

#include <benchmark/benchmark.h>

#include <chrono>
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

/// Time by the clock on the wall since it was made: what counts where several threads work.
class WallClock {
  public:
    [[nodiscard]] double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

  private:
    using Clock = std::chrono::steady_clock;
    Clock::time_point start_ = Clock::now();
};

/// The counters of a run of a Simulation: `events` synaptic events and `model_s` seconds of model time took `seconds`.
inline void report(benchmark::State& state, const Simulation& simulation, double seconds, double events,
                   double synapses, double model_s) {
    state.counters["ns_per_synaptic_event"] = 1e9 * seconds / events;
    state.counters["synaptic_events_per_second"] = events / seconds;
    state.counters["bytes_per_synapse"] = static_cast<double>(simulation.bytes()) / synapses;
    state.counters["real_time_factor"] = model_s / seconds;
}

} // namespace saltus::bench
