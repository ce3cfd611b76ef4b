// SPDX-License-Identifier: BSD-3-Clause
// Volleys: spikes of one population at one tick that go the same way and arrive together, as one queue entry. The
// outcome is, bit for bit, that of the spikes one by one; so whether spikes go in a volley is a question of cost alone.
#pragma once

#include "engine/core/chunk_stock.hpp"
#include "engine/core/time.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace saltus {

/// Partitions exchange the spikes of Poisson sources in volleys if there are as many as this; fewer cost less as
/// spikes.
inline constexpr std::size_t smallest_volley = 8;

/// The volleys of Poisson sources that set out in a window: what partitions exchange besides single spikes.
class VolleyList {
  public:
    /// Sources of one slice that spike at one tick, as often as each is named.
    struct Volley {
        Tick tick;
        std::uint32_t population;
        std::uint32_t first_source; ///< number within its population of the slice's first neuron
        std::uint32_t size;         ///< of the slice
        std::size_t begin, end;
    };

    void add(Tick t, std::uint32_t population, std::uint32_t first_source, std::uint32_t size,
             std::span<const std::uint32_t> sources) {
        volleys_.push_back({t, population, first_source, size, sources_.size(), sources_.size() + sources.size()});
        sources_.insert(sources_.end(), sources.begin(), sources.end());
    }
    void clear() {
        volleys_.clear();
        sources_.clear();
    }
    [[nodiscard]] bool empty() const { return volleys_.empty(); }
    /// In the order they were added.
    [[nodiscard]] std::span<const Volley> volleys() const { return volleys_; }
    /// Numbers within the slice.
    [[nodiscard]] std::span<const std::uint32_t> sources(const Volley& v) const {
        return std::span(sources_).subspan(v.begin, v.end - v.begin);
    }

  private:
    std::vector<Volley> volleys_;
    std::vector<std::uint32_t> sources_; // of all volleys
};

/// Volleys in flight to the rows of one partition, by tick and channel (see Arrival).
class VolleyQueue {
  public:
    struct Volley {
        Tick tick; ///< of arrival
        Tick emitted;
        std::uint32_t channel; ///< within the partition
        std::uint32_t rows;    ///< number of the row set within the partition
        /// Rows, ascending; or, where each source has one synapse onto the neuron of its number, targets within the
        /// slice: as often as each spikes.
        std::span<const std::uint32_t> members;
    };

    VolleyQueue() {
        constexpr std::size_t some = 256; // so that small networks allocate nothing later
        heap_.reserve(some);
        members_.reserve(some);
        taken_.reserve(some);
    }

    /// Queues a volley, unless nobody is in it.
    void push(Tick tick, Tick emitted, std::uint32_t channel, std::uint32_t rows,
              std::span<const std::uint32_t> members) {
        if (members.empty()) return;
        heap_.push_back({tick, emitted, channel, rows, members_.keep(members)});
        std::push_heap(heap_.begin(), heap_.end(), later);
    }

    [[nodiscard]] Tick next() const { return heap_.empty() ? never : heap_.front().tick; }
    /// Whether a volley arrives at tick t by a channel before this one.
    [[nodiscard]] bool comes_before(Tick t, std::uint32_t channel) const {
        return next() == t && heap_.front().channel < channel;
    }

    /// Takes out the first one; there is one. Its members are valid until the next take().
    [[nodiscard]] Volley take() {
        Entry entry = heap_.front();
        std::pop_heap(heap_.begin(), heap_.end(), later);
        heap_.pop_back();
        taken_.clear();
        members_.take(entry.members, taken_);
        return {entry.tick, entry.emitted, entry.channel, entry.rows, taken_};
    }
    void clear() {
        while (next() != never) (void)take();
    }

    /// Calls call(tick, emitted, rows, member) for every member of every volley, in no particular order.
    template <class Call>
    void for_each(const Call& call) const {
        for (const Entry& entry : heap_)
            members_.visit(entry.members, [&](const std::uint32_t* first, std::size_t n) {
                for (std::size_t k = 0; k < n; ++k) call(entry.tick, entry.emitted, entry.rows, first[k]);
            });
    }

  private:
    using Members = ChunkStock<std::uint32_t, 63>;
    struct Entry {
        Tick tick, emitted;
        std::uint32_t channel, rows;
        Members::List members;
    };
    static bool later(const Entry& a, const Entry& b) {
        return a.tick != b.tick ? a.tick > b.tick : a.channel > b.channel;
    }

    std::vector<Entry> heap_;
    Members members_;
    std::vector<std::uint32_t> taken_; // members of the volley that was taken out last
};

} // namespace saltus
