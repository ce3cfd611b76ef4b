// SPDX-License-Identifier: BSD-3-Clause
// Arrival schedule: carries the traces of any synapse from its last arrival to now in O(1), however long ago that was.
//
// Per neuron, steps are grouped into blocks of 16. Kept are
//     suffix[s]   product from step s to the end of its (closed) block,
//     total[b]    product from the end of closed block b to the end of the newest closed block,
//     current     product from the start of the open block to now,
// so a query is  x <- current total[b] suffix[s] x: three small matrix-vector products. No inverse is ever formed, so
// nothing is lost where the maps are nearly singular (strong adaptation, resets). Error: that of plain stepping.
//
// The history reaches back `blocks` closed blocks; whoever holds older state must fetch it before the block is
// overwritten (see full() and oldest()).
#pragma once

#include "learning/trace_map.hpp"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace saltus {

inline constexpr std::size_t block_steps = 16;

/// Coefficients of one step of a population: [neurons] each; third is read only if the rule has one.
struct StepCoefficients {
    const double* psi;
    const double* signal;
    const double* third = nullptr;

    template <TraceRule Rule>
    [[nodiscard]] SALTUS_INLINE auto map(const Rule& rule, std::size_t j) const {
        if constexpr (Rule::has_third) return rule.template step<double>(psi[j], signal[j], third[j]);
        return rule.template step<double>(psi[j], signal[j], 0.0);
    }
};

/// product <- step(psi, signal) * product for n neurons; entries of product are [entry][stride].
template <TraceRule Rule>
SALTUS_SIMD void extend_products(const Rule& rule_in, std::size_t n, std::size_t stride,
                                 const StepCoefficients& step_in, double* __restrict product) {
    using Map = TraceMap<double, Rule::traces>;
    const Rule rule = rule_in;
    const StepCoefficients step = step_in;
#pragma GCC ivdep
    for (std::size_t j = 0; j < n; ++j) {
        Map before;
#pragma GCC unroll 16
        for (std::size_t e = 0; e < before.size(); ++e) before[e] = product[e * stride + j];
        const Map after = compose(step.map(rule, j), before);
#pragma GCC unroll 16
        for (std::size_t e = 0; e < after.size(); ++e) product[e * stride + j] = after[e];
    }
}

/// suffix <- later_suffix * step(psi, signal) for n neurons.
template <TraceRule Rule>
SALTUS_SIMD void extend_suffix(const Rule& rule_in, std::size_t n, std::size_t stride, const StepCoefficients& step_in,
                               const double* __restrict later, double* __restrict suffix) {
    using Map = TraceMap<double, Rule::traces>;
    const Rule rule = rule_in;
    const StepCoefficients step = step_in;
#pragma GCC ivdep
    for (std::size_t j = 0; j < n; ++j) {
        Map after;
#pragma GCC unroll 16
        for (std::size_t e = 0; e < after.size(); ++e) after[e] = later[e * stride + j];
        const Map whole = compose(after, step.map(rule, j));
#pragma GCC unroll 16
        for (std::size_t e = 0; e < whole.size(); ++e) suffix[e * stride + j] = whole[e];
    }
}

/// total <- block * total for n neurons.
template <TraceRule Rule>
SALTUS_SIMD void extend_total(std::size_t n, std::size_t stride, const double* __restrict block,
                              double* __restrict total) {
    using Map = TraceMap<double, Rule::traces>;
#pragma GCC ivdep
    for (std::size_t j = 0; j < n; ++j) {
        Map later, earlier;
#pragma GCC unroll 16
        for (std::size_t e = 0; e < later.size(); ++e) {
            later[e] = block[e * stride + j];
            earlier[e] = total[e * stride + j];
        }
        const Map whole = compose(later, earlier);
#pragma GCC unroll 16
        for (std::size_t e = 0; e < whole.size(); ++e) total[e * stride + j] = whole[e];
    }
}

/// Products of the one-step maps of every neuron of one learning population.
template <TraceRule Rule>
class BlockProducts {
  public:
    using Map = TraceMap<double, Rule::traces>;
    using RuleType = Rule;
    using Traces = std::array<double, Rule::traces>;
    static constexpr std::size_t entries = packed_size(Rule::traces);

    /// @param neurons size of the population @param blocks closed blocks kept: the horizon is 16 blocks steps.
    BlockProducts(const Rule& rule, std::size_t neurons, std::size_t blocks)
        : rule_(rule), neurons_(neurons), stride_((neurons + 7) / 8 * 8), blocks_(blocks), psi_(stride_ * block_steps),
          signal_(stride_ * block_steps), third_(Rule::has_third ? stride_ * block_steps : 0),
          suffix_(blocks * block_steps * entries * stride_), total_(blocks * entries * stride_),
          current_(entries * stride_) {
        set_identity(current_.data());
    }

    /// Closed blocks kept.
    [[nodiscard]] std::size_t blocks() const { return blocks_; }
    /// Steps appended so far; steps are counted from 0.
    [[nodiscard]] std::int64_t steps() const { return steps_; }
    [[nodiscard]] std::int64_t block_of(std::int64_t step) const { return step / std::int64_t{block_steps}; }

    /// Appends a step. psi, signal: [neurons]; third likewise if the rule has one. The open block must not be full.
    template <class Value>
    void append(const Value* psi, const Value* signal, const Value* third = nullptr) {
        assert(!full());
        assert(third != nullptr || !Rule::has_third);
        const std::size_t offset = open_steps();
        std::copy_n(psi, neurons_, &psi_[offset * stride_]);
        std::copy_n(signal, neurons_, &signal_[offset * stride_]);
        if constexpr (Rule::has_third) std::copy_n(third, neurons_, &third_[offset * stride_]);
        extend_products<Rule>(rule_, neurons_, stride_, open_step(offset), current_.data());
        ++steps_;
    }

