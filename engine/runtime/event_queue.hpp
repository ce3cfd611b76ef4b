// SPDX-License-Identifier: BSD-3-Clause
// Spikes in flight whose rows have several delays (the others go in volleys: volley_queue.hpp). One live entry per
// (spike, row): when the synapses of one delay have been served, the entry is re-keyed to the row's next delay. Never
// an entry per synapse.
//
// The priority queue orders ticks: entries that arrive at one tick lie in a batch, in the order they were pushed, and
// are brought into canonical order when that tick comes. So a queue operation is paid per tick, not per entry, and
// whoever serves a batch sees its entries ahead of time and can fetch their rows.
#pragma once

#include "engine/core/chunk_stock.hpp"
#include "engine/core/simd.hpp"
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

/// The arrival of one delay group of one row. Its order is (tick, channel, row, rows, group). A channel leads from one
/// population to one slice; channels are numbered by population, then slice. So each slice sees the canonical order,
/// (tick, source, projection, delay group), and what goes the same way comes in one go.
struct Arrival {
    Tick tick;
    Tick emitted;
    std::uint32_t channel; ///< within the partition
    std::uint32_t rows;    ///< number of the row set within the partition: by projection, then slice
    std::uint32_t group;   ///< index of the delay group within the row set
    std::uint32_t row = 0; ///< the source's number within its population

    friend bool operator<(const Arrival& a, const Arrival& b) {
        if (a.tick != b.tick) return a.tick < b.tick;
        if (a.channel != b.channel) return a.channel < b.channel;
        if (a.row != b.row) return a.row < b.row;
        if (a.rows != b.rows) return a.rows < b.rows;
        return a.group < b.group;
    }
};

class EventQueue {
  public:
    EventQueue() {
        constexpr std::size_t some = 1024; // so that small networks allocate nothing later
        heap_.reserve(some);
        entries_.reserve(some / chunk_size);
        batches_.reserve(some);
        free_batches_.reserve(some);
        taken_.reserve(some);
    }

    /// Inlined, so that the entry is written where it belongs, not copied there.
    SALTUS_INLINE void push(const Arrival& arrival) {
        Recent& recent = recent_of(arrival.tick);
        if (recent.tick != arrival.tick) recent = {arrival.tick, open_batch(arrival.tick)};
        entries_.push(batches_[recent.batch], arrival);
        ++size_;
    }

    [[nodiscard]] Tick next() const { return heap_.empty() ? never : heap_.top().tick; }

    /// An entry of tick next(), to be fetched ahead of time; nullptr if the queue is empty.
    [[nodiscard]] const Arrival* upcoming() const {
        return heap_.empty() ? nullptr : &entries_.front(batches_[heap_.top().batch]);
    }

    /// Takes out all entries of tick next(), in canonical order. What is returned is valid until the next take(); later
    /// ticks may be pushed meanwhile.
    [[nodiscard]] std::span<const Arrival> take() {
        taken_.clear();
        const Tick tick = next();
        for (; next() == tick; heap_.pop()) { // more than one batch, where it was not among the recent ones
            entries_.take(batches_[heap_.top().batch], taken_);
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
        for (const Due& due : heap_)
            entries_.visit(batches_[due.batch],
                           [&](const Arrival* first, std::size_t n) { std::for_each_n(first, n, call); });
    }

  private:
    struct Due {
        Tick tick;
        std::uint32_t batch;
        friend bool operator<(const Due& a, const Due& b) { // a total order; boost's top is the largest
            return a.tick != b.tick ? a.tick > b.tick : a.batch > b.batch;
        }
    };
    static constexpr std::size_t chunk_size = 16;
    using Batch = ChunkStock<Arrival, chunk_size>::List;
    /// The batch that was opened last for a tick.
    struct Recent {
        Tick tick = -1; ///< none
        std::uint32_t batch = 0;
    };
    [[nodiscard]] Recent& recent_of(Tick tick) { return recent_[static_cast<std::size_t>(tick) % recent_.size()]; }

    [[gnu::noinline]] std::uint32_t open_batch(Tick tick) {
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
    ChunkStock<Arrival, chunk_size> entries_;
    std::vector<Batch> batches_; // empty unless in the heap
    std::vector<std::uint32_t> free_batches_;
    std::array<Recent, 256> recent_{}; // by tick: saves the search for a batch that is open already
    std::vector<Arrival> taken_;
    std::size_t size_ = 0;
};

} // namespace saltus
