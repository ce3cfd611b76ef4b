// SPDX-License-Identifier: BSD-3-Clause
// Loops over all neurons of a slice: decay, an all-to-all row, the search for those that may spike.
#pragma once

#include "engine/core/denormals.hpp"
#include "engine/core/simd.hpp"
#include "engine/core/time.hpp"
#include "engine/runtime/neuron_constants.hpp"
#include "models/tick_bound.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
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

/// state <- decay(state) over a tick that ends at tick t; membranes of refractory neurons are held. until: [n].
template <class Model>
SALTUS_SIMD void step_range(const typename Model::Constants& constants, const typename Model::Decay& decay_in,
                            const typename Model::View& view_in, const Tick* until, Tick t, std::size_t n) {
    const typename Model::Decay decay = decay_in;
    const typename Model::View view = view_in;
#pragma GCC ivdep
    for (std::size_t j = 0; j < n; ++j) {
        const double held = view[0][j];
        Model::advance(constants, decay, view, j);
        view[0][j] = until[j] >= t ? held : view[0][j];
    }
}

/// Those of n neurons that may come to threshold within a tick (models/tick_bound.hpp), or whose state is not
/// finite, ascending. out: [n]. @return how many
template <class Model>
SALTUS_SIMD std::size_t find_rising(const typename Model::Constants& constants, const typename Model::Decay& tick,
                                    const typename Model::View& view_in, std::size_t n, std::uint32_t* out) {
    constexpr std::size_t few = 16; // mostly none of them; arrays are padded to whole blocks
    const TickBound<Model> bound(constants, tick);
    const typename Model::View view = view_in;
    std::size_t count = 0;
    for (std::size_t first = 0; first < n; first += few) {
        std::int64_t none = -1; // all bits, or no bit
        for (std::size_t j = first; j < first + few; ++j)
            none &= bound.stays_below(view, j) ? std::int64_t{-1} : std::int64_t{0};
        if (none != 0) continue;
        for (std::size_t j = first; j < std::min(first + few, n); ++j) {
            out[count] = static_cast<std::uint32_t>(j);
            count += bound.stays_below(view, j) ? 0 : 1;
        }
    }
    return count;
}

/// All-to-all rows arrive, one after the other, in one pass over the neurons: row[r][j] at neuron j.
template <std::size_t rows, class Model, class Cells, class Real>
SALTUS_SIMD void add_dense_rows(const Cells& cells, const typename Model::View& view_in, const Real* const* row,
                                std::size_t n) {
    const typename Model::View view = view_in;
    std::array<const Real*, rows> w;
    for (std::size_t r = 0; r < rows; ++r) w[r] = row[r];
#pragma GCC ivdep
    for (std::size_t j = 0; j < n; ++j) {
        std::array<double, Model::state_arrays> x;
        typename Model::View one;
        for (std::size_t k = 0; k < x.size(); ++k) {
            x[k] = view[k][j];
            one[k] = &x[k];
        }
        for (std::size_t r = 0; r < rows; ++r) Model::arrive(cells[j], one, 0, static_cast<double>(w[r][j]));
        for (std::size_t k = 0; k < x.size(); ++k) view[k][j] = x[k];
    }
}

/// A sparse row arrives where an arrival adds to the membrane and does nothing else: w[k] at neuron target[k]. A few at
/// a time: to convert weights one by one takes as long as to add them.
template <class Model, class Real>
SALTUS_SIMD void add_sparse_row(const typename Model::Constants& c, double* __restrict v,
                                const std::uint32_t* __restrict target, const Real* __restrict w, std::size_t n) {
    constexpr std::size_t few = 32;
    alignas(64) double effect[few]; // NOLINT: filled before it is read
    for (; n >= few; n -= few, target += few, w += few) {
        for (std::size_t k = 0; k < few; ++k) effect[k] = Model::effect(c, static_cast<double>(w[k]));
#pragma GCC unroll 8
        for (std::size_t k = 0; k < few; ++k) v[target[k]] += effect[k];
    }
    for (std::size_t k = 0; k < n; ++k) v[target[k]] += Model::effect(c, static_cast<double>(w[k]));
}

