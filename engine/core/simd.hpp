// SPDX-License-Identifier: BSD-3-Clause
// SALTUS_SIMD in front of a function compiles it for several instruction sets and picks one when the program starts. It
// has to be a macro, as it is an attribute. Every version gives the same bits: multiplications and additions stay
// separate (-ffp-contract=off), and loops marked so never sum across lanes.
#pragma once

#include <algorithm>
#include <cstddef>

// Only g++ picks when the program starts, and only where it optimises; others compile the one version that their flags
// ask for. -DSALTUS_NO_DISPATCH makes g++ do the same: with -mavx512f, with -mavx2 or with neither it forces each of
// the versions (`./dev check --golden` shows that they agree).
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__) && defined(__OPTIMIZE__) && !defined(SALTUS_NO_DISPATCH)
#define SALTUS_SIMD __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define SALTUS_SIMD
#endif

// So that what a marked function calls is compiled for its instruction sets, too.
#define SALTUS_INLINE inline __attribute__((always_inline))

namespace saltus {

/// Asks for the first cache lines of n values, `lines` at most, before they are needed.
template <class T>
SALTUS_INLINE void fetch(const T* values, std::size_t n, std::size_t lines) {
    constexpr std::size_t per_line = 64 / sizeof(T);
    for (std::size_t k = 0; k < std::min(n, lines * per_line); k += per_line) __builtin_prefetch(values + k);
}

} // namespace saltus
