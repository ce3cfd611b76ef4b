// SPDX-License-Identifier: BSD-3-Clause
// Draws from a Distribution, and who owns which random stream. Every draw of a network is
// f(seed, purpose, index, row): it does not change when another projection is added after it, nor with the order of
// construction.
#pragma once

#include "engine/core/random_batch.hpp"
#include "engine/network/connectors.hpp"

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <span>
#include <variant>

namespace saltus {

/// What a stream is for; keeps the streams of one projection apart. Below 8: entities with the top bit set belong to
/// the feedback matrices.
enum class Purpose : std::uint64_t {
    topology = 1,
    weight = 2,
    delay = 3,
    parameter = 4,
    candidate = 5,
    rewiring = 6,
    sign = 7
};

/// Whose draws: one row of projection number `index`, or one neuron of population number `index`; index < 2^28. The
/// entities of successive rows or neurons are successive.
[[nodiscard]] constexpr std::uint64_t entity_of(Purpose purpose, std::uint32_t index, std::uint32_t row) {
    assert(index < (1u << 28));
    return (((static_cast<std::uint64_t>(purpose) << 28) | index) << 32) | row;
}

/// The stream of one row (a source, or a target) of projection number `index`, or of one neuron of population number
/// `index`; index < 2^28.
[[nodiscard]] constexpr RandomStream row_stream(std::uint64_t seed, Purpose purpose, std::uint32_t index,
                                                std::uint32_t row, std::uint64_t counter = 0) {
    return RandomStream(seed, entity_of(purpose, index, row), counter);
}

[[nodiscard]] inline double draw(const Constant& d, RandomStream&) { return d.value; }

/// Needs a valid description (see validate): else truncation may never be met.
[[nodiscard]] inline double draw(const Normal& d, RandomStream& stream) {
    if (d.standard_deviation == 0.0) return d.mean;
    for (;;) {
        const double x = d.mean + d.standard_deviation * stream.normal();
        if (x >= d.low && x <= d.high) return x;
    }
}

[[nodiscard]] inline double draw(const Uniform& d, RandomStream& stream) {
    for (;;) {
        const double x = d.low + (d.high - d.low) * stream.uniform();
        if (x < d.high) return x; // the sum may round up to `high`, which does not belong to the interval
    }
}

[[nodiscard]] inline double draw(const Distribution& distribution, RandomStream& stream) {
    return std::visit([&](const auto& d) { return draw(d, stream); }, distribution);
}

/// out.size() draws, one after the other: the same as so many calls for one.
inline void draw(const Constant& d, RandomBatch&, std::span<double> out) { std::fill(out.begin(), out.end(), d.value); }

inline void draw(const Normal& d, RandomBatch& batch, std::span<double> out) {
    if (d.standard_deviation == 0.0) return std::fill(out.begin(), out.end(), d.mean);
    for (auto left = out; !left.empty();) {
        batch.normal(left);
        for (double& x : left) x = d.mean + d.standard_deviation * x;
        const auto outside = [&](double x) { return !(x >= d.low && x <= d.high); };
        left = {std::remove_if(left.begin(), left.end(), outside), left.end()};
    }
}

inline void draw(const Uniform& d, RandomBatch& batch, std::span<double> out) {
    for (auto left = out; !left.empty();) {
        batch.uniform(left);
        for (double& x : left) x = d.low + (d.high - d.low) * x;
        left = {std::remove_if(left.begin(), left.end(), [&](double x) { return !(x < d.high); }), left.end()};
    }
}

inline void draw(const Distribution& distribution, RandomBatch& batch, std::span<double> out) {
    std::visit([&](const auto& d) { draw(d, batch, out); }, distribution);
}

/// The values that a distribution can give, ends included.
struct Range {
    double low, high;
};

/// No standard normal draw is larger: the polar method takes points no closer to the origin than sqrt(2) 2^-52 (see
/// RandomStream::uniform), which bounds its result by sqrt(-2 ln 2^-103) < 12.
inline constexpr double normal_reach = 13.0;

[[nodiscard]] inline Range range_of(const Constant& d) { return {d.value, d.value}; }
[[nodiscard]] inline Range range_of(const Uniform& d) { return {d.low, d.high}; }
[[nodiscard]] inline Range range_of(const Normal& d) {
    const double reach = normal_reach * d.standard_deviation;
    return {d.low > d.mean - reach ? d.low : d.mean - reach, d.high < d.mean + reach ? d.high : d.mean + reach};
}
[[nodiscard]] inline Range range_of(const Distribution& distribution) {
    return std::visit([](const auto& d) { return range_of(d); }, distribution);
}

} // namespace saltus
