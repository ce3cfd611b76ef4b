// SPDX-License-Identifier: BSD-3-Clause
// Counter-based random numbers: f(seed, entity, counter), no hidden state, so the draw for a synapse or a sample is the
// same whoever asks, in whatever order. Philox 4x32-10: Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as
// easy as 1, 2, 3".
#pragma once

#include "engine/core/simd.hpp"
#include "engine/core/stable_math.hpp"

#include <array>
#include <cmath>
#include <cstdint>

namespace saltus {

using PhiloxBlock = std::array<std::uint32_t, 4>;

/// Ten rounds of Philox 4x32 on a 128-bit counter with a 64-bit key.
[[nodiscard]] SALTUS_INLINE constexpr PhiloxBlock philox(PhiloxBlock c, std::uint64_t key) {
    constexpr std::uint32_t m0 = 0xD2511F53, m1 = 0xCD9E8D57;
    auto k0 = static_cast<std::uint32_t>(key);
    auto k1 = static_cast<std::uint32_t>(key >> 32);
    for (int round = 0; round < 10; ++round) {
        // The halves of a product apart: so compilers find the vector instructions for them.
        const auto high0 = static_cast<std::uint32_t>((std::uint64_t{m0} * c[0]) >> 32);
        const auto high1 = static_cast<std::uint32_t>((std::uint64_t{m1} * c[2]) >> 32);
        c = {high1 ^ c[1] ^ k0, m1 * c[2], high0 ^ c[3] ^ k1, m0 * c[0]};
        k0 += 0x9E3779B9;
        k1 += 0xBB67AE85;
    }
    return c;
}

/// The block of that number in the stream of (seed, entity).
[[nodiscard]] SALTUS_INLINE constexpr PhiloxBlock philox_of(std::uint64_t seed, std::uint64_t entity,
                                                            std::uint64_t block) {
    return philox({static_cast<std::uint32_t>(block), static_cast<std::uint32_t>(block >> 32),
                   static_cast<std::uint32_t>(entity), static_cast<std::uint32_t>(entity >> 32)},
                  seed);
}

/// Uniform integer in [0, n), n > 0, without bias (Lemire's multiply and reject, 32-bit), of a source of 64 random
/// bits.
template <class Source>
[[nodiscard]] constexpr std::uint32_t uniform_below(Source& source, std::uint32_t n) {
    for (;;) {
        const std::uint64_t product = (source.bits() & 0xffff'ffffULL) * n;
        const auto low = static_cast<std::uint32_t>(product);
        // The exact limit, (2^32 - n) mod n, costs a division and is below n.
        if (low >= n || low >= (0u - n) % n) return static_cast<std::uint32_t>(product >> 32);
    }
}

/// A stream of draws that belongs to one entity. Copyable; equal (seed, entity) give equal streams.
class RandomStream {
  public:
    constexpr RandomStream(std::uint64_t seed, std::uint64_t entity, std::uint64_t counter = 0)
        : seed_(seed), entity_(entity), counter_(counter) {
        if ((counter_ & 1) != 0) block_ = block();
    }

    /// 64 uniformly random bits; draws number 2c and 2c+1 share a Philox block, which is kept in between.
    constexpr std::uint64_t bits() {
        const bool second = (counter_ & 1) != 0;
        if (!second) block_ = block();
        ++counter_;
        return second ? (std::uint64_t{block_[3]} << 32) | block_[2] : (std::uint64_t{block_[1]} << 32) | block_[0];
    }

    [[nodiscard]] constexpr std::uint64_t seed() const { return seed_; }
    [[nodiscard]] constexpr std::uint64_t entity() const { return entity_; }

    /// How many draws were taken: RandomStream(seed, entity, counter()) goes on from here.
    [[nodiscard]] constexpr std::uint64_t counter() const { return counter_; }

    /// Uniform in (0, 1): never 0, never 1, so its logarithm is finite.
    constexpr double uniform() { return (static_cast<double>(bits() >> 12) + 0.5) * 0x1p-52; }

    /// Uniform integer in [0, n), n > 0.
    constexpr std::uint32_t below(std::uint32_t n) { return uniform_below(*this, n); }

    /// Exponential with mean 1.
    constexpr double exponential() { return -stable_log(uniform()); }

    /// Standard normal (Marsaglia's polar method: only sqrt and our own log).
    double normal() {
        for (;;) {
            const double x = 2.0 * uniform() - 1.0;
            const double y = 2.0 * uniform() - 1.0;
            const double s = x * x + y * y;
            if (s < 1.0 && s > 0.0) return x * std::sqrt(-2.0 * stable_log(s) / s);
        }
    }

  private:
    [[nodiscard]] constexpr PhiloxBlock block() const { return philox_of(seed_, entity_, counter_ >> 1); }

    std::uint64_t seed_;
    std::uint64_t entity_;
    std::uint64_t counter_;
    PhiloxBlock block_{};
};

} // namespace saltus
