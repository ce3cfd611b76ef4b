// SPDX-License-Identifier: BSD-3-Clause
// What all rules are made of: a *membrane*, which turns arrivals into the eligibility e of this step, and a *head*,
// which turns e into the gradient g. Both are linear in a synapse's traces x, so together they are one lower-triangular
// map, x <- M x, whose entries depend on the target neuron alone (trace_map.hpp).
//
// A membrane states, for its traces (the first ones of x):
//     entries   how many of them, from the first on, an arrival adds to
//     shared    how many of them, from the first on, are the same for all targets of a source
//     fill      writes their rows of M and returns c with e = sum_k c_k x_k
// A head states, for its traces y (the last ones of x), which of them is g, and
//     fill      writes their rows of M, from y' = A y + b e: the entries on the membrane's traces are b c_k
// psi is the surrogate derivative (or, for rules of spike timing, the number of spikes in this step), `signal` the
// learning signal L, `third` a further coefficient of the target, where has_third says that one of the two reads it.
#pragma once

#include "learning/trace_map.hpp"

#include <array>
#include <cstddef>

namespace saltus {

/// Rows of a head in the whole map: e's coefficients times b, and head entries at their places.
template <class Real, std::size_t own, std::size_t traces>
struct HeadRows {
    TraceMap<Real, traces>& map;
    const std::array<Real, own>& e;

    /// y_row takes `share` of e.
    SALTUS_INLINE void take(std::size_t row, Real share) const {
        for (std::size_t k = 0; k < own; ++k) map[packed(own + row, k)] = share * e[k];
    }
    /// y_row takes `outer` times what `take` with `inner` would give, multiplied in this order.
    SALTUS_INLINE void take(std::size_t row, Real outer, Real inner) const {
        for (std::size_t k = 0; k < own; ++k) map[packed(own + row, k)] = outer * (inner * e[k]);
    }
    /// y_row takes `value` times y_column.
    SALTUS_INLINE void keep(std::size_t row, std::size_t column, Real value) const {
        map[packed(own + row, own + column)] = value;
    }
    /// y_row also takes `value` times x_k of the membrane.
    SALTUS_INLINE void add(std::size_t row, std::size_t k, Real value) const { map[packed(own + row, k)] += value; }
};

/// One rule, ready to be multiplied up.
template <class MembranePart, class HeadPart>
struct RuleMap {
    using Membrane = MembranePart;
    using Head = HeadPart;
    static constexpr std::size_t own = Membrane::traces;
    static constexpr std::size_t traces = own + Head::traces;
    static constexpr std::size_t entries = Membrane::entries;
    static constexpr std::size_t shared = Membrane::shared;
    static constexpr std::size_t z = 0;
    static constexpr std::size_t g = own + Head::g;
    static constexpr bool has_rate_sum = Head::has_rate_sum;
    static constexpr std::size_t es = own + Head::es; // only if has_rate_sum
    static constexpr bool has_third = Membrane::has_third || Head::has_third;
    static_assert(!(Membrane::has_third && Head::has_third), "there is one third coefficient");

    Membrane membrane;
    Head head;

    /// The diagonal of every map, where it is the same for all (comoving_products.hpp).
    [[nodiscard]] std::array<double, traces> diagonal() const requires(!has_third && requires(Membrane m, Head h) {
        m.diagonal();
        h.diagonal();
    }) {
        std::array<double, traces> whole{};
        std::size_t k = 0;
        for (const double d : membrane.diagonal()) whole[k++] = d;
        for (const double d : head.diagonal()) whole[k++] = d;
        return whole;
    }

    template <class Real>
    [[nodiscard]] SALTUS_INLINE TraceMap<Real, traces> step(Real psi, Real signal, Real third = Real{0}) const {
        TraceMap<Real, traces> m{};
        const std::array<Real, own> e = membrane.template fill<Real, traces>(m, psi, third);
        head.template fill<Real>(HeadRows<Real, own, traces>{m, e}, signal, third);
        return m;
    }
};

} // namespace saltus
