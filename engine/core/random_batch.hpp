// SPDX-License-Identifier: BSD-3-Clause
// Many draws of one entity at a time: the very numbers, and the very bits, that RandomStream gives one by one, at a
// fraction of their cost (vectorised).
#pragma once

#include "engine/core/random.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace saltus {

/// A RandomStream that draws ahead.
class RandomBatch {
  public:
    /// @param expected_draws of bits() and below(): so many are drawn ahead, and few wasted. Spans know their own
    /// number.
    explicit RandomBatch(const RandomStream& stream, std::size_t expected_draws = 0)
        : seed_(stream.seed()), entity_(stream.entity()), next_(stream.counter()), expected_(expected_draws) {}

    /// RandomStream::bits.
    std::uint64_t bits() {
        if (at_ == end_) refill();
        ++next_;
        return drawn_[at_++];
    }
    /// RandomStream::below.
    std::uint32_t below(std::uint32_t n) { return uniform_below(*this, n); }

    /// The next out.size() results of RandomStream::uniform.
    void uniform(std::span<double> out);
    /// The next out.size() results of RandomStream::exponential.
    void exponential(std::span<double> out);
    /// The next out.size() results of RandomStream::normal.
    void normal(std::span<double> out);

    /// How many draws were taken: RandomStream(seed, entity, counter()) goes on from here.
    [[nodiscard]] std::uint64_t counter() const { return next_; }

  private:
    static constexpr std::size_t blocks_at_once = 64;

    void refill();
    /// transform(n, bits, result) for as many draws as there are results.
    template <class Transform>
    void fill(std::span<double> out, const Transform& transform);

    std::uint64_t seed_, entity_;
    std::uint64_t next_;   ///< the draw that drawn_[at_] is
    std::size_t expected_; ///< draws, from here on
    std::size_t at_ = 0, end_ = 0;
    std::array<std::uint64_t, 2 * blocks_at_once> drawn_; // NOLINT: [at_, end_) is filled
};

} // namespace saltus