    /// The open block holds 16 steps: state in block oldest() must be fetched now, then close() called.
    [[nodiscard]] bool full() const { return open_steps() == block_steps; }
    /// The block that close() forgets; negative if none.
    [[nodiscard]] std::int64_t oldest() const { return closed_ - static_cast<std::int64_t>(blocks_); }

    void close() {
        assert(full());
        double* suffix = slot_suffix(closed_, block_steps - 1);
        copy_step_map(block_steps - 1, suffix);
        for (std::size_t offset = block_steps - 1; offset-- > 0;) {
            double* earlier = slot_suffix(closed_, offset);
            extend_suffix<Rule>(rule_, neurons_, stride_, open_step(offset), suffix, earlier);
            suffix = earlier;
        }
        for (std::int64_t b = std::max<std::int64_t>(0, closed_ - static_cast<std::int64_t>(blocks_) + 1); b < closed_;
             ++b) {
            extend_total<Rule>(neurons_, stride_, suffix, slot_total(b));
        }
        set_identity(slot_total(closed_));
        set_identity(current_.data());
        ++closed_;
    }

    /// Where the products of one query are, the same for every neuron: made once per row.
    struct Path {
        std::size_t plain_first = 0, plain_last = 0; ///< offsets in the open block to step through one by one
        const double* suffix = nullptr;              ///< null: state is in the open block (or up to date)
        const double* total = nullptr;
        const double* current = nullptr; ///< null: the open block is empty
    };

    /// The path from step `first` (the first one not yet applied) to the newest step.
    [[nodiscard]] Path path(std::int64_t first) const {
        const std::int64_t block = block_of(first);
        const auto offset = static_cast<std::size_t>(first % std::int64_t{block_steps});
        if (block >= closed_)
            return {first == steps_ ? 0 : offset, first == steps_ ? 0 : open_steps(), nullptr, nullptr, nullptr};
        assert(block >= closed_ - static_cast<std::int64_t>(blocks_));
        return {0, 0, slot_suffix(block, offset), slot_total(block), open_steps() > 0 ? current_.data() : nullptr};
    }

    /// Carries the traces of a synapse onto neuron j along the path.
    SALTUS_INLINE void carry(const Path& p, std::size_t j, Traces& x) const {
        for (std::size_t offset = p.plain_first; offset < p.plain_last; ++offset) {
            apply<double, Rule::traces>(open_step(offset).map(rule_, j), x);
        }
        if (p.suffix == nullptr) return;
        apply<double, Rule::traces>(load(p.suffix, j), x);
        apply<double, Rule::traces>(load(p.total, j), x);
        if (p.current != nullptr) apply<double, Rule::traces>(load(p.current, j), x);
    }

    /// Feeds the products of one neuron to a hash.
    template <class Hash>
    void hash(std::size_t neuron, Hash& h) const {
        h.add(steps_);
        for (const auto* part : {&suffix_, &total_, &current_}) {
            for (std::size_t k = neuron; k < part->size(); k += stride_) h.add((*part)[k]);
        }
    }

    [[nodiscard]] std::size_t bytes() const {
        return (psi_.size() * 2 + third_.size() + suffix_.size() + total_.size() + current_.size()) * sizeof(double);
    }

  private:
    [[nodiscard]] SALTUS_INLINE StepCoefficients open_step(std::size_t offset) const {
        return {&psi_[offset * stride_], &signal_[offset * stride_],
                Rule::has_third ? &third_[offset * stride_] : nullptr};
    }
    [[nodiscard]] std::size_t open_steps() const {
        return static_cast<std::size_t>(steps_ - closed_ * std::int64_t{block_steps});
    }
    [[nodiscard]] std::size_t slot(std::int64_t block) const { return static_cast<std::size_t>(block) % blocks_; }
    [[nodiscard]] double* slot_suffix(std::int64_t block, std::size_t offset) {
        return &suffix_[(slot(block) * block_steps + offset) * entries * stride_];
    }
    [[nodiscard]] const double* slot_suffix(std::int64_t block, std::size_t offset) const {
        return &suffix_[(slot(block) * block_steps + offset) * entries * stride_];
    }
    [[nodiscard]] double* slot_total(std::int64_t block) { return &total_[slot(block) * entries * stride_]; }
    [[nodiscard]] const double* slot_total(std::int64_t block) const {
        return &total_[slot(block) * entries * stride_];
    }

    [[nodiscard]] SALTUS_INLINE Map load(const double* products, std::size_t j) const {
        Map map;
#pragma GCC unroll 16
        for (std::size_t e = 0; e < entries; ++e) map[e] = products[e * stride_ + j];
        return map;
    }
    void set_identity(double* product) const {
        std::fill_n(product, entries * stride_, 0.0);
        for (std::size_t k = 0; k < Rule::traces; ++k) std::fill_n(product + packed(k, k) * stride_, neurons_, 1.0);
    }
    void copy_step_map(std::size_t offset, double* destination) const {
        for (std::size_t j = 0; j < neurons_; ++j) {
            const Map m = open_step(offset).map(rule_, j);
            for (std::size_t e = 0; e < entries; ++e) destination[e * stride_ + j] = m[e];
        }
    }

    Rule rule_;
    std::size_t neurons_, stride_, blocks_;
    std::int64_t steps_ = 0;
    std::int64_t closed_ = 0;
    std::vector<double> psi_, signal_, third_; // open block: [16][stride]
    std::vector<double> suffix_;               // [blocks][16][entries][stride]
    std::vector<double> total_;                // [blocks][entries][stride]
    std::vector<double> current_;              // [entries][stride]
};

} // namespace saltus
