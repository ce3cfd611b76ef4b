// SPDX-License-Identifier: BSD-3-Clause
// Draws without replacement need "is it in?" and, at the end, ascending order. Two levels of bits give both without a
// sort: an insertion costs O(1), handing out d members below n costs O(d + n / 4096).
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace saltus {

class AscendingSet {
  public:
    /// For members below n.
    explicit AscendingSet(std::uint32_t n) : words_((n >> 6) + 1u), summary_((n >> 12) + 1u) {}

    /// Whether `i` is new; it is a member afterwards.
    bool insert(std::uint32_t i) {
        std::uint64_t& word = words_[i >> 6];
        const std::uint64_t bit = std::uint64_t{1} << (i & 63);
        if ((word & bit) != 0) return false;
        word |= bit;
        summary_[i >> 12] |= std::uint64_t{1} << ((i >> 6) & 63);
        return true;
    }

    /// Calls visit(member) in ascending order and empties the set.
    template <class Visit>
    void drain(const Visit& visit) {
        for (std::size_t s = 0; s < summary_.size(); ++s) {
            for (std::uint64_t live = summary_[s]; live != 0; live &= live - 1) {
                const std::size_t w = s * 64 + static_cast<std::size_t>(std::countr_zero(live));
                for (std::uint64_t bits = words_[w]; bits != 0; bits &= bits - 1)
                    visit(static_cast<std::uint32_t>(w * 64 + static_cast<std::size_t>(std::countr_zero(bits))));
                words_[w] = 0;
            }
            summary_[s] = 0;
        }
    }

  private:
    std::vector<std::uint64_t> words_;
    std::vector<std::uint64_t> summary_; ///< bit w: words_[w] has a member
};

} // namespace saltus
