// SPDX-License-Identifier: BSD-3-Clause
// Draws of many entities side by side: the very bits of RandomStream, without a branch, so that loops over them are
// vectorised. (The logarithm is that of stable_math.hpp.)
#pragma once

#include "engine/core/random.hpp"
#include "engine/core/simd.hpp"
#include "engine/core/stable_math.hpp"

#include <bit>
#include <cstdint>

namespace saltus {

/// The two draws of a block: numbers 2 * block and 2 * block + 1 of RandomStream::bits.
struct BlockBits {
    std::uint64_t first, second;
};

[[nodiscard]] SALTUS_INLINE constexpr BlockBits both_bits_of_block(std::uint64_t seed, std::uint64_t entity,
                                                                   std::uint64_t block) {
    const PhiloxBlock words = philox_of(seed, entity, block);
    return {(std::uint64_t{words[1]} << 32) | words[0], (std::uint64_t{words[3]} << 32) | words[2]};
}

/// 64 uniformly random bits: draw number 2 * block of RandomStream(seed, entity).
[[nodiscard]] SALTUS_INLINE constexpr std::uint64_t bits_of_block(std::uint64_t seed, std::uint64_t entity,
                                                                  std::uint64_t block) {
    return both_bits_of_block(seed, entity, block).first;
}

/// 2^52 as bits: an integer in the 52 lowest ones is added to it.
inline constexpr std::uint64_t of_2_52 = 0x4330'0000'0000'0000;

/// RandomStream::uniform of a stream that draws these bits.
[[nodiscard]] SALTUS_INLINE constexpr double uniform_of(std::uint64_t bits) {
    return (std::bit_cast<double>(of_2_52 | (bits >> 12)) - 0x1p52 + 0.5) * 0x1p-52;
}

/// stable_log(x), for normal x > 0.
[[nodiscard]] SALTUS_INLINE constexpr double log_of(double x) {
    const auto word = std::bit_cast<std::uint64_t>(x);
    const double exponent = std::bit_cast<double>(of_2_52 | (word >> 52)) - (0x1p52 + 1023.0);
    const double mantissa = std::bit_cast<double>((word & 0x000f'ffff'ffff'ffffULL) | 0x3ff0'0000'0000'0000ULL);
    const bool large = mantissa > 1.4142135623730951;
    const double m = large ? mantissa * 0.5 : mantissa;
    const double k = large ? exponent + 1.0 : exponent;
    return stable_log_of_parts(m, k);
}

/// RandomStream::exponential of a stream that draws these bits.
[[nodiscard]] SALTUS_INLINE constexpr double exponential_of(std::uint64_t bits) { return -log_of(uniform_of(bits)); }

} // namespace saltus
