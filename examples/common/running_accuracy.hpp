// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <bitset>
#include <cstddef>
#include <cstdint>

namespace saltus::examples {

/// Share of right answers among the last `Window` ones.
template <std::size_t Window>
class RunningAccuracy {
  public:
    void add(bool right) { right_.set(static_cast<std::size_t>(answers_++ % Window), right); }
    [[nodiscard]] double value() const {
        const auto seen = std::min<std::uint64_t>(answers_, Window);
        return seen == 0 ? 0.0 : static_cast<double>(right_.count()) / static_cast<double>(seen);
    }

  private:
    std::bitset<Window> right_;
    std::uint64_t answers_ = 0;
};

} // namespace saltus::examples
