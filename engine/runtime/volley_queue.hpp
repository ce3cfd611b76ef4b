// SPDX-License-Identifier: BSD-3-Clause
// Volleys: spikes of one population at one tick that go the same way and arrive together, as one queue entry. The
// outcome is, bit for bit, that of the spikes one by one; so whether spikes go in a volley is a question of cost alone.
#pragma once

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
        std::size_t begin, end;
    };

    void add(Tick t, std::uint32_t population, std::uint32_t first_source, std::span<const std::uint32_t> sources) {
        volleys_.push_back({t, population, first_source, sources_.size(), sources_.size() + sources.size()});
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

/// Volleys in flight to the rows of one partition, by tick and channel (see Arrival). Their members lie in chunks from
/// a stock that all share: once it has grown nothing is allocated.
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
        chunks_.reserve(some);
        taken_.reserve(some);
    }

    /// Queues a volley, unless nobody is in it.
    void push(Tick tick, Tick emitted, std::uint32_t channel, std::uint32_t rows,
              std::span<const std::uint32_t> members) {
        if (members.empty()) return;
        std::uint32_t first = none, last = none;
        for (std::size_t k = 0; k < members.size(); k += chunk_size) {
            const std::uint32_t c = new_chunk();
            (last == none ? first : chunks_[last].next) = c;
            last = c;
            std::copy_n(&members[k], std::min(chunk_size, members.size() - k), chunks_[c].members.begin());
        }
        heap_.push_back({tick, emitted, channel, rows, first, static_cast<std::uint32_t>(members.size())});
        std::push_heap(heap_.begin(), heap_.end(), later);
    }

    [[nodiscard]] Tick next() const { return heap_.empty() ? never : heap_.front().tick; }
    /// Whether a volley arrives at tick t by a channel before this one.
    [[nodiscard]] bool comes_before(Tick t, std::uint32_t channel) const {
        return next() == t && heap_.front().channel < channel;
    }

    /// Takes out the first one; there is one. Its members are valid until the next take().
    [[nodiscard]] Volley take() {
        const Entry entry = heap_.front();
        std::pop_heap(heap_.begin(), heap_.end(), later);
        heap_.pop_back();
        taken_.clear();
        std::uint32_t last = entry.first;
        visit(entry, [&](std::uint32_t c, const std::uint32_t* first, std::size_t n) {
            taken_.insert(taken_.end(), first, first + n);
            last = c;
        });
        chunks_[last].next = std::exchange(free_chunk_, entry.first);
        return {entry.tick, entry.emitted, entry.channel, entry.rows, taken_};
    }
    void clear() {
        while (next() != never) (void)take();
    }

    /// Calls call(tick, emitted, rows, member) for every member of every volley, in no particular order.
    template <class Call>
    void for_each(const Call& call) const {
        for (const Entry& entry : heap_)
            visit(entry, [&](std::uint32_t, const std::uint32_t* first, std::size_t n) {
                for (std::size_t k = 0; k < n; ++k) call(entry.tick, entry.emitted, entry.rows, first[k]);
            });
    }

  private:
    static constexpr std::uint32_t none = UINT32_MAX;
    static constexpr std::size_t chunk_size = 31;
    struct Chunk {
        std::array<std::uint32_t, chunk_size> members;
        std::uint32_t next; ///< of its volley, or of those that are free
    };
    struct Entry {
        Tick tick, emitted;
        std::uint32_t channel, rows;
        std::uint32_t first; ///< chunk
        std::uint32_t size;  ///< members
    };
    static bool later(const Entry& a, const Entry& b) {
        return a.tick != b.tick ? a.tick > b.tick : a.channel > b.channel;
    }

    [[nodiscard]] std::uint32_t new_chunk() {
        if (free_chunk_ == none) {
            free_chunk_ = static_cast<std::uint32_t>(chunks_.size());
            chunks_.push_back({{}, none});
        }
        return std::exchange(free_chunk_, chunks_[free_chunk_].next);
    }

    /// Calls call(chunk, members, n) for every chunk of a volley.
    template <class Call>
    void visit(const Entry& entry, const Call& call) const {
        std::size_t left = entry.size;
        for (std::uint32_t c = entry.first; left > 0; c = chunks_[c].next) {
            const std::size_t n = std::min(left, chunk_size);
            call(c, chunks_[c].members.data(), n);
            left -= n;
        }
    }

    std::vector<Entry> heap_;
    std::vector<Chunk> chunks_;
    std::uint32_t free_chunk_ = none;
    std::vector<std::uint32_t> taken_; // members of the volley that was taken out last
};

} // namespace saltus
