// SPDX-License-Identifier: BSD-3-Clause
// Random choices that are the same on every machine. The distributions of the standard library
// differ between libraries, so none is used.
#pragma once

#include "tests/oracle/scenario.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>

namespace saltus_oracle {

/// splitmix64 (Steele, Lea, Flood 2014).
class Draw {
  public:
    explicit Draw(std::uint64_t seed) : state_(seed) {}

    std::uint64_t bits() {
        state_ += 0x9e3779b97f4a7c15ULL;
        std::uint64_t x = state_;
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
        x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
        return x ^ (x >> 31);
    }
    /// In [low, high).
    double real(double low, double high) { return low + (high - low) * 0x1p-53 * static_cast<double>(bits() >> 11); }
    /// In [low, high], both included.
    Tick whole(Tick low, Tick high) {
        return low + static_cast<Tick>(bits() % static_cast<std::uint64_t>(high - low + 1));
    }
    std::size_t size(std::size_t low, std::size_t high) { return low + bits() % (high - low + 1); }
    bool chance(double probability) { return real(0.0, 1.0) < probability; }

    template <typename T>
    T one_of(std::initializer_list<T> choices) {
        return choices.begin()[bits() % choices.size()];
    }
    template <typename T>
    T unless_set(const std::optional<T>& wish, std::initializer_list<T> choices) {
        const T drawn = one_of(choices); // drawn anyway, so that a wish changes nothing else
        return wish.value_or(drawn);
    }

  private:
    std::uint64_t state_;
};

} // namespace saltus_oracle
