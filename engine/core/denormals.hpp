// SPDX-License-Identifier: BSD-3-Clause
// Denormals are flushed to zero on every thread that computes, always: a membrane that decays in silence would else
// reach them and slow down a hundredfold, and a thread with another setting would give other bits.
#pragma once

#if defined(__SSE2__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <cstdint>
#endif

namespace saltus {

/// Flush-to-zero for the lifetime of the object; restores the thread's setting after.
class ScopedFlushDenormals {
  public:
#if defined(__SSE2__)
    ScopedFlushDenormals() : saved_(_mm_getcsr()) { _mm_setcsr(saved_ | 0x8040u); } // FTZ and DAZ
    ~ScopedFlushDenormals() { _mm_setcsr(saved_); }
#elif defined(__aarch64__)
    ScopedFlushDenormals() {
        __asm__ volatile("mrs %0, fpcr" : "=r"(saved_));
        __asm__ volatile("msr fpcr, %0" ::"r"(saved_ | (std::uint64_t{1} << 24)));
    }
    ~ScopedFlushDenormals() { __asm__ volatile("msr fpcr, %0" ::"r"(saved_)); }
#endif
    ScopedFlushDenormals(const ScopedFlushDenormals&) = delete;
    ScopedFlushDenormals& operator=(const ScopedFlushDenormals&) = delete;

  private:
#if defined(__SSE2__)
    unsigned saved_;
#elif defined(__aarch64__)
    std::uint64_t saved_ = 0;
#endif
};

/// A state as near to rest as this is at rest: far below what any sum could notice, it would go on changing for ever.
inline constexpr double next_to_nothing = 1e-30;
[[nodiscard]] constexpr double settled(double x) { return x < next_to_nothing && x > -next_to_nothing ? 0.0 : x; }

} // namespace saltus
