// SPDX-License-Identifier: BSD-3-Clause
// Measures of samples for tests of randomness. The seeds are fixed, so a test passes always or never.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace saltus::test {

struct Moments {
    double mean, variance, skewness, kurtosis; ///< kurtosis of a normal: 3
};

inline Moments moments(std::span<const double> x) {
    const auto n = static_cast<double>(x.size());
    double mean = 0.0;
    for (const double value : x) mean += value / n;
    double m2 = 0.0, m3 = 0.0, m4 = 0.0;
    for (const double value : x) {
        const double d = value - mean;
        m2 += d * d / n;
        m3 += d * d * d / n;
        m4 += d * d * d * d / n;
    }
    return {mean, m2, m3 / std::pow(m2, 1.5), m4 / (m2 * m2)};
}

/// How far the counts are from equal, in standard deviations of the chi-square statistic; about 0 for uniform draws,
/// clearly negative for counts that are too even.
inline double chi_square_excess(std::span<const std::uint64_t> counts) {
    if (counts.size() < 2) return 0.0;
    double total = 0.0;
    for (const std::uint64_t c : counts) total += static_cast<double>(c);
    const double expected = total / static_cast<double>(counts.size());
    double statistic = 0.0;
    for (const std::uint64_t c : counts) {
        const double d = static_cast<double>(c) - expected;
        statistic += d * d / expected;
    }
    const auto degrees = static_cast<double>(counts.size() - 1);
    return (statistic - degrees) / std::sqrt(2.0 * degrees);
}

/// Kolmogorov-Smirnov statistic times sqrt(n); above 1.95 in one of a thousand samples that do follow `cdf`.
template <class Cdf>
double kolmogorov_smirnov(std::vector<double> x, const Cdf& cdf) {
    std::sort(x.begin(), x.end());
    const auto n = static_cast<double>(x.size());
    double largest = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double f = cdf(x[i]);
        const auto k = static_cast<double>(i);
        largest = std::max({largest, f - k / n, (k + 1.0) / n - f});
    }
    return largest * std::sqrt(n);
}

} // namespace saltus::test
