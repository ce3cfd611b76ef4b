// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "engine/core/random.hpp"
#include "engine/core/time.hpp"
#include "engine/runtime/input_event.hpp"
#include "models/poisson_encoder.hpp"

#include <cstdint>
#include <vector>

namespace saltus::examples {

/// Streams of trial number n of a run, apart from those that weights are drawn from: one for each `part` below 2^16.
[[nodiscard]] inline RandomStream trial_stream(std::uint64_t seed, std::uint64_t n, std::uint32_t part) {
    constexpr std::uint64_t trials = 6ULL << 60;
    return RandomStream(seed, trials | (n << 16) | part);
}

/// Appends Poisson spike trains of neurons first, ..., first + count - 1, at one rate from `begin` to `end`. All draw
/// from one stream.
inline void append_poisson(std::vector<InputEvent>& events, const TimeGrid& grid, RandomStream& stream,
                           std::uint32_t first, std::uint32_t count, double rate_hz, Tick begin, Tick end) {
    for (std::uint32_t i = first; i < first + count; ++i) {
        PoissonEncoder train(grid, RandomStream(stream.bits(), i), rate_hz, begin);
        train.advance_until(end, [&](Tick tick) { events.push_back({tick, i}); });
    }
}

} // namespace saltus::examples
