// SPDX-License-Identifier: BSD-3-Clause
// Loops over all neurons of a slice: decay, an all-to-all row, the search for those that may spike.
#pragma once

#include "engine/core/simd.hpp"
#include "engine/core/time.hpp"
#include "engine/runtime/neuron_constants.hpp"

#include <cstddef>
#include <limits>

namespace saltus {

/// state <- decay(state) for n neurons that share their constants.
template <class Model>
SALTUS_SIMD void advance_range(const typename Model::Constants& constants, const typename Model::Decay& decay_in,
                               const typename Model::View& view, std::size_t n) {
    const typename Model::Decay decay = decay_in;
#pragma GCC ivdep
    for (std::size_t j = 0; j < n; ++j) Model::advance(constants, decay, view, j);
}

template <class Model>
void advance_range(const SharedConstants<Model>& cells, Tick gap, const typename Model::View& view, std::size_t n) {
    advance_range<Model>(cells[0], Model::decay(cells[0], gap), view, n);
}

/// The same, each neuron with constants of its own.
template <class Model>
void advance_range(const OwnConstants<Model>& cells, Tick gap, const typename Model::View& view, std::size_t n) {
    for (std::size_t j = 0; j < n; ++j) Model::advance(cells[j], Model::decay(cells[j], gap), view, j);
}

/// An all-to-all row arrives: w[j] at neuron j.
template <class Model, class Cells, class Real>
SALTUS_SIMD void add_dense_row(const Cells& cells, const typename Model::View& view_in, const Real* __restrict w,
                               std::size_t n) {
    const typename Model::View view = view_in;
#pragma GCC ivdep
    for (std::size_t j = 0; j < n; ++j) Model::arrive(cells[j], view, j, static_cast<double>(w[j]));
}

/// psi[j] of every neuron.
template <class Model, class Shape, class Real, class Cells>
SALTUS_SIMD void surrogate_range(const Shape& shape_in, const Cells& cells, const typename Model::View& view,
                                 std::size_t n, Real* __restrict psi) {
    const Shape shape = shape_in;
#pragma GCC ivdep
    for (std::size_t j = 0; j < n; ++j) psi[j] = static_cast<Real>(shape(Model::distance(cells[j], view, j)));
}

inline constexpr double infinite = std::numeric_limits<double>::infinity();

/// x is neither infinite nor undefined.
[[nodiscard]] SALTUS_INLINE bool is_finite(double x) { return x - x == 0.0; }

/// The first j in [from, n) whose membrane is at or above `level`, or not finite; or n. Whole blocks of 16 are looked
/// at together.
SALTUS_SIMD inline std::size_t next_at_or_above(const double* v, std::size_t from, std::size_t n, double level) {
    std::size_t j = from;
    for (; j < n && j % 16 != 0; ++j) {
        if (v[j] >= level || !is_finite(v[j])) return j;
    }
    const std::size_t first = j;
    double sum[4] = {0.0, 0.0, 0.0, 0.0}; // not finite if anything is not
    for (; j + 16 <= n; j += 16) {
        double largest[4] = {v[j], v[j + 1], v[j + 2], v[j + 3]};
        for (std::size_t k = 4; k < 16; ++k) largest[k % 4] = v[j + k] > largest[k % 4] ? v[j + k] : largest[k % 4];
        for (std::size_t k = 0; k < 16; ++k) sum[k % 4] += v[j + k];
        const double a = largest[0] > largest[1] ? largest[0] : largest[1];
        const double b = largest[2] > largest[3] ? largest[2] : largest[3];
        if (a >= level || b >= level) break;
    }
    if (!is_finite((sum[0] + sum[1]) + (sum[2] + sum[3]))) j = first;
    for (; j < n; ++j) {
        if (v[j] >= level || !is_finite(v[j])) return j;
    }
    return n;
}

} // namespace saltus
