// SPDX-License-Identifier: BSD-3-Clause
// Predicted threshold crossings, at most one per neuron, moved or withdrawn when an arrival changes the prediction.
#pragma once

#include "engine/core/time.hpp"

#include <boost/heap/d_ary_heap.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace saltus {

class CrossingQueue {
  public:
    /// @param neurons number of neurons (global numbering) that may have an entry.
    explicit CrossingQueue(std::size_t neurons) : at_(neurons, never), handle_(neurons) { heap_.reserve(64); }

    /// Neuron `n` will cross at tick `t`; `never` withdraws its entry.
    void set(std::uint32_t n, Tick t) {
        if (at_[n] == t) return;
        if (at_[n] == never) {
            handle_[n] = heap_.push({t, n});
        } else if (t == never) {
            heap_.erase(handle_[n]);
        } else {
            heap_.update(handle_[n], {t, n});
        }
        at_[n] = t;
    }

    [[nodiscard]] Tick next() const { return heap_.empty() ? never : heap_.top().tick; }
    [[nodiscard]] std::size_t size() const { return heap_.size(); }

    /// Removes the first entry and returns its neuron. Neurons of one tick come in ascending order.
    std::uint32_t pop() {
        const std::uint32_t n = heap_.top().neuron;
        heap_.pop();
        at_[n] = never;
        return n;
    }

    void clear() {
        while (!heap_.empty()) pop();
    }

    [[nodiscard]] Tick at(std::uint32_t n) const { return at_[n]; }

  private:
    struct Entry {
        Tick tick;
        std::uint32_t neuron;
        // A total order, so that the heap's own tie-breaking never shows; boost's top is the largest.
        friend bool operator<(const Entry& a, const Entry& b) {
            return a.tick != b.tick ? a.tick > b.tick : a.neuron > b.neuron;
        }
    };
    using Heap = boost::heap::d_ary_heap<Entry, boost::heap::arity<4>, boost::heap::mutable_<true>>;

    Heap heap_;
    std::vector<Tick> at_;                  // [neuron] tick of its entry, or never
    std::vector<Heap::handle_type> handle_; // [neuron] valid where at_ is not never
};

} // namespace saltus
