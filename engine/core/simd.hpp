// SPDX-License-Identifier: BSD-3-Clause
// SALTUS_SIMD in front of a function compiles it for several instruction sets and picks one when the program starts. It
// has to be a macro, as it is an attribute. Every version gives the same bits: multiplications and additions stay
// separate (-ffp-contract=off), and loops marked so never sum across lanes.
#pragma once

#include <bit>
#include <cstdint>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__) && defined(__OPTIMIZE__)
#define SALTUS_SIMD __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define SALTUS_SIMD
#endif

#if defined(__GNUC__)
#define SALTUS_INLINE inline __attribute__((always_inline))
#else
#define SALTUS_INLINE inline
#endif

namespace saltus {

/// choose ? a : b where the choice cannot be foreseen: both are there, and bits are masked. A compiler makes a jump of
/// the other form, which costs more than either value.
[[nodiscard]] SALTUS_INLINE double pick(bool choose, double a, double b) {
    const std::uint64_t mask = -static_cast<std::uint64_t>(choose);
    return std::bit_cast<double>((std::bit_cast<std::uint64_t>(a) & mask) | (std::bit_cast<std::uint64_t>(b) & ~mask));
}

} // namespace saltus
