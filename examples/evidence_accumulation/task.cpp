// SPDX-License-Identifier: BSD-3-Clause
#include "examples/evidence_accumulation/task.hpp"

#include "examples/common/poisson_input.hpp"

namespace saltus::examples::evidence {

CueTrial cue_trial(const Timing& timing, const TimeGrid& grid, std::uint64_t seed, std::uint64_t n) {
    constexpr double favoured = 0.7, active_hz = 40.0, background_hz = 10.0;
    const auto tick = [&](std::int64_t ms) { return ms * grid.learning_clock; };
    RandomStream choices = trial_stream(seed, n, 0), spikes = trial_stream(seed, n, 1);
    CueTrial trial;
    const std::uint32_t favourite = choices.below(2);
    std::uint32_t rights = 0;
    for (std::uint32_t c = 0; c < timing.cues; ++c) {
        const std::uint32_t side = choices.uniform() < favoured ? favourite : 1 - favourite;
        rights += side;
        trial.sides.push_back(side);
        const std::int64_t begin = c * (timing.cue_ms + timing.spacing_ms);
        append_poisson(trial.input, grid, spikes, side * group, group, active_hz, tick(begin),
                       tick(begin + timing.cue_ms));
    }
    trial.label = 2 * rights > timing.cues ? right : left;
    append_poisson(trial.input, grid, spikes, 2 * group, group, active_hz, tick(timing.recall_begin_ms()),
                   tick(timing.trial_ms()));
    append_poisson(trial.input, grid, spikes, 3 * group, group, background_hz, 0, tick(timing.trial_ms()));
    return trial;
}

} // namespace saltus::examples::evidence
