// SPDX-License-Identifier: BSD-3-Clause
// Spikes in flight. One live entry per (spike, row): when the synapses of one delay have been served, the entry is
// re-keyed to the row's next delay. Never an entry per synapse.
//
// The priority queue orders ticks: entries that arrive at one tick lie in a batch, in the order they were pushed, and
// are brought into canonical order when that tick comes. So a queue operation is paid per tick, not per entry, and
// whoever serves a batch sees its entries ahead of time and can fetch their rows.
#pragma once

#include "engine/core/time.hpp"

#include <boost/heap/d_ary_heap.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace saltus {

/// The arrival of one delay group of one row. Its order is the canonical order of arrivals: (tick, source, rows,
/// group).
struct Arrival {
    Tick tick;
    Tick emitted;
    std::uint32_t source;  ///< number of the emitting neuron in the whole network
    std::uint32_t rows;    ///< number of the row set within the partition: by projection, then slice
    std::uint32_t group;   ///< index of the delay group within the row set
    std::uint32_t row = 0; ///< the source's number within its population

    friend bool operator<(const Arrival& a, const Arrival& b) {
        if (a.tick != b.tick) return a.tick < b.tick;
        if (a.source != b.source) return a.source < b.source;
        if (a.rows != b.rows) return a.rows < b.rows;
        return a.group < b.group;
    }
};

class EventQueue {
  public:
    EventQueue() { heap_.reserve(1024); }

    void push(const Arrival& arrival) {
        Recent& recent = recent_of(arrival.tick);
        if (recent.tick != arrival.tick) recent = {arrival.tick, open_batch(arrival.tick)};
        batches_[recent.batch].push_back(arrival);
        ++size_;
    }

    [[nodiscard]] Tick next() const { return heap_.empty() ? never : heap_.top().tick; }

    /// Takes out all entries of tick next(), in canonical order. What is returned is valid until the next take(); later
    /// ticks may be pushed meanwhile.
    [[nodiscard]] std::span<const Arrival> take() {
        taken_.clear();
        const Tick tick = next();
        for (; next() == tick; heap_.pop()) { // more than one batch, where it was not among the recent ones
            std::vector<Arrival>& batch = batches_[heap_.top().batch];
            if (taken_.empty())
                std::swap(taken_, batch);
            else
                taken_.insert(taken_.end(), batch.begin(), batch.end());
            batch.clear();
            free_.push_back(heap_.top().batch);
        }
        if (Recent& recent = recent_of(tick); recent.tick == tick) recent = {};
        if (!std::is_sorted(taken_.begin(), taken_.end())) std::sort(taken_.begin(), taken_.end());
        size_ -= taken_.size();
        return taken_;
    }

    [[nodiscard]] std::size_t size() const { return size_; }
    void clear() {
        while (next() != never) (void)take();
    }

    /// Calls visit(arrival) for every entry, in no particular order.
    template <class Visit>
    void for_each(const Visit& visit) const {
        for (const std::vector<Arrival>& batch : batches_)
            for (const Arrival& arrival : batch) visit(arrival);
    }

  private:
    struct Due {
        Tick tick;
        std::uint32_t batch;
        friend bool operator<(const Due& a, const Due& b) { // a total order; boost's top is the largest
            return a.tick != b.tick ? a.tick > b.tick : a.batch > b.batch;
        }
    };
    /// The batch that was opened last for a tick.
    struct Recent {
        Tick tick = -1; ///< none
        std::uint32_t batch = 0;
    };
    [[nodiscard]] Recent& recent_of(Tick tick) { return recent_[static_cast<std::size_t>(tick) % recent_.size()]; }

    std::uint32_t open_batch(Tick tick) {
        if (free_.empty()) {
            free_.push_back(static_cast<std::uint32_t>(batches_.size()));
            batches_.emplace_back();
        }
        const std::uint32_t batch = free_.back();
        free_.pop_back();
        heap_.push({tick, batch});
        return batch;
    }

    boost::heap::d_ary_heap<Due, boost::heap::arity<4>> heap_;
    std::vector<std::vector<Arrival>> batches_; // empty unless in the heap
    std::vector<std::uint32_t> free_;           // those that are not
    std::array<Recent, 256> recent_{};          // by tick: saves the search for a batch that is open already
    std::vector<Arrival> taken_;
    std::size_t size_ = 0;
};

} // namespace saltus
