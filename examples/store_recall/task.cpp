// SPDX-License-Identifier: BSD-3-Clause
#include "examples/store_recall/task.hpp"

#include "examples/common/poisson_input.hpp"

namespace saltus::examples::store_recall {

BitTrial bit_trial(const Timing& timing, const TimeGrid& grid, std::uint64_t seed, std::uint64_t n) {
    constexpr double active_hz = 50.0, store_probability = 1.0 / 3.0;
    constexpr std::uint32_t store = 2, recall = 3;
    RandomStream choices = trial_stream(seed, n, 0), spikes = trial_stream(seed, n, 1);
    BitTrial trial;
    const auto steps = static_cast<std::uint32_t>(timing.bits);
    const std::uint32_t surely = choices.below(steps);
    const auto show = [&](std::uint32_t step, std::uint32_t symbol) {
        const Tick ticks = timing.step_ms * grid.learning_clock;
        append_poisson(trial.input, grid, spikes, symbol * group, group, active_hz, step * ticks, (step + 1) * ticks);
    };
    for (std::uint32_t step = 0; step < steps; ++step) {
        const std::uint32_t bit = choices.below(2);
        const bool stored = choices.uniform() < store_probability || step == surely;
        trial.bits.push_back(bit);
        trial.stored.push_back(stored);
        show(step, bit);
        if (!stored) continue;
        show(step, store);
        trial.label = bit;
    }
    show(steps, recall);
    return trial;
}

} // namespace saltus::examples::store_recall
