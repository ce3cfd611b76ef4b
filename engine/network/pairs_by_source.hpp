// SPDX-License-Identifier: BSD-3-Clause
// From pairs that are drawn target by target to rows, source by source.
#pragma once

#include "engine/core/huge_pages.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace saltus {

/// Pairs that are drawn target by target and brought into the order of sources by counting: as they are drawn they go
/// into about a thousand bunches of neighbouring sources, then each bunch is dealt out to its rows. So what is written
/// and counted lies in the caches, and a pair is put down once. A bunch is a list of chunks, all of one stock. Several
/// threads may draw, each its own run of targets, and deal, each its own bunches.
/// @tparam Word unsigned; holds a target and, above it, the number of its source within the bunch: fits()
template <class Word>
class PairsBySource {
  public:
    /// Whether the words are wide enough.
    [[nodiscard]] static bool fits(std::uint32_t sources, std::uint32_t targets) {
        return std::bit_width(targets) + bunch_bits(sources) <= static_cast<int>(8 * sizeof(Word));
    }

    PairsBySource(std::uint32_t sources, std::uint32_t targets, std::size_t pairs)
        : shift_(bunch_bits(sources)), target_bits_(std::bit_width(targets)), bunches_((sources >> shift_) + 1),
          words_((pairs / chunk_size + bunches_.size()) * chunk_size), next_(words_.size() / chunk_size) {}

    /// The next pair; targets ascend.
    void push(std::uint32_t source, std::uint32_t target) {
        Bunch& bunch = bunches_[source >> shift_];
        const std::size_t place = bunch.size++ % chunk_size;
        if (place == 0) {
            (bunch.size == 1 ? bunch.first : next_[bunch.last]) = chunks_;
            bunch.last = chunks_++;
        }
        const Word within = source & ((1u << shift_) - 1);
        words_[std::size_t{bunch.last} * chunk_size + place] = (within << target_bits_) | target;
    }

    /// Sources of a bunch.
    [[nodiscard]] std::uint32_t bunch_size() const { return 1u << shift_; }

    /// Hands out every pair of the bunch that begins with `first_source` by out.push(source, target), and out.finish()
    /// after each row. @param runs of ascending targets, one after the other, of the same sources
    template <class Out>
    static void deal(std::span<const PairsBySource> runs, std::uint32_t first_source, Out& out) {
        const int target_bits = runs.front().target_bits_;
        const std::size_t b = first_source >> runs.front().shift_;
        std::vector<std::size_t> row_end(std::size_t{runs.front().bunch_size()} + 1, 0);
        for (const PairsBySource& run : runs)
            run.for_each(run.bunches_[b], [&](Word pair) { ++row_end[(pair >> target_bits) + 1]; });
        for (std::size_t i = 1; i < row_end.size(); ++i) row_end[i] += row_end[i - 1];
        std::vector<std::uint32_t> targets(row_end.back());
        const Word target_only = (Word{1} << target_bits) - 1;
        for (const PairsBySource& run : runs)
            run.for_each(run.bunches_[b], [&](Word pair) {
                targets[row_end[pair >> target_bits]++] = static_cast<std::uint32_t>(pair & target_only);
            });
        std::size_t k = 0;
        for (std::uint32_t i = 0; k < targets.size(); ++i) {
            for (; k < row_end[i]; ++k) out.push(first_source + i, targets[k]);
            out.finish();
        }
    }

  private:
    static constexpr std::size_t chunk_size = 256; // words
    struct Bunch {
        std::uint32_t first = 0, last = 0; ///< chunks
        std::size_t size = 0;              ///< pairs
    };
    [[nodiscard]] static int bunch_bits(std::uint32_t sources) { return std::bit_width(sources >> 10); }

    template <class Visit>
    void for_each(const Bunch& bunch, const Visit& visit) const {
        std::size_t left = bunch.size;
        for (std::uint32_t c = bunch.first; left > 0; c = next_[c]) {
            const Word* word = &words_[std::size_t{c} * chunk_size];
            const std::size_t n = std::min(left, chunk_size);
            for (std::size_t k = 0; k < n; ++k) visit(word[k]);
            left -= n;
        }
    }

    int shift_, target_bits_;
    std::vector<Bunch> bunches_;
    RawHugeVector<Word> words_;       ///< [chunks][chunk_size]
    std::vector<std::uint32_t> next_; ///< [chunks] the next one of the bunch
    std::uint32_t chunks_ = 0;        ///< in use
};

} // namespace saltus
