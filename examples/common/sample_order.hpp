// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "engine/core/random.hpp"

#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

namespace saltus::examples {

/// The order in which an epoch goes through `count` samples (Fisher-Yates): a function of seed and epoch alone.
[[nodiscard]] inline std::vector<std::uint32_t> sample_order(std::uint64_t seed, std::uint64_t epoch,
                                                             std::size_t count) {
    std::vector<std::uint32_t> order(count);
    std::iota(order.begin(), order.end(), 0u);
    constexpr std::uint64_t shuffles = 7ULL << 60; // apart from the streams that weights are drawn from
    RandomStream stream(seed, shuffles | epoch);
    for (auto left = static_cast<std::uint32_t>(count); left > 1; --left) {
        std::swap(order[left - 1], order[stream.below(left)]);
    }
    return order;
}

} // namespace saltus::examples
