// SPDX-License-Identifier: BSD-3-Clause
// Arrival schedule, for rules whose one-step maps all have the same diagonal D: traces in coordinates that move along
// with the maps, so that between arrivals nothing at a synapse changes at all. Those are e-prop, SuperSpike and the
// instantaneous rules onto LIF neurons with delta synapses, PES and the delta rule. (Adaptation and the reset put psi
// on the diagonal; currents have two traces that arrivals add to; rules with a third coefficient, of voltage, reward or
// spike timing, state no diagonal: block_products.hpp.)
//
// Within a block of steps, k of them done, the product of the maps is D^k U, U unit lower triangular and one per
// neuron. A synapse keeps  c = U^-1 D^-k x  instead of its traces x. Steps leave c as it is; a change d of x at step k
// adds U^-1 D^-k d, by forward substitution: no inverse is formed, nothing is divided, no history is kept. So an
// arrival costs a handful of multiplications and reads one U.
//
// What limits a block is rounding: D^-k grows as e^(k/tau). A block is at most 4 of the shortest time constant long;
// there coordinates lose 2 digits: the error stays below 1e-12 in double, 3e-5 in single precision. (Maps, totals and
// arrivals are in the precision of the traces. In double they would take two thirds off that, at twice the cost.)
// Across blocks a row is brought up to date by
//     total[b]   product from the start of block b to the start of the open block,
// in O(1) however many blocks ago that is, up to a horizon; whoever holds older state must fetch it before the block is
// forgotten (see full() and oldest()).
#pragma once

#include "engine/core/huge_pages.hpp"
#include "engine/core/stable_math.hpp"
#include "learning/trace_map.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace saltus {

/// A rule whose maps share a diagonal, which it states: [traces].
template <class R>
concept ConstantDiagonalRule = TraceRule<R> && requires(const R rule) {
    { rule.diagonal() } -> std::convertible_to<std::array<double, R::traces>>;
};

/// Place of entry (row, column), column < row, of a packed strictly lower-triangular matrix.
[[nodiscard]] constexpr std::size_t packed_strictly(std::size_t row, std::size_t column) {
    return row * (row - 1) / 2 + column;
}

/// Unit lower-triangular n x n, its entries below the diagonal.
template <std::size_t n, class Value>
using UnitMap = std::array<Value, n*(n - 1) / 2>;

/// U <- (1 + D^-(k+1) N D^k) U for all neurons, N being the part of the one-step map below its diagonal.
/// @param scale [entries] d_row^-(k+1) d_column^k @param unit [entries][stride]
template <ConstantDiagonalRule Rule, class Value, class Given>
SALTUS_SIMD void extend_unit_maps(const Rule& rule_in, std::size_t n, std::size_t stride,
                                  const UnitMap<Rule::traces, Value>& scale_in, const Given* __restrict psi,
                                  const Given* __restrict signal, Value* __restrict unit) {
    constexpr std::size_t traces = Rule::traces;
    const Rule rule = rule_in;
    const UnitMap<traces, Value> scale = scale_in;
#pragma GCC ivdep
    for (std::size_t j = 0; j < n; ++j) {
        const TraceMap<Value, traces> map =
            rule.template step<Value>(static_cast<Value>(psi[j]), static_cast<Value>(signal[j]));
        UnitMap<traces, Value> before, after;
#pragma GCC unroll 16
        for (std::size_t e = 0; e < before.size(); ++e) before[e] = unit[e * stride + j];
#pragma GCC unroll 8
        for (std::size_t row = 1; row < traces; ++row) {
#pragma GCC unroll 8
            for (std::size_t column = 0; column < row; ++column) {
                const std::size_t entry = packed_strictly(row, column);
                Value sum = before[entry] + map[packed(row, column)] * scale[entry];
#pragma GCC unroll 8
                for (std::size_t k = column + 1; k < row; ++k)
                    sum += map[packed(row, k)] * scale[packed_strictly(row, k)] * before[packed_strictly(k, column)];
                after[entry] = sum;
            }
        }
#pragma GCC unroll 16
        for (std::size_t e = 0; e < after.size(); ++e) unit[e * stride + j] = after[e];
    }
}

/// Numbers from one neuron's total to the next: a power of two, so that one lies in as few cache lines as it can.
template <std::size_t traces>
inline constexpr std::size_t total_width = std::bit_ceil(traces*(traces - 1) / 2);

