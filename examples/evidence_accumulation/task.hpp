// SPDX-License-Identifier: BSD-3-Clause
// Evidence accumulation: seven cues, left or right; a silent second; then the network is asked on which side there were
// more. Morcos and Harvey 2016 trained mice at it; the numbers are those of Bellec et al. 2020, figure 3.
#pragma once

#include "engine/core/time.hpp"
#include "examples/common/trials.hpp"

#include <array>
#include <cstdint>

namespace saltus::examples::evidence {

struct Timing {
    std::uint32_t cues = 7;
    std::int64_t cue_ms = 100;    ///< a cue lasts so long,
    std::int64_t spacing_ms = 50; ///< ... followed by such a pause
    std::int64_t delay_ms = 1050; ///< between the last pause and the recall
    std::int64_t recall_ms = 150;

    [[nodiscard]] std::int64_t recall_begin_ms() const { return cues * (cue_ms + spacing_ms) + delay_ms; }
    [[nodiscard]] std::int64_t trial_ms() const { return recall_begin_ms() + recall_ms; }
};

/// Input neurons, in groups of ten: left cue, right cue, recall, background.
inline constexpr std::uint32_t group = 10, groups = 4;
enum Side : std::uint32_t { left = 0, right = 1 };

struct CueTrial : Trial {
    std::vector<std::uint32_t> sides; ///< [cues]
};

/// Trial number n of a seed. Each cue is on the favoured side with probability 0.7; the label is the side with more.
[[nodiscard]] CueTrial cue_trial(const Timing& timing, const TimeGrid& grid, std::uint64_t seed, std::uint64_t n);

} // namespace saltus::examples::evidence
