// SPDX-License-Identifier: BSD-3-Clause
// A fingerprint of state, bit for bit: what determinism tests compare.
#pragma once

#include <bit>
#include <cstdint>
#include <type_traits>

namespace saltus {

class Fingerprint {
  public:
    template <class T>
    void add(T value) {
        if constexpr (std::is_same_v<T, double>) {
            mix(std::bit_cast<std::uint64_t>(value));
        } else if constexpr (std::is_same_v<T, float>) {
            mix(std::bit_cast<std::uint32_t>(value));
        } else {
            mix(static_cast<std::uint64_t>(value));
        }
    }
    [[nodiscard]] std::uint64_t value() const { return hash_; }

  private:
    void mix(std::uint64_t word) { // one round of the splitmix64 finaliser per word
        std::uint64_t x = (hash_ ^ word) * 0x9E3779B97F4A7C15ULL;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
        hash_ = x ^ (x >> 27);
    }
    std::uint64_t hash_ = 0x53616c747573ULL;
};

/// A fingerprint of facts that come in any order: the same whoever holds which of them.
class UnorderedFingerprint {
  public:
    void add(const Fingerprint& fact) { sum_ += fact.value(); }
    [[nodiscard]] std::uint64_t value() const { return sum_; }

  private:
    std::uint64_t sum_ = 0;
};

} // namespace saltus
