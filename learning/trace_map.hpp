// SPDX-License-Identifier: BSD-3-Clause
// The heart of Saltus: from one learning step to the next the traces x of a synapse i -> j change linearly,
//
//     x <- M_j x,      M_j lower triangular, the same for all synapses onto j.
//
// So products of M_j over an interval, computed once per neuron, carry any synapse across the interval in O(1).
// A rule states its one-step map M(psi, L); everything else is here.
#pragma once

#include "engine/core/simd.hpp"

#include <array>
#include <concepts>
#include <cstddef>

namespace saltus {

/// Number of entries of a packed lower-triangular matrix.
[[nodiscard]] constexpr std::size_t packed_size(std::size_t n) { return n * (n + 1) / 2; }

/// Place of entry (row, column), column <= row, in a packed lower-triangular matrix.
[[nodiscard]] constexpr std::size_t packed(std::size_t row, std::size_t column) { return row * (row + 1) / 2 + column; }

/// A lower-triangular n x n map, packed by rows.
template <class Real, std::size_t n>
using TraceMap = std::array<Real, packed_size(n)>;

/// What a rule has to state: the number of traces; how many of them, from the first on, arrivals are added to, and how
/// many, from the first on, are the same for all targets of a source; which is the gradient g; and its one-step map for
/// a surrogate derivative psi, a learning signal L and, if has_third, one more coefficient of the target.
template <class R>
concept TraceRule = requires(const R rule, double psi, double signal, double third) {
    { R::traces } -> std::convertible_to<std::size_t>;
    { R::entries } -> std::convertible_to<std::size_t>;
    { R::shared } -> std::convertible_to<std::size_t>;
    { R::g } -> std::convertible_to<std::size_t>;
    { R::has_third } -> std::convertible_to<bool>;
    { rule.step(psi, signal, third) } -> std::convertible_to<TraceMap<double, R::traces>>;
};

/// later * earlier: the map of two stretches of time, one after the other.
template <class Real, std::size_t size>
[[nodiscard]] SALTUS_INLINE constexpr auto compose(const std::array<Real, size>& later,
                                                   const std::array<Real, size>& earlier) {
    constexpr std::size_t n = size == 3 ? 2 : size == 6 ? 3 : size == 10 ? 4 : 5;
    static_assert(packed_size(n) == size);
    std::array<Real, size> product{};
#pragma GCC unroll 8
    for (std::size_t row = 0; row < n; ++row) {
#pragma GCC unroll 8
        for (std::size_t column = 0; column <= row; ++column) {
            Real sum = later[packed(row, column)] * earlier[packed(column, column)];
#pragma GCC unroll 8
            for (std::size_t k = column + 1; k <= row; ++k) sum += later[packed(row, k)] * earlier[packed(k, column)];
            product[packed(row, column)] = sum;
        }
    }
    return product;
}

/// map * x.
template <class Real, std::size_t n>
SALTUS_INLINE constexpr void apply(const TraceMap<Real, n>& map, std::array<Real, n>& x) {
#pragma GCC unroll 8
    for (std::size_t back = 0; back < n; ++back) {
        const std::size_t row = n - 1 - back; // from the last row: x[row] depends on earlier components only
        Real sum = map[packed(row, 0)] * x[0];
#pragma GCC unroll 8
        for (std::size_t k = 1; k <= row; ++k) sum += map[packed(row, k)] * x[k];
        x[row] = sum;
    }
}

/// r^T map: what each trace before the step is worth to a quantity that is worth r after it.
template <class Real, std::size_t n>
SALTUS_INLINE constexpr void pull_back(const TraceMap<Real, n>& map, std::array<Real, n>& r) {
#pragma GCC unroll 8
    for (std::size_t column = 0; column < n; ++column) {
        Real sum = r[column] * map[packed(column, column)];
#pragma GCC unroll 8
        for (std::size_t row = column + 1; row < n; ++row) sum += r[row] * map[packed(row, column)];
        r[column] = sum; // later columns do not read r[column]
    }
}

} // namespace saltus