/// total <- block total for all neurons, diagonals the same for all. @param block [entries below the diagonal][stride]
/// @param total [neurons][total_width]
template <std::size_t traces, class Value>
SALTUS_SIMD void extend_totals(std::size_t n, std::size_t stride, const Value* __restrict block,
                               const std::array<double, traces>& block_diagonal, Value* __restrict total,
                               const std::array<double, traces>& total_diagonal) {
    constexpr std::size_t width = total_width<traces>;
    std::array<Value, traces> kept, handed_on;
    for (std::size_t e = 0; e < traces; ++e) {
        kept[e] = static_cast<Value>(block_diagonal[e]);
        handed_on[e] = static_cast<Value>(total_diagonal[e]);
    }
#pragma GCC ivdep
    for (std::size_t j = 0; j < n; ++j) {
        UnitMap<traces, Value> later;
        std::array<Value, width> earlier, sum{};
#pragma GCC unroll 16
        for (std::size_t e = 0; e < later.size(); ++e) later[e] = block[e * stride + j];
#pragma GCC unroll 16
        for (std::size_t e = 0; e < width; ++e) earlier[e] = total[j * width + e];
#pragma GCC unroll 8
        for (std::size_t row = 1; row < traces; ++row) {
#pragma GCC unroll 8
            for (std::size_t column = 0; column < row; ++column) {
                const std::size_t entry = packed_strictly(row, column);
                sum[entry] = later[entry] * handed_on[column] + kept[row] * earlier[entry];
#pragma GCC unroll 8
                for (std::size_t k = column + 1; k < row; ++k)
                    sum[entry] += later[packed_strictly(row, k)] * earlier[packed_strictly(k, column)];
            }
        }
#pragma GCC unroll 16
        for (std::size_t e = 0; e < width; ++e) total[j * width + e] = sum[e];
    }
}

/// The unit maps of every neuron of one learning slice.
/// @tparam Value the precision of the traces that they are made for
template <ConstantDiagonalRule Rule, class Value = double>
class CoMovingProducts {
  public:
    using RuleType = Rule;
    static constexpr std::size_t traces = Rule::traces;
    static constexpr std::size_t entries = traces * (traces - 1) / 2;
    static constexpr std::size_t width = total_width<traces>;
    using Diagonal = std::array<double, traces>;

    /// @param neurons size of the slice @param blocks closed blocks kept, at least 1
    CoMovingProducts(const Rule& rule, std::size_t neurons, std::size_t blocks)
        : rule_(rule), neurons_(neurons), stride_((neurons + 15) / 16 * 16), blocks_(blocks),
          unit_(entries * stride_, Value{0}), total_(blocks_ * width * neurons_, Value{0}), total_steps_(blocks_, 0),
          total_diagonal_(blocks_), total_zero_(blocks_, true) {
        one_step_ = rule.diagonal();
        const TraceMap<double, traces> idle = rule.template step<double>(0.0, 0.0);
        for (std::size_t row = 1; row < traces; ++row)
            for (std::size_t column = 0; column < row; ++column)
                idle_is_diagonal_ = idle_is_diagonal_ && idle[packed(row, column)] == 0.0;
        double shortest = 1024.0;
        for (double& d : one_step_) {
            d = std::max(d, 1e-100); // so that it has an inverse; next to nothing is left of the trace either way
            if (d < 1.0) shortest = std::min(shortest, -1.0 / stable_log(d));
        }
        length_ = static_cast<std::size_t>(std::clamp(4.0 * shortest, 1.0, 256.0));
        for (std::size_t k = 0; k <= length_; ++k) {
            for (const double d : diagonal(k)) {
                power_.push_back(d);
                inverse_.push_back(1.0 / d);
            }
        }
    }

    /// Steps appended so far; steps are counted from 0.
    [[nodiscard]] std::int64_t steps() const { return closed_ * static_cast<std::int64_t>(length_) + done(); }
    /// The open block; blocks are counted from 0.
    [[nodiscard]] std::int64_t open_block() const { return closed_; }
    /// Closed blocks that are remembered.
    [[nodiscard]] std::size_t blocks() const { return blocks_; }
    /// Steps of a block.
    [[nodiscard]] std::size_t length() const { return length_; }

    /// Appends a step. psi, signal: [neurons]. The open block must not be full.
    template <class Given>
    void append(const Given* psi, const Given* signal, const Given* /*third*/ = nullptr) {
        assert(!full());
        UnitMap<traces, Value> scale;
        for (std::size_t row = 1; row < traces; ++row)
            for (std::size_t column = 0; column < row; ++column)
                scale[packed_strictly(row, column)] =
                    static_cast<Value>(inverse_[(done_ + 1) * traces + row] * power_[done_ * traces + column]);
        extend_unit_maps(rule_, neurons_, stride_, scale, psi, signal, unit_.data());
        unit_zero_ = false;
        ++done_;
    }

    /// Appends a step at which psi and signal are 0 for all neurons, if its map is then diagonal: nothing is to be
    /// done.
    void append_idle() {
        assert(!full() && idle_is_diagonal());
        ++done_;
    }
    /// Whether the map of such a step is diagonal.
    [[nodiscard]] bool idle_is_diagonal() const { return idle_is_diagonal_; }

    [[nodiscard]] bool full() const { return done_ == length_; }
    /// The block that close() forgets; negative if none.
    [[nodiscard]] std::int64_t oldest() const { return closed_ - static_cast<std::int64_t>(blocks_); }

