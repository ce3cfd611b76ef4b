// SPDX-License-Identifier: BSD-3-Clause
// A list of neurons of a slice that is appended to without a branch: whether one belongs to it is often anyone's guess.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace saltus {

class IndexList {
  public:
    /// @param most how many it holds at most.
    explicit IndexList(std::size_t most) : items_(most + 1) {} // one past the end is scratch

    void append(std::uint32_t j) { items_[count_++] = j; }
    /// Where the next one goes; in a hot loop, write there always, and step on if it belongs to the list.
    [[nodiscard]] std::uint32_t* tail() { return items_.data() + count_; }
    void end_at(const std::uint32_t* tail) { count_ = static_cast<std::size_t>(tail - items_.data()); }
    /// Keeps the first n.
    void cut(std::size_t n) { count_ = n; }

    [[nodiscard]] std::size_t size() const { return count_; }
    [[nodiscard]] bool empty() const { return count_ == 0; }
    [[nodiscard]] std::uint32_t& operator[](std::size_t k) { return items_[k]; }
    [[nodiscard]] const std::uint32_t* begin() const { return items_.data(); }
    [[nodiscard]] const std::uint32_t* end() const { return items_.data() + count_; }

  private:
    std::vector<std::uint32_t> items_;
    std::size_t count_ = 0;
};

} // namespace saltus
