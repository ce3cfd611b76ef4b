// SPDX-License-Identifier: BSD-3-Clause
// Draws of many entities side by side: the very bits of RandomStream, written in 64-bit lanes and without a branch, so
// that loops over them are vectorised. (Philox 4x32-10 as in random.hpp; the logarithm as in stable_math.hpp.)
#pragma once

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
    constexpr std::uint64_t low = 0xffff'ffff;
    std::uint64_t c0 = block & low, c1 = block >> 32, c2 = entity & low, c3 = entity >> 32; // each below 2^32
    std::uint64_t k0 = seed & low, k1 = seed >> 32;
    for (int round = 0; round < 10; ++round) {
        const std::uint64_t a = 0xD2511F53ULL * c0;
        const std::uint64_t b = 0xCD9E8D57ULL * c2;
        c0 = (b >> 32) ^ c1 ^ k0;
        c1 = b & low;
        c2 = (a >> 32) ^ c3 ^ k1;
        c3 = a & low;
        k0 = (k0 + 0x9E3779B9) & low;
        k1 = (k1 + 0xBB67AE85) & low;
    }
    return {(c1 << 32) | c0, (c3 << 32) | c2};
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
