// SPDX-License-Identifier: BSD-3-Clause
// Neurons without a closed form are integrated by the Taylor series of their own solution: a step of high order whose
// dense output is the step itself.
//
//     y(t + s) = sum_k y_k s^k,   (k + 1) y_(k+1) = f_k,   f_k: the k-th coefficient of the right-hand side
//
// A model computes f_k from y_0 ... y_k by recurrence: sums term by term, products as Cauchy products, exp(x) from
// its own derivative. For neurons this is the Parker-Sochacki method (Stewart and Bair 2009, J. Comput. Neurosci. 27:
// 115); step length after Jorba and Zou 2005 (Exp. Math. 14: 99). One exp a step at the most, where an embedded
// Runge-Kutta pair takes one for each of 7 to 16 stages, and its dense output of lower order is what arrivals and
// crossings would be read from.
#pragma once

#include "engine/core/stable_math.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

namespace saltus {

inline constexpr std::size_t taylor_order = 14;

/// Coefficients of one function of time (in ms), ascending powers.
using Series = std::array<double, taylor_order + 1>;

template <std::size_t N>
using OdeState = std::array<double, N>;
template <std::size_t N>
using OdeSeries = std::array<Series, N>;

/// over[k] = 1 / k.
inline constexpr Series over = [] {
    Series table{};
    for (std::size_t k = 1; k <= taylor_order; ++k) table[k] = 1.0 / static_cast<double>(k);
    return table;
}();

/// A coefficient's number, known to the compiler: recurrences are straight code without loops.
template <std::size_t k>
using Order = std::integral_constant<std::size_t, k>;

/// Calls call(Order<k>{}) for k = 0 ... taylor_order - 1.
template <class Call>
SALTUS_INLINE constexpr void for_each_order(const Call& call) {
    [&]<std::size_t... k>(std::index_sequence<k...>) { (call(Order<k>{}), ...); }
    (std::make_index_sequence<taylor_order>{});
}

/// The k-th coefficient of a b. Two sums, so that the additions overlap; their order is part of the bits.
template <std::size_t k>
[[nodiscard]] SALTUS_INLINE constexpr double product(const Series& a, const Series& b, Order<k>) {
    double even = 0.0, odd = 0.0;
#pragma GCC unroll 16
    for (std::size_t j = 0; j + 1 <= k; j += 2) {
        even += a[j] * b[k - j];
        odd += a[j + 1] * b[k - j - 1];
    }
    if constexpr (k % 2 == 0) even += a[k] * b[0];
    return even + odd;
}

/// The k-th coefficient of a a.
template <std::size_t k>
[[nodiscard]] SALTUS_INLINE constexpr double square(const Series& a, Order<k>) {
    double half = 0.0;
#pragma GCC unroll 16
    for (std::size_t j = 0; 2 * j < k; ++j) half += a[j] * a[k - j];
    return k % 2 == 0 ? 2.0 * half + a[k / 2] * a[k / 2] : 2.0 * half;
}

[[nodiscard]] SALTUS_INLINE constexpr double evaluate(const Series& a, double s) {
    double sum = a[taylor_order];
    for (std::size_t k = taylor_order; k-- > 0;) sum = sum * s + a[k];
    return sum;
}

template <std::size_t N>
[[nodiscard]] constexpr OdeState<N> evaluate(const OdeSeries<N>& a, double s) {
    OdeState<N> y{};
    for (std::size_t i = 0; i < N; ++i) y[i] = evaluate(a[i], s);
    return y;
}

/// How far a solution may be followed: the last two terms, and so the terms left out, stay within
/// tolerance (1 + |y|). Not beyond half of where the last two terms would be equal, or the terms would not fall.
/// @param log_tolerance its natural logarithm. @return a length of time, or not a number where the coefficients are
/// none.
template <std::size_t N>
[[nodiscard]] constexpr double step_length(const OdeSeries<N>& a, double log_tolerance) {
    constexpr double longest = 1e3;
    double last = 0.0, before = 0.0;
    bool finite = true;
    for (std::size_t i = 0; i < N; ++i) {
        const double size = a[i][0] < 0.0 ? -a[i][0] : a[i][0];
        const double scale = 1.0 / (1.0 + size);
        const double p = a[i][taylor_order] * scale;
        const double q = a[i][taylor_order - 1] * scale;
        finite = finite && p - p == 0.0 && q - q == 0.0 && size - size == 0.0;
        const double p_size = p < 0.0 ? -p : p, q_size = q < 0.0 ? -q : q;
        last = p_size > last ? p_size : last;
        before = q_size > before ? q_size : before;
    }
    if (!finite) return std::bit_cast<double>(std::uint64_t{0x7ff8} << 48);
    constexpr auto order = static_cast<double>(taylor_order);
    constexpr double tiny = 1e-280; // the logarithm knows no subnormal numbers
    if (!(last > tiny)) return longest;
    double log_length = (log_tolerance - stable_log(last)) / order;
    if (before > tiny) {
        const double other = (log_tolerance - stable_log(before)) / (order - 1.0);
        log_length = other < log_length ? other : log_length;
    }
    double h = stable_exp(log_length);
    const double falling = before > tiny ? 0.5 * before / last : h;
    h = falling < h ? falling : h;
    return h < longest ? h : longest;
}

} // namespace saltus
