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
    EventQueue() {
        constexpr std::size_t some = 1024; // so that small networks allocate nothing later
        heap_.reserve(some);
        entries_.reserve(some);
        batches_.reserve(some);
        free_batches_.reserve(some);
        taken_.reserve(some);
    }

    void push(const Arrival& arrival) {
        Recent& recent = recent_of(arrival.tick);
        if (recent.tick != arrival.tick) recent = {arrival.tick, open_batch(arrival.tick)};
        Batch& batch = batches_[recent.batch];
        const std::uint32_t entry = new_entry(arrival);
        (batch.first == none ? batch.first : entries_[batch.last].next) = entry;
        batch.last = entry;
        ++size_;
    }

    [[nodiscard]] Tick next() const { return heap_.empty() ? never : heap_.top().tick; }

    /// An entry of tick next(), to be fetched ahead of time; nullptr if the queue is empty.
    [[nodiscard]] const Arrival* upcoming() const {
        return heap_.empty() ? nullptr : &entries_[batches_[heap_.top().batch].first].arrival;
    }

    /// Takes out all entries of tick next(), in canonical order. What is returned is valid until the next take(); later
    /// ticks may be pushed meanwhile.
    [[nodiscard]] std::span<const Arrival> take() {
        taken_.clear();
        const Tick tick = next();
        for (; next() == tick; heap_.pop()) { // more than one batch, where it was not among the recent ones
            Batch& batch = batches_[heap_.top().batch];
            visit(batch, [&](const Arrival& arrival) { taken_.push_back(arrival); });
            entries_[batch.last].next = free_entry_;
            free_entry_ = batch.first;
            batch = {};
            free_batches_.push_back(heap_.top().batch);
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

    /// Calls call(arrival) for every entry, in no particular order; allocates nothing.
    template <class Call>
    void for_each(const Call& call) const {
        for (const Due& due : heap_) visit(batches_[due.batch], call);
    }

  private:
    static constexpr std::uint32_t none = UINT32_MAX;

    struct Due {
        Tick tick;
        std::uint32_t batch;
        friend bool operator<(const Due& a, const Due& b) { // a total order; boost's top is the largest
            return a.tick != b.tick ? a.tick > b.tick : a.batch > b.batch;
        }
    };
    struct Entry {
        Arrival arrival;
        std::uint32_t next; ///< of its batch, or of those that are free
    };
    struct Batch {
        std::uint32_t first = none, last = none;
    };
    /// The batch that was opened last for a tick.
    struct Recent {
        Tick tick = -1; ///< none
        std::uint32_t batch = 0;
    };
    [[nodiscard]] Recent& recent_of(Tick tick) { return recent_[static_cast<std::size_t>(tick) % recent_.size()]; }

    template <class Call>
    void visit(const Batch& batch, const Call& call) const {
        for (std::uint32_t e = batch.first; e != none; e = entries_[e].next) call(entries_[e].arrival);
    }

    std::uint32_t new_entry(const Arrival& arrival) {
        if (free_entry_ == none) {
            entries_.push_back({arrival, none});
            return static_cast<std::uint32_t>(entries_.size() - 1);
        }
        const std::uint32_t entry = std::exchange(free_entry_, entries_[free_entry_].next);
        entries_[entry] = {arrival, none};
        return entry;
    }

    std::uint32_t open_batch(Tick tick) {
        if (free_batches_.empty()) {
            free_batches_.push_back(static_cast<std::uint32_t>(batches_.size()));
            batches_.emplace_back();
        }
        const std::uint32_t batch = free_batches_.back();
        free_batches_.pop_back();
        heap_.push({tick, batch});
        return batch;
    }

    boost::heap::d_ary_heap<Due, boost::heap::arity<4>> heap_;
    std::vector<Entry> entries_;
    std::uint32_t free_entry_ = none;
    std::vector<Batch> batches_; // empty unless in the heap
    std::vector<std::uint32_t> free_batches_;
    std::array<Recent, 256> recent_{}; // by tick: saves the search for a batch that is open already
    std::vector<Arrival> taken_;
    std::size_t size_ = 0;
};

} // namespace saltus