    /// Ends the open block. State in block oldest() must have been fetched.
    void close() {
        assert(full());
        if (!unit_zero_) unscale(); // unit_ is now the block's product below its diagonal
        const Diagonal block = diagonal(length_);
        for (std::int64_t b = std::max<std::int64_t>(0, oldest() + 1); b < closed_; ++b) {
            const std::size_t s = slot(b);
            if (!(unit_zero_ && total_zero_[s]))
                extend_totals<traces, Value>(neurons_, stride_, unit_.data(), block, writable_total(b),
                                             total_diagonal_[s]);
            total_zero_[s] = total_zero_[s] && unit_zero_;
            total_steps_[s] += length_;
            total_diagonal_[s] = diagonal(total_steps_[s]);
        }
        const std::size_t s = slot(closed_);
        if (!(unit_zero_ && total_zero_[s])) keep_block();
        if (!unit_zero_) std::fill(unit_.begin(), unit_.end(), Value{0});
        total_zero_[s] = unit_zero_;
        total_steps_[s] = length_;
        total_diagonal_[s] = block;
        unit_zero_ = true;
        ++closed_;
        done_ = 0;
    }

    /// U of the open block: [entries][stride()].
    [[nodiscard]] const Value* unit() const { return unit_.data(); }
    [[nodiscard]] std::size_t stride() const { return stride_; }
    /// D^-k of the open block's k steps, and D^k.
    [[nodiscard]] double inverse(std::size_t trace) const { return inverse_[done_ * traces + trace]; }
    [[nodiscard]] double power(std::size_t trace) const { return power_[done_ * traces + trace]; }

    /// Traces (or coordinates: at a block's start they are the same) from the start of block b to that of the open one,
    /// below the diagonal: [neurons][width].
    [[nodiscard]] const Value* total(std::int64_t b) const {
        assert(b < closed_ && b > closed_ - 1 - static_cast<std::int64_t>(blocks_));
        return &total_[slot(b) * width * neurons_];
    }
    /// The diagonal of total(b).
    [[nodiscard]] const Diagonal& total_diagonal(std::int64_t b) const { return total_diagonal_[slot(b)]; }

    /// Feeds the products of one neuron to a hash.
    template <class Hash>
    void hash(std::size_t neuron, Hash& h) const {
        h.add(steps());
        for (std::size_t k = neuron; k < unit_.size(); k += stride_) h.add(unit_[k]);
        for (std::size_t b = 0; b < blocks_; ++b)
            for (std::size_t e = 0; e < entries; ++e) h.add(total_[(b * neurons_ + neuron) * width + e]);
    }
    [[nodiscard]] std::size_t bytes() const {
        return (unit_.size() + total_.size()) * sizeof(Value) + blocks_ * (sizeof(std::size_t) + sizeof(Diagonal)) +
               total_zero_.size() / 8 + (power_.size() + inverse_.size()) * sizeof(double);
    }

  private:
    [[nodiscard]] std::int64_t done() const { return static_cast<std::int64_t>(done_); }
    [[nodiscard]] std::size_t slot(std::int64_t b) const { return static_cast<std::size_t>(b) % blocks_; }
    [[nodiscard]] Value* writable_total(std::int64_t b) { return &total_[slot(b) * width * neurons_]; }
    /// The open block's product is the total from its start on.
    void keep_block() {
        Value* total = writable_total(closed_);
        for (std::size_t j = 0; j < neurons_; ++j)
            for (std::size_t e = 0; e < entries; ++e) total[j * width + e] = unit_[e * stride_ + j];
    }

    [[nodiscard]] Diagonal diagonal(std::size_t steps) const {
        Diagonal power = one_step_;
        for (double& d : power) d = d == 1.0 ? 1.0 : stable_exp(stable_log(d) * static_cast<double>(steps));
        return power;
    }
    /// U to D^length U.
    void unscale() {
        for (std::size_t row = 1; row < traces; ++row) {
            const auto factor = static_cast<Value>(power_[length_ * traces + row]);
            Value* first = &unit_[packed_strictly(row, 0) * stride_];
            for (std::size_t k = 0; k < row * stride_; ++k) first[k] *= factor;
        }
    }

    Rule rule_;
    std::size_t neurons_, stride_, blocks_;
    Diagonal one_step_;                    // D
    std::size_t length_ = 1;               // steps of a block
    std::size_t done_ = 0;                 // steps of the open block
    std::int64_t closed_ = 0;              // blocks
    HugeVector<Value> unit_;               // [entries][stride]
    HugeVector<Value> total_;              // [blocks][neurons][width]
    std::vector<std::size_t> total_steps_; // [blocks]
    std::vector<Diagonal> total_diagonal_; // [blocks]
    std::vector<bool> total_zero_;         // [blocks] known to be 0 for all neurons
    bool unit_zero_ = true;                // so is unit_
    bool idle_is_diagonal_ = true;         // where psi and signal are 0
    std::vector<double> power_, inverse_;  // [length + 1][traces]
};

} // namespace saltus
