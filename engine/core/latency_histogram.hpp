// SPDX-License-Identifier: BSD-3-Clause
// Durations counted in log-linear bins: 64 to each power of two, so that a quantile is at most 1.6 % too high, from 1
// ns to 18 minutes. 17 KiB, no allocation, a few nanoseconds to record one.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace saltus {

class LatencyHistogram {
  public:
    void record(std::chrono::nanoseconds duration) {
        const std::int64_t ns = std::max<std::int64_t>(0, duration.count());
        ++bins_[bin_of(static_cast<std::uint64_t>(ns))];
        ++count_;
        sum_ += static_cast<double>(ns);
        max_ = std::max(max_, ns);
    }
    void add(const LatencyHistogram& other) {
        for (std::size_t b = 0; b < bins; ++b) bins_[b] += other.bins_[b];
        count_ += other.count_;
        sum_ += other.sum_;
        max_ = std::max(max_, other.max_);
    }
    void clear() { *this = {}; }

    [[nodiscard]] std::uint64_t count() const { return count_; }
    /// 0 when nothing was recorded, like all that follow.
    [[nodiscard]] double mean_ns() const { return count_ == 0 ? 0.0 : sum_ / static_cast<double>(count_); }
    [[nodiscard]] std::chrono::nanoseconds max() const { return std::chrono::nanoseconds(max_); }
    /// The smallest duration that at least the part q (0 to 1) of all did not exceed, rounded up to the end of its bin.
    [[nodiscard]] std::chrono::nanoseconds quantile(double q) const {
        const double exact = std::ceil(q * static_cast<double>(count_));
        const std::uint64_t wanted = exact < 1.0 ? 1 : static_cast<std::uint64_t>(exact);
        std::uint64_t seen = 0;
        for (std::size_t b = 0; b < bins; ++b) {
            seen += bins_[b];
            if (seen >= wanted) return std::chrono::nanoseconds(std::min(last_of(b), max_));
        }
        return max();
    }
    [[nodiscard]] std::chrono::nanoseconds p50() const { return quantile(0.5); }
    [[nodiscard]] std::chrono::nanoseconds p99() const { return quantile(0.99); }
    [[nodiscard]] std::chrono::nanoseconds p999() const { return quantile(0.999); }

  private:
    static constexpr int linear_bits = 6; // below 2^7 ns a bin for each nanosecond
    static constexpr std::size_t per_power = std::size_t{1} << linear_bits;
    static constexpr int powers = 34; // 2^7 to 2^40 ns
    static constexpr std::size_t bins = per_power * (powers + 1);

    [[nodiscard]] static std::size_t bin_of(std::uint64_t ns) {
        if (ns < 2 * per_power) return static_cast<std::size_t>(ns);
        const int shift = static_cast<int>(std::bit_width(ns)) - 1 - linear_bits;
        const std::size_t bin = static_cast<std::size_t>(shift) * per_power + static_cast<std::size_t>(ns >> shift);
        return std::min(bin, bins - 1);
    }
    /// The largest duration of a bin.
    [[nodiscard]] static std::int64_t last_of(std::size_t bin) {
        if (bin < 2 * per_power) return static_cast<std::int64_t>(bin);
        if (bin == bins - 1) return INT64_MAX;
        const std::size_t shift = bin / per_power - 1;
        const std::uint64_t first = static_cast<std::uint64_t>(bin - shift * per_power) << shift;
        return static_cast<std::int64_t>(first + (std::uint64_t{1} << shift) - 1);
    }

    std::array<std::uint64_t, bins> bins_{};
    std::uint64_t count_ = 0;
    double sum_ = 0.0;
    std::int64_t max_ = 0;
};

} // namespace saltus
