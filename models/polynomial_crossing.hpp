// SPDX-License-Identifier: BSD-3-Clause
// The first time at which a polynomial reaches a level. No crossing is missed, single, double or grazing: in Bernstein
// form
//
//     p(s) = sum_i beta_i B_i(s),   0 <= s <= 1,
//
// p lies within the hull of its beta, and has at most as many zeros as they have changes of sign. Stretches whose beta
// are all below zero are passed over; one with a single change of sign holds exactly one zero, and safeguarded Newton
// finds it; any other is halved (de Casteljau). Farin 2002, Curves and Surfaces for CAGD, chapter 5.
#pragma once

#include "models/current_crossing.hpp"
#include "models/taylor_series.hpp"

namespace saltus {
namespace detail {

/// share[i][k] = binomial(i, k) / binomial(order, k): what coefficient k gives to beta_i.
inline constexpr std::array<Series, taylor_order + 1> bernstein_share = [] {
    std::array<Series, taylor_order + 1> table{};
    for (std::size_t i = 0; i <= taylor_order; ++i) {
        double share = 1.0;
        for (std::size_t k = 0; k <= i; ++k) {
            table[i][k] = share;
            if (k < i) share *= static_cast<double>(i - k) / static_cast<double>(taylor_order - k);
        }
    }
    return table;
}();

[[nodiscard]] inline Series bernstein(const Series& p) {
    Series beta{};
    for (std::size_t i = 0; i <= taylor_order; ++i) {
        for (std::size_t k = 0; k <= i; ++k) beta[i] += bernstein_share[i][k] * p[k];
    }
    return beta;
}

[[nodiscard]] inline std::size_t sign_changes(const Series& beta) {
    std::size_t changes = 0;
    for (std::size_t i = 1; i <= taylor_order; ++i) changes += (beta[i] >= 0.0) != (beta[i - 1] >= 0.0);
    return changes;
}

/// A stretch [low, low + width] with its Bernstein coefficients.
struct Piece {
    double low, width;
    Series beta;

    /// Keeps the left half; @return the right one.
    [[nodiscard]] Piece halve() {
        width *= 0.5;
        Piece right{low + width, width, {}};
        for (std::size_t row = taylor_order; row > 0; --row) { // de Casteljau's triangle, in place from the right
            right.beta[row] = beta[taylor_order];
            for (std::size_t i = taylor_order; i > taylor_order - row; --i) beta[i] = 0.5 * (beta[i] + beta[i - 1]);
        }
        right.beta[0] = beta[taylor_order];
        return right;
    }
};

/// The one zero of p within a stretch where it changes sign once.
[[nodiscard]] inline double zero_within(const Series& p, double low, double high) {
    const auto value = [&](double s) { return evaluate(p, s); };
    const auto slope = [&](double s) {
        double sum = 0.0;
        for (std::size_t k = taylor_order; k > 0; --k) sum = sum * s + static_cast<double>(k) * p[k];
        return sum;
    };
    return monotone_root(value, slope, low, high);
}

/// First s in [0, 1] with p(s) >= 0; negative if there is none.
[[nodiscard]] inline double first_zero(const Series& p) {
    constexpr double narrow = 0x1p-40; // a peak this narrow rises above its ends by less than rounding
    constexpr std::size_t deepest = 41;
    std::array<Piece, deepest + 1> waiting;
    std::size_t count = 1;
    waiting[0] = {0.0, 1.0, bernstein(p)};
    while (count > 0) {
        Piece piece = waiting[--count];
        if (piece.beta[0] >= 0.0) return piece.low;
        const std::size_t changes = sign_changes(piece.beta);
        if (changes == 0) continue;
        if (changes == 1) return zero_within(p, piece.low, piece.low + piece.width);
        if (piece.width <= narrow) {
            if (piece.beta[taylor_order] >= 0.0) return piece.low + piece.width;
            continue;
        }
        waiting[count++] = piece.halve();
        waiting[count++] = piece;
    }
    return -1.0;
}

} // namespace detail

/// First s in [0, length] at which the series reaches `level`; negative if it stays below.
[[nodiscard]] inline double first_crossing(const Series& a, double level, double length) {
    Series p;
    double power = 1.0, highest = a[0];
    for (std::size_t k = 0; k <= taylor_order; ++k, power *= length) {
        p[k] = a[k] * power;
        if (k > 0 && p[k] > 0.0) highest += p[k];
    }
    if (highest < level) return -1.0; // the common case
    p[0] -= level;
    const double s = detail::first_zero(p);
    return s < 0.0 ? s : s * length;
}

} // namespace saltus
