// SPDX-License-Identifier: BSD-3-Clause
// Store and recall: a stream of bits, one every 200 ms; now and then the command "store" comes with one of them. At the
// end comes the command "recall", and the network is to say which bit it was told to store last. All other bits are to
// be ignored. After Bellec et al. 2018, "Long short-term memory and learning-to-learn in networks of spiking neurons".
#pragma once

#include "engine/core/time.hpp"
#include "examples/common/trials.hpp"

#include <cstdint>
#include <vector>

namespace saltus::examples::store_recall {

struct Timing {
    std::int64_t step_ms = 200;
    std::int64_t bits = 8; ///< steps before the recall

    [[nodiscard]] std::int64_t trial_ms() const { return (bits + 1) * step_ms; }
};

/// Input neurons, in groups: bit 0, bit 1, store, recall.
inline constexpr std::uint32_t group = 20, groups = 4;

struct BitTrial : Trial {
    std::vector<std::uint32_t> bits; ///< [steps]
    std::vector<bool> stored;        ///< [steps]
};

/// Trial number n of a seed. "Store" comes with every third bit on average, and at least once.
[[nodiscard]] BitTrial bit_trial(const Timing& timing, const TimeGrid& grid, std::uint64_t seed, std::uint64_t n);

} // namespace saltus::examples::store_recall
