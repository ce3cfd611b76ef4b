// SPDX-License-Identifier: BSD-3-Clause
// exp and log of our own, the same bits on every CPU. glibc picks code with fused multiply-add where the processor
// has it, and its results then differ in the last bit; everything here is plain IEEE +, -, *, / in a fixed order.
#pragma once

#include "engine/core/simd.hpp"

#include <bit>
#include <cstdint>

namespace saltus {

/// e^x, relative error below 3e-16; 0 below -708 (no subnormal results), infinity above 709. Free of branches, so that
/// loops over it are vectorised.
[[nodiscard]] SALTUS_INLINE constexpr double stable_exp(double x) {
    constexpr double log2e = 1.4426950408889634;
    constexpr double ln2_high = 0x1.62e42fefa3800p-1; // 42 leading bits: k * ln2_high is exact
    constexpr double ln2_low = 0x1.ef35793c76730p-45;
    constexpr double round = 0x1.8p52; // adding it leaves the nearest integer k in the lowest bits
    const double shifted = x * log2e + round;
    const double k = shifted - round;
    const double r = (x - k * ln2_high) - k * ln2_low; // |r| <= ln(2)/2
    // Taylor series to r^13, evaluated from the smallest term; the remainder is below 2^-55.
    double p = 1.0 / 6227020800.0;
    p = p * r + 1.0 / 479001600.0;
    p = p * r + 1.0 / 39916800.0;
    p = p * r + 1.0 / 3628800.0;
    p = p * r + 1.0 / 362880.0;
    p = p * r + 1.0 / 40320.0;
    p = p * r + 1.0 / 5040.0;
    p = p * r + 1.0 / 720.0;
    p = p * r + 1.0 / 120.0;
    p = p * r + 1.0 / 24.0;
    p = p * r + 1.0 / 6.0;
    p = p * r + 0.5;
    const double e = 1.0 + (r + (r * r) * p);
    const std::uint64_t exponent = std::bit_cast<std::uint64_t>(shifted) << 52;
    const double result = std::bit_cast<double>(std::bit_cast<std::uint64_t>(e) + exponent);
    const double floored = x < -708.0 ? 0.0 : result;
    const double capped = x > 709.0 ? std::bit_cast<double>(std::uint64_t{0x7ff} << 52) : floored;
    return x != x ? x : capped;
}

/// ln(m 2^k) for m from sqrt(1/2) to sqrt(2) and an integer k; without a branch, for whole vectors of them.
[[nodiscard]] SALTUS_INLINE constexpr double stable_log_of_parts(double m, double k) {
    // ln m = 2 atanh(s), s = (m-1)/(m+1), |s| < 0.172: the series to s^21 leaves less than 2^-57.
    const double s = (m - 1.0) / (m + 1.0);
    const double q = s * s;
    double p = 1.0 / 21.0;
    p = p * q + 1.0 / 19.0;
    p = p * q + 1.0 / 17.0;
    p = p * q + 1.0 / 15.0;
    p = p * q + 1.0 / 13.0;
    p = p * q + 1.0 / 11.0;
    p = p * q + 1.0 / 9.0;
    p = p * q + 1.0 / 7.0;
    p = p * q + 1.0 / 5.0;
    p = p * q + 1.0 / 3.0;
    const double log_m = 2.0 * s + 2.0 * s * q * p;
    return k * 0x1.62e42fefa3800p-1 + (log_m + k * 0x1.ef35793c76730p-45);
}

/// ln x for finite x > 0, relative error below 4e-16. Not for zero, subnormal or negative numbers.
[[nodiscard]] constexpr double stable_log(double x) {
    const auto bits = std::bit_cast<std::uint64_t>(x);
    auto exponent = static_cast<std::int64_t>(bits >> 52) - 1023;
    double m = std::bit_cast<double>((bits & 0x000f'ffff'ffff'ffffULL) | 0x3ff0'0000'0000'0000ULL);
    if (m > 1.4142135623730951) {
        m *= 0.5;
        exponent += 1;
    }
    return stable_log_of_parts(m, static_cast<double>(exponent));
}

} // namespace saltus
