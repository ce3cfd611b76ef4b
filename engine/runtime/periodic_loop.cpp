// SPDX-License-Identifier: BSD-3-Clause
#include "engine/runtime/periodic_loop.hpp"
#include "engine/core/error.hpp"

#include <cerrno>
#include <ctime>
#include <string>

namespace saltus {
namespace {

/// libstdc++'s steady clock is CLOCK_MONOTONIC.
void sleep_until(std::chrono::steady_clock::time_point when) {
    const auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(when.time_since_epoch()).count();
    const timespec at{.tv_sec = static_cast<std::time_t>(ns / 1'000'000'000),
                      .tv_nsec = static_cast<long>(ns % 1'000'000'000)};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, nullptr) == EINTR) {
    }
}

} // namespace

PeriodicLoop::PeriodicLoop(const LoopOptions& options) : options_(options) {
    const auto ns = options.period.count();
    if (ns < 1000 || ns > 3'600'000'000'000) {
        throw ConfigError("LoopOptions", "period is " + std::to_string(ns) + " ns", "use 1 us to 1 h");
    }
    if (options.spin.count() < 0 || options.spin > options.period) {
        throw ConfigError("LoopOptions", "spin is " + std::to_string(options.spin.count()) + " ns",
                          "use 0 to the period");
    }
}

std::uint64_t PeriodicLoop::await_last_stretch() {
    deadline_ += options_.period;
    std::uint64_t missed = 0;
    if (const auto behind = Clock::now() - deadline_; behind >= Clock::duration::zero()) {
        missed = static_cast<std::uint64_t>(behind / options_.period) + 1;
        deadline_ += options_.period * static_cast<std::int64_t>(missed);
        missed_ += missed;
    }
    sleep_until(deadline_ - options_.spin);
    return missed;
}

void PeriodicLoop::await_deadline() {
    auto now = Clock::now();
    while (now < deadline_) now = Clock::now();
    wake_.record(now - deadline_);
}

} // namespace saltus
