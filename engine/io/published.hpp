// SPDX-License-Identifier: BSD-3-Clause
// A few counters that one thread writes and another reads, all of one moment (a sequence lock): the writer never waits.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace saltus::io {

/// @tparam Counters trivially copyable, made of std::uint64_t only.
template <class Counters>
class Published {
  public:
    void publish(const Counters& counters) {
        const auto words = std::bit_cast<Words>(counters);
        const std::uint64_t round = round_.load(std::memory_order_relaxed);
        round_.store(round + 1, std::memory_order_relaxed);
        for (std::size_t i = 0; i < words.size(); ++i) words_[i].store(words[i], std::memory_order_release);
        round_.store(round + 2, std::memory_order_release);
    }
    /// The latest; what was there before, if the writer was at it all the time.
    [[nodiscard]] Counters read(const Counters& before) const {
        for (int attempt = 0; attempt < 100; ++attempt) {
            const std::uint64_t round = round_.load(std::memory_order_acquire);
            if (round % 2 != 0) continue;
            Words words;
            for (std::size_t i = 0; i < words.size(); ++i) words[i] = words_[i].load(std::memory_order_acquire);
            if (round_.load(std::memory_order_relaxed) == round) return std::bit_cast<Counters>(words);
        }
        return before;
    }

  private:
    using Words = std::array<std::uint64_t, sizeof(Counters) / sizeof(std::uint64_t)>;

    std::atomic<std::uint64_t> round_{0};
    std::array<std::atomic<std::uint64_t>, sizeof(Counters) / sizeof(std::uint64_t)> words_{};
};

} // namespace saltus::io
