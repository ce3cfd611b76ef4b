// SPDX-License-Identifier: BSD-3-Clause
// Calls something once per period, at absolute deadlines: start + period, start + 2 period, ... A late call does not
// shift those after it. Deadlines that have passed when a call returns are missed: they are left out and counted, so
// that what was missed is never made up for in a burst.
#pragma once

#include "engine/core/latency_histogram.hpp"

#include <chrono>
#include <cstdint>

namespace saltus {

struct LoopOptions {
    std::chrono::nanoseconds period{1'000'000};
    /// The last stretch before a deadline is spent awake: costs processor time, saves the time of waking up. 0 to
    /// period.
    std::chrono::nanoseconds spin{0};
};

class PeriodicLoop {
  public:
    /// Throws ConfigError for a period below 1 us and the like.
    explicit PeriodicLoop(const LoopOptions& options);

    /// Calls body(missed), missed being the deadlines that were left out since the last call, until it returns false.
    /// May be called again; the first deadline then lies a period ahead. No allocation, no lock.
    template <class Body>
    void run(Body&& body) {
        run(body, [](std::uint64_t) {});
    }
    /// The same, with work that need not wait: ahead(missed) is called where the last stretch before a deadline begins
    /// (LoopOptions::spin), unless it is over already. What it does is not left to body(missed), whose code and data
    /// are at hand by then: outputs come the sooner.
    template <class Body, class Ahead>
    void run(Body&& body, Ahead&& ahead) {
        start();
        for (bool more = true; more;) {
            const std::uint64_t missed = await_last_stretch();
            if (const auto begin = Clock::now(); begin < deadline_) {
                ahead(missed);
                ahead_.record(Clock::now() - begin);
            }
            await_deadline();
            const auto begin = Clock::now();
            more = body(missed);
            step_.record(Clock::now() - begin);
        }
    }

    /// How long the body took.
    [[nodiscard]] const LatencyHistogram& step() const { return step_; }
    /// How long the work ahead of deadlines took.
    [[nodiscard]] const LatencyHistogram& ahead() const { return ahead_; }
    /// How long after its deadline the body was called.
    [[nodiscard]] const LatencyHistogram& wake() const { return wake_; }
    /// Deadlines that were left out.
    [[nodiscard]] std::uint64_t missed() const { return missed_; }

  private:
    using Clock = std::chrono::steady_clock;

    void start() { deadline_ = Clock::now(); }
    /// Sleeps until the last stretch before the next deadline that lies ahead; returns how many had passed by.
    std::uint64_t await_last_stretch();
    /// Waits awake.
    void await_deadline();

    LoopOptions options_;
    Clock::time_point deadline_{};
    LatencyHistogram step_, ahead_, wake_;
    std::uint64_t missed_ = 0;
};

} // namespace saltus
