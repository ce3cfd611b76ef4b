// SPDX-License-Identifier: BSD-3-Clause
// Spikes in flight. One live entry per (spike, row): when the synapses of one delay have been served, the entry is
// re-keyed to the row's next delay. Never an entry per synapse.
#pragma once

#include "engine/core/time.hpp"

#include <boost/heap/d_ary_heap.hpp>

#include <cstddef>
#include <cstdint>

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

    friend bool operator<(const Arrival& a, const Arrival& b) { // boost's top is the largest: reversed
        if (a.tick != b.tick) return a.tick > b.tick;
        if (a.source != b.source) return a.source > b.source;
        if (a.rows != b.rows) return a.rows > b.rows;
        return a.group > b.group;
    }
};

class EventQueue {
  public:
    EventQueue() { heap_.reserve(1024); }

    void push(const Arrival& arrival) { heap_.push(arrival); }
    [[nodiscard]] Tick next() const { return heap_.empty() ? never : heap_.top().tick; }
    [[nodiscard]] const Arrival& top() const { return heap_.top(); }
    void pop() { heap_.pop(); }
    [[nodiscard]] std::size_t size() const { return heap_.size(); }
    void clear() { heap_.clear(); }

    /// Looks at every entry, in no particular order; allocates nothing, unlike begin().
    template <class Call>
    void for_each(Call&& call) const {
        for (const Arrival& arrival : heap_) call(arrival);
    }
    /// In the order of arrival.
    [[nodiscard]] auto begin() const { return heap_.ordered_begin(); }
    [[nodiscard]] auto end() const { return heap_.ordered_end(); }

  private:
    boost::heap::d_ary_heap<Arrival, boost::heap::arity<4>> heap_;
};

} // namespace saltus
