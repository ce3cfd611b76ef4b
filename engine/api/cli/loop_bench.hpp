// SPDX-License-Identifier: BSD-3-Clause
// What `saltus bench loop` measures: a control loop around a network that learns, fed by a sensor's thread.
#pragma once

#include "engine/core/counters.hpp"
#include "engine/core/latency_histogram.hpp"
#include "engine/io/live_input.hpp"

#include <chrono>
#include <cstdint>

namespace saltus::cli {

struct LoopBenchOptions {
    double seconds = 10.0;
    double warm_up_s = 1.0; ///< before that; not measured
    double overload = 1.0;  ///< events offered, in units of 10,000 per second
    std::int64_t period_us = 1000;
    std::int64_t budget_us = 800; ///< of a step
    std::int64_t spin_us = 0;
    std::int64_t ahead_us = 0;        ///< what is known so long before a deadline is worked on then, awake
    std::uint32_t most_per_step = 30; ///< events taken by one step: three times what is usual
};

struct LoopBenchResult {
    LatencyHistogram step;    ///< events in, advance, outputs read: by the clock on the wall
    LatencyHistogram cpu;     ///< the same, in processor time of the engine's thread
    LatencyHistogram ahead;   ///< what was done ahead of deadlines
    LatencyHistogram wake;    ///< from the deadline to the beginning of a step
    std::uint64_t missed = 0; ///< deadlines left out
    std::uint64_t late = 0;   ///< steps that ended before the network had come as far as it should
    io::LiveCounters events{};
    Counters before{}, after{}; ///< of the engine, around what was measured
    double model_s = 0.0;
    std::uint32_t neurons = 0;
    double weight_change = 0.0;         ///< mean absolute change of the plastic weights
    std::int64_t memory_growth_kib = 0; ///< resident memory at the end minus that after the warm-up
};

[[nodiscard]] LoopBenchResult run_loop_bench(const LoopBenchOptions& options);

} // namespace saltus::cli
