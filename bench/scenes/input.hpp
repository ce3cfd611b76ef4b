// SPDX-License-Identifier: BSD-3-Clause
// Input drawn beforehand, so that drawing it is not timed.
#pragma once

#include "engine/saltus.hpp"

#include <cstdint>
#include <stdexcept>
#include <vector>

namespace saltus::bench {

inline TimeGrid one_ms() {
    return {
        .tick = std::chrono::milliseconds(1), .delay_resolution = std::chrono::milliseconds(1), .learning_clock = 1};
}

inline TimeGrid tenth_ms() { return {.tick = std::chrono::microseconds(100), .learning_clock = 10}; }

/// Poisson spikes of `neurons` inputs, `rate_hz` each, over `ticks` ticks of `tick_s` seconds; sorted by tick.
inline std::vector<InputEvent> poisson(std::uint32_t neurons, double rate_hz, Tick ticks, double tick_s,
                                       std::uint64_t seed) {
    std::vector<InputEvent> events;
    if (rate_hz <= 0.0) return events;
    RandomStream random(seed, 1);
    const double per_tick = rate_hz * tick_s * neurons;
    double t = random.exponential() / per_tick;
    while (t < static_cast<double>(ticks)) {
        events.push_back({static_cast<Tick>(t), random.below(neurons)});
        t += random.exponential() / per_tick;
    }
    return events;
}

/// Pushes `events` as if they had been drawn for the present.
inline void push_from_now(Simulation& simulation, PopulationId input, std::vector<InputEvent>& scratch,
                          const std::vector<InputEvent>& events) {
    scratch.assign(events.begin(), events.end());
    for (InputEvent& event : scratch) event.tick += simulation.now();
    if (simulation.push(input, scratch) != Status::ok) throw std::runtime_error("an input event was refused");
}

} // namespace saltus::bench
