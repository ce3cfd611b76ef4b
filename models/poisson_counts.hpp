// SPDX-License-Identifier: BSD-3-Clause
// How many spikes of a busy Poisson source fall in a tick, drawn at once, by inversion of 32 random bits. A source with
// several spikes a tick would cost an exponential draw for each of them (models/poisson.hpp).
//
// Four sources whose entities differ in the last two bits share a random block for each tick. What is drawn depends on
// nothing but source, tick and rate. The probability of a count is off by 2^-32 at most.
#pragma once

#include "engine/core/random_lanes.hpp"
#include "engine/core/simd.hpp"
#include "engine/core/stable_math.hpp"
#include "engine/core/time.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace saltus {

/// Whether a source of so many spikes a tick is busy: one draw a tick costs less than one for each spike, and the table
/// is short.
[[nodiscard]] constexpr bool is_busy(double spikes_per_tick) { return spikes_per_tick >= 0.1 && spikes_per_tick <= 32; }

/// The distribution of Poisson for one mean, to be inverted: a count is the number of steps that 32 random bits reach.
class CountTable {
  public:
    explicit CountTable(double mean) : mean_(mean) {
        double p = stable_exp(-mean), below = p;
        for (double k = 1.0; std::llround(below * 0x1p32) <= UINT32_MAX; ++k) {
            steps_.push_back(static_cast<std::uint32_t>(std::llround(below * 0x1p32)));
            p *= mean / k;
            below += p;
        }
    }

    [[nodiscard]] double mean() const { return mean_; }
    /// [k] 2^32 times the probability of k spikes or fewer.
    [[nodiscard]] const std::vector<std::uint32_t>& steps() const { return steps_; }
    [[nodiscard]] std::uint32_t operator()(std::uint32_t bits) const {
        std::uint32_t count = 0;
        for (const std::uint32_t step : steps_) count += bits >= step ? 1 : 0;
        return count;
    }

  private:
    double mean_;
    std::vector<std::uint32_t> steps_;
};

/// A block of sources in one tick.
struct CountLanes {
    static constexpr std::size_t size = 64;
    std::array<std::uint32_t, size> bits, count;
};

/// Random bits of sources first_entity, a multiple of 4, and after.
SALTUS_SIMD inline void draw_bits(CountLanes& lanes, std::uint64_t seed, std::uint64_t first_entity, Tick t) {
    constexpr std::uint64_t apart = std::uint64_t{1} << 62; // from the blocks that intervals are drawn from
#pragma GCC ivdep
    for (std::size_t k = 0; k < CountLanes::size / 4; ++k) {
        const BlockBits block = both_bits_of_block(seed, first_entity + 4 * k, apart + static_cast<std::uint64_t>(t));
        lanes.bits[4 * k] = static_cast<std::uint32_t>(block.first);
        lanes.bits[4 * k + 1] = static_cast<std::uint32_t>(block.first >> 32);
        lanes.bits[4 * k + 2] = static_cast<std::uint32_t>(block.second);
        lanes.bits[4 * k + 3] = static_cast<std::uint32_t>(block.second >> 32);
    }
}

/// Their counts, where all have the same table. steps: [n].
SALTUS_SIMD inline void count_spikes(CountLanes& lanes, const std::uint32_t* steps, std::size_t n) {
    std::array<std::uint32_t, CountLanes::size> count{};
    for (std::size_t i = 0; i < n; ++i) {
        const std::uint32_t step = steps[i];
        for (std::size_t k = 0; k < CountLanes::size; ++k) count[k] += lanes.bits[k] >= step ? 1u : 0u;
    }
    lanes.count = count;
}

} // namespace saltus
