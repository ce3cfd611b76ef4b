// SPDX-License-Identifier: BSD-3-Clause
// Predicted threshold crossings, at most one per neuron, moved or withdrawn when an arrival changes the prediction.
// A heap of arity 4 that knows where each neuron's entry is. (Boost's mutable heaps keep every entry in a node of its
// own: an allocation for each prediction.)
#pragma once

#include "engine/core/huge_pages.hpp"
#include "engine/core/time.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace saltus {

class CrossingQueue {
  public:
    /// @param neurons number of neurons (global numbering) that may have an entry. Nothing is allocated later.
    explicit CrossingQueue(std::size_t neurons) : place_(neurons, none) { heap_.reserve(neurons); }

    /// Neuron `n` will cross at tick `t`; `never` withdraws its entry.
    void set(std::uint32_t n, Tick t) {
        if (heap_.empty() && t == never) return;
        std::size_t place = place_[n];
        if (place == none) {
            if (t == never) return;
            place = heap_.size();
            heap_.push_back({t, n});
        } else if (t == never) {
            return remove(place);
        } else {
            heap_[place].tick = t;
        }
        settle(place);
    }

    [[nodiscard]] Tick next() const { return heap_.empty() ? never : heap_.front().tick; }
    [[nodiscard]] std::size_t size() const { return heap_.size(); }

    /// Removes the first entry and returns its neuron. Neurons of one tick come in ascending order.
    std::uint32_t pop() {
        const std::uint32_t n = heap_.front().neuron;
        remove(0);
        return n;
    }

    void clear() {
        for (const Entry& entry : heap_) place_[entry.neuron] = none;
        heap_.clear();
    }

    [[nodiscard]] Tick at(std::uint32_t n) const { return place_[n] == none ? never : heap_[place_[n]].tick; }

  private:
    struct Entry {
        Tick tick;
        std::uint32_t neuron;
        friend bool operator<(const Entry& a, const Entry& b) { // a total order
            return a.tick != b.tick ? a.tick < b.tick : a.neuron < b.neuron;
        }
    };
    static constexpr std::uint32_t none = UINT32_MAX;
    static constexpr std::size_t arity = 4;

    void put(std::size_t place, const Entry& entry) {
        heap_[place] = entry;
        place_[entry.neuron] = static_cast<std::uint32_t>(place);
    }

    void remove(std::size_t place) {
        place_[heap_[place].neuron] = none;
        const Entry last = heap_.back();
        heap_.pop_back();
        if (place == heap_.size()) return;
        heap_[place] = last;
        settle(place);
    }

    /// Moves the entry at `place`, which may be too early or too late for it, to where it belongs.
    void settle(std::size_t place) {
        const Entry entry = heap_[place];
        for (std::size_t parent = 0; place > 0 && entry < heap_[parent = (place - 1) / arity]; place = parent)
            put(place, heap_[parent]);
        for (std::size_t child = 0; (child = arity * place + 1) < heap_.size(); place = child) {
            const std::size_t end = std::min(child + arity, heap_.size());
            for (std::size_t other = child + 1; other < end; ++other)
                child = heap_[other] < heap_[child] ? other : child;
            if (!(heap_[child] < entry)) break;
            put(place, heap_[child]);
        }
        put(place, entry);
    }

    std::vector<Entry> heap_;
    HugeVector<std::uint32_t> place_; // [neuron] of its entry in the heap, or none
};

} // namespace saltus
