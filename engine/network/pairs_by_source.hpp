// SPDX-License-Identifier: BSD-3-Clause
// From pairs that are drawn target by target to rows, source by source.
#pragma once

#include "engine/core/huge_pages.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace saltus {

/// Pairs that are drawn target by target, then brought into the order of sources by counting: first in about a thousand
/// bunches of neighbouring sources, then bunch by bunch, so that what is counted and written lies in the caches.
class PairsBySource {
  public:
    PairsBySource(std::uint32_t sources, std::uint32_t in_degree, std::size_t pairs)
        : in_degree_(in_degree), shift_(static_cast<std::uint32_t>(std::bit_width(sources >> 10))) {
        drawn_.reserve(pairs);
        bunch_end_.assign((sources >> shift_) + 2, 0);
    }

    /// The next pair; targets ascend, each has in_degree of them.
    void push(std::uint32_t source) {
        drawn_.push_back(source);
        ++bunch_end_[(source >> shift_) + 1]; // first how long the bunch before is
    }

    /// Hands out every pair by out.push(source, target), and out.finish() after each row.
    template <class Out>
    void deal(std::uint32_t targets, Out& out) {
        const auto target_bits = static_cast<std::uint32_t>(std::bit_width(targets));
        if (target_bits + shift_ <= 32)
            deal_words<std::uint32_t>(target_bits, out);
        else
            deal_words<std::uint64_t>(target_bits, out);
    }

  private:
    /// @tparam Word holds a target and, above it, the number of its source within the bunch.
    template <class Word, class Out>
    void deal_words(std::uint32_t target_bits, Out& out) {
        const std::uint32_t within = (1u << shift_) - 1;
        for (std::size_t b = 1; b < bunch_end_.size(); ++b) bunch_end_[b] += bunch_end_[b - 1];
        HugeVector<Word> dealt(drawn_.size());
        std::size_t k = 0;
        for (std::uint32_t target = 0; k < drawn_.size(); ++target)
            for (const std::size_t last = k + in_degree_; k < last; ++k)
                dealt[bunch_end_[drawn_[k] >> shift_]++] = (Word{drawn_[k] & within} << target_bits) | target;
        HugeVector<std::uint32_t>().swap(drawn_);
        std::span<const Word> rest(dealt);
        for (std::size_t b = 0, done = 0; done < dealt.size(); done = bunch_end_[b++]) {
            const std::size_t n = bunch_end_[b] - done;
            deal_bunch(static_cast<std::uint32_t>(b << shift_), rest.first(n), target_bits, out);
            rest = rest.subspan(n);
        }
    }

    template <class Word, class Out>
    void deal_bunch(std::uint32_t first, std::span<const Word> pairs, std::uint32_t target_bits, Out& out) {
        row_end_.assign((std::size_t{1} << shift_) + 1, 0);
        for (const Word pair : pairs) ++row_end_[(pair >> target_bits) + 1];
        for (std::size_t i = 1; i < row_end_.size(); ++i) row_end_[i] += row_end_[i - 1];
        target_.resize(pairs.size());
        for (const Word pair : pairs)
            target_[row_end_[pair >> target_bits]++] =
                static_cast<std::uint32_t>(pair & ((Word{1} << target_bits) - 1));
        std::size_t k = 0;
        for (std::uint32_t i = 0; k < target_.size(); ++i) {
            for (; k < row_end_[i]; ++k) out.push(first + i, target_[k]);
            out.finish();
        }
    }

    std::uint32_t in_degree_, shift_;
    HugeVector<std::uint32_t> drawn_;    ///< sources
    std::vector<std::size_t> bunch_end_; ///< of each bunch; first where it begins
    std::vector<std::size_t> row_end_;   ///< scratch: of each row of a bunch
    std::vector<std::uint32_t> target_;  ///< scratch: of a bunch
};

} // namespace saltus