/// Neuron j advances, and states next to nothing become nothing. @return the bits that have changed.
template <class Model, class Constants>
SALTUS_INLINE std::uint64_t settle_one(const Constants& constants, const typename Model::Decay& decay,
                                       const typename Model::View& view, std::size_t j) {
    std::uint64_t changed = 0;
    std::array<double, Model::state_arrays> before;
    for (std::size_t e = 0; e < before.size(); ++e) before[e] = view[e][j];
    Model::advance(constants, decay, view, j);
    for (std::size_t e = 0; e < before.size(); ++e) {
        view[e][j] = settled(view[e][j]);
        changed |= std::bit_cast<std::uint64_t>(before[e]) ^ std::bit_cast<std::uint64_t>(view[e][j]);
    }
    return changed;
}

template <class Model>
SALTUS_SIMD bool settle_range(const typename Model::Constants& constants, const typename Model::Decay& decay_in,
                              const typename Model::View& view_in, std::size_t n) {
    const typename Model::Decay decay = decay_in;
    const typename Model::View view = view_in;
    std::uint64_t changed = 0;
#pragma GCC ivdep
    for (std::size_t j = 0; j < n; ++j) changed |= settle_one<Model>(constants, decay, view, j);
    return changed != 0;
}

/// n neurons settle. @return whether any bit has changed.
template <class Model>
bool settle_range(const SharedConstants<Model>& cells, Tick gap, const typename Model::View& view, std::size_t n) {
    return settle_range<Model>(cells[0], Model::decay(cells[0], gap), view, n);
}

template <class Model>
bool settle_range(const OwnConstants<Model>& cells, Tick gap, const typename Model::View& view, std::size_t n) {
    std::uint64_t changed = 0;
    for (std::size_t j = 0; j < n; ++j) changed |= settle_one<Model>(cells[j], Model::decay(cells[j], gap), view, j);
    return changed != 0;
}

/// Distance to threshold of every neuron.
template <class Model, class Cells>
SALTUS_SIMD void distance_range(const Cells& cells, const typename Model::View& view_in, std::size_t n,
                                double* __restrict out) {
    const typename Model::View view = view_in;
#pragma GCC ivdep
    for (std::size_t j = 0; j < n; ++j) out[j] = Model::distance(cells[j], view, j);
}

inline constexpr double infinite = std::numeric_limits<double>::infinity();

/// x is neither infinite nor undefined.
[[nodiscard]] SALTUS_INLINE bool is_finite(double x) { return x - x == 0.0; }

/// Neurons are looked at in blocks of this many; arrays of state are padded to whole blocks, with zeros.
inline constexpr std::size_t block_size = 64;

/// Whether a membrane is at or above `level`, or not finite.
[[nodiscard]] SALTUS_INLINE bool stands_out(double v, double level) {
    return !((v < level) & (v >= std::numeric_limits<double>::lowest())); // both are asked: no branch
}

/// The first block, from the one that starts at `block` on, in which a membrane is at or above `level` (above 0), or
/// not finite: where it starts, or n or more.
SALTUS_SIMD inline std::size_t next_block(const double* v, std::size_t block, std::size_t n, double level) {
    for (; block < n; block += block_size) {
        std::int64_t none = -1; // all bits, or no bit: what comparisons give
        for (std::size_t k = 0; k < block_size; ++k)
            none &= stands_out(v[block + k], level) ? std::int64_t{0} : std::int64_t{-1};
        if (none == 0) break;
    }
    return block;
}

/// Which of the membranes of one block stand out: bit k for v[k].
SALTUS_SIMD inline std::uint64_t standing_out(const double* v, double level) {
    std::uint64_t bits = 0;
    for (std::size_t k = 0; k < block_size; ++k) bits |= std::uint64_t{stands_out(v[k], level)} << k;
    return bits;
}

/// Calls visit(j) for every j whose membrane is at or above `level`, or not finite, ascending. visit may change v[j].
template <class Visit>
void for_each_at_or_above(const double* v, std::size_t n, double level, const Visit& visit) {
    for (std::size_t block = next_block(v, 0, n, level); block < n;
         block = next_block(v, block + block_size, n, level)) {
        for (std::uint64_t bits = standing_out(v + block, level); bits != 0; bits &= bits - 1)
            visit(static_cast<std::uint32_t>(block + static_cast<std::size_t>(std::countr_zero(bits))));
    }
}

/// psi of neurons whose refractory period goes on at tick t becomes 0. until: its end; psi: [n].
template <class Real>
SALTUS_SIMD void silence_refractory(const Tick* __restrict until, Tick t, std::size_t n, Real* __restrict psi) {
#pragma GCC ivdep
    for (std::size_t j = 0; j < n; ++j) psi[j] = t < until[j] ? Real{0} : psi[j];
}

} // namespace saltus
