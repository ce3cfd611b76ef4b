// SPDX-License-Identifier: BSD-3-Clause
// First in, first out, on one ring of elements that are used again: once it has grown to what is needed, nothing is
// allocated, not even by elements that own memory. (std::deque allocates a block every few elements, for ever.)
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <utility>
#include <vector>

namespace saltus {

template <class T>
class RecyclingQueue {
  public:
    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] std::size_t size() const { return size_; }
    /// From the front, 0 to size() - 1.
    [[nodiscard]] T& operator[](std::size_t i) { return items_[(front_ + i) & (items_.size() - 1)]; }
    [[nodiscard]] const T& operator[](std::size_t i) const { return items_[(front_ + i) & (items_.size() - 1)]; }
    [[nodiscard]] T& front() { return (*this)[0]; }
    [[nodiscard]] const T& front() const { return (*this)[0]; }
    [[nodiscard]] const T& back() const { return (*this)[size_ - 1]; }

    /// Makes room for one more at the back, and returns it: as some earlier element was left, to be overwritten.
    T& push() {
        if (size_ == items_.size()) grow();
        return (*this)[size_++];
    }
    /// Takes the front off; its memory is kept.
    void pop() {
        assert(size_ > 0);
        front_ = (front_ + 1) & (items_.size() - 1);
        --size_;
    }
    /// Moves the element at the back to place i; those from there on step back.
    void move_back_to(std::size_t i) {
        for (std::size_t k = size_ - 1; k > i; --k) std::swap((*this)[k], (*this)[k - 1]);
    }

  private:
    void grow() {
        std::vector<T> more(std::max<std::size_t>(4, 2 * items_.size())); // always a power of two
        for (std::size_t i = 0; i < size_; ++i) more[i] = std::move((*this)[i]);
        items_ = std::move(more);
        front_ = 0;
    }

    std::vector<T> items_;
    std::size_t front_ = 0;
    std::size_t size_ = 0;
};

} // namespace saltus
