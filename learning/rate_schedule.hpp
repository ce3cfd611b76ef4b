// SPDX-License-Identifier: BSD-3-Clause
// How a learning rate changes as learning goes on: a factor on the optimiser's rate for update number n = 1, 2, ...
// With interval updates n counts the projection's updates; with updates at arrivals it is the number of the learning
// step. Each is a pure function of n, so updates that were put off are made at the rates of their own time.
#pragma once

#include "engine/core/stable_math.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <variant>
#include <vector>

namespace saltus {

struct ConstantRate {
    [[nodiscard]] double operator()(std::int64_t /*n*/) const { return 1.0; }
};

/// Multiplied by `factor` after every `period` updates: factor^floor((n - 1)/period).
struct StepDecay {
    std::int64_t period = 1; ///< >= 1
    double factor = 0.5;     ///< 0 < factor <= 1
    [[nodiscard]] double operator()(std::int64_t n) const {
        const std::int64_t times = (n - 1) / period;
        return stable_exp(stable_log(factor) * static_cast<double>(times));
    }
};

/// exp(-(n - 1)/updates).
struct ExponentialDecay {
    double updates = 1000.0; ///< > 0
    [[nodiscard]] double operator()(std::int64_t n) const { return stable_exp(-static_cast<double>(n - 1) / updates); }
};

/// From 1 at the first update to `floor` after `updates` more, and constant from then on.
struct LinearDecay {
    std::int64_t updates = 1000; ///< >= 1
    double floor = 0.0;          ///< >= 0
    [[nodiscard]] double operator()(std::int64_t n) const {
        const double done = std::min(1.0, static_cast<double>(n - 1) / static_cast<double>(updates));
        return 1.0 - (1.0 - floor) * done;
    }
};

/// n/updates for the first `updates` updates, 1 from then on.
struct WarmUp {
    std::int64_t updates = 100; ///< >= 1
    [[nodiscard]] double operator()(std::int64_t n) const {
        return std::min(1.0, static_cast<double>(n) / static_cast<double>(updates));
    }
};

/// The factor of the last entry (first update, factor) that has begun; 1 before the first. Entries ascend.
struct PiecewiseRate {
    std::vector<std::pair<std::int64_t, double>> factors{};
    [[nodiscard]] double operator()(std::int64_t n) const {
        double factor = 1.0;
        for (const auto& [first, value] : factors) factor = n >= first ? value : factor;
        return factor;
    }
};

using RateSchedule = std::variant<ConstantRate, StepDecay, ExponentialDecay, LinearDecay, WarmUp, PiecewiseRate>;

} // namespace saltus
