// SPDX-License-Identifier: BSD-3-Clause
// Latency code: a strong input fires early, a weak one late or never. The first crossing of a leaky membrane with time
// constant tau that a constant current x in [0, 1] drives towards x:
//
//     t(x) = tau ln(x / (x - theta))   if x > theta and t < t_max, else no spike
//
// F. Zenke, SpyTorch, tutorial 2 (Fashion-MNIST): tau = 20 ms, theta = 0.2, t_max = 100 ms.
#pragma once

#include "engine/core/stable_math.hpp"
#include "engine/core/time.hpp"

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>

namespace saltus {

struct LatencyEncoderParameters {
    double tau_ms = 20.0;    ///< > 0
    double theta = 0.2;      ///< inputs up to it never fire, >= 0
    double t_max_ms = 100.0; ///< nor do those that would fire this late or later
};

/// Latency in milliseconds of an input x; negative: no spike.
[[nodiscard]] constexpr double latency_ms(const LatencyEncoderParameters& p, double x) {
    if (!(x > p.theta)) return -1.0;
    const double t = p.tau_ms * stable_log(x / (x - p.theta));
    return t < p.t_max_ms ? t : -1.0;
}

/// Encodes images of bytes (x = byte / 255); one neuron for each pixel, at most one spike each.
class LatencyEncoder {
  public:
    explicit LatencyEncoder(const TimeGrid& grid, const LatencyEncoderParameters& p = {}) {
        // Latencies fall with the value: from bright to dark, a new slot begins wherever the tick changes.
        for (std::size_t value = 256; value-- > 0;) {
            const double ms = latency_ms(p, static_cast<double>(value) / 255.0);
            if (ms < 0.0) break;
            const Tick tick = grid.ticks(ms);
            if (slots_ == 0 || tick_[slots_ - 1u] != tick) tick_[slots_++] = tick;
            slot_[value] = static_cast<std::uint16_t>(slots_ - 1u);
            fires_from_ = value;
        }
    }

    /// Ticks from stimulus onset to the spike of a pixel, or `never`.
    [[nodiscard]] Tick latency(std::uint8_t value) const { return value < fires_from_ ? never : tick_[slot_[value]]; }

    /// Calls emit(tick, neuron) for every spike, sorted by (tick, neuron). `order` is working memory, at least as long
    /// as the image. Cost: two passes over the image.
    template <class Emit>
    void encode(std::span<const std::uint8_t> image, Tick onset, std::span<std::uint32_t> order,
                const Emit& emit) const {
        assert(order.size() >= image.size());
        std::array<std::uint32_t, 257> end{}; // counting sort by slot
        for (const std::uint8_t value : image)
            if (value >= fires_from_) ++end[slot_[value] + 1u];
        for (std::size_t s = 0; s < slots_; ++s) end[s + 1] += end[s];
        for (std::size_t i = 0; i < image.size(); ++i)
            if (image[i] >= fires_from_) order[end[slot_[image[i]]]++] = static_cast<std::uint32_t>(i);
        std::uint32_t k = 0;
        for (std::size_t s = 0; s < slots_; ++s)
            for (; k < end[s]; ++k) emit(onset + tick_[s], order[k]);
    }

  private:
    std::array<Tick, 256> tick_{};          ///< latency of each slot, ascending
    std::array<std::uint16_t, 256> slot_{}; ///< slot of each value from fires_from_ on
    std::size_t slots_ = 0;
    std::size_t fires_from_ = 256; ///< least value that fires
};

} // namespace saltus
