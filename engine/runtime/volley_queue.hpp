// SPDX-License-Identifier: BSD-3-Clause
// Volleys: what many Poisson sources, or inputs, do in one tick. Where a source has one synapse and all have the same
// delay (background drive), a volley of sources is one row, and a queue entry: not an entry for each spike. The outcome
// is, bit for bit, that of the spikes one by one; so whether spikes go in a volley is a question of cost alone.
#pragma once

#include "engine/core/time.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <tuple>
#include <vector>

namespace saltus {

/// A volley of fewer spikes than this costs more than they do.
inline constexpr std::size_t smallest_volley = 8;

/// The volleys that set out in a window: what partitions exchange besides single spikes.
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

/// Volleys in flight to the rows of one partition, in canonical order.
class VolleyQueue {
  public:
    struct Entry {
        Tick tick; ///< of arrival
        Tick emitted;
        std::uint32_t source; ///< number in the whole network of the first source that might be in it
        std::uint32_t rows;   ///< number of the row set within the partition
        std::uint32_t place;  ///< of its targets

        /// What it is ordered by, the same as for single arrivals.
        [[nodiscard]] std::tuple<Tick, std::uint32_t, std::uint32_t> key() const { return {tick, source, rows}; }
    };

    /// An empty list of targets, to be filled and pushed.
    [[nodiscard]] std::vector<std::uint32_t>& new_targets() {
        if (free_.empty()) {
            free_.push_back(static_cast<std::uint32_t>(targets_.size()));
            targets_.emplace_back();
        }
        return targets_[free_.back()];
    }
    /// Queues what new_targets() has returned, unless nobody is in it.
    void push(Tick tick, Tick emitted, std::uint32_t source, std::uint32_t rows) {
        if (targets_[free_.back()].empty()) return;
        heap_.push_back({tick, emitted, source, rows, free_.back()});
        std::push_heap(heap_.begin(), heap_.end(), later);
        free_.pop_back();
    }

    [[nodiscard]] Tick next() const { return heap_.empty() ? never : heap_.front().tick; }
    /// The first entry; there is one.
    [[nodiscard]] const Entry& front() const { return heap_.front(); }
    /// Its targets, numbered within the slice: as often as each is hit.
    [[nodiscard]] const std::vector<std::uint32_t>& targets(const Entry& entry) const { return targets_[entry.place]; }
    void pop() {
        release(heap_.front());
        std::pop_heap(heap_.begin(), heap_.end(), later);
        heap_.pop_back();
    }
    void clear() {
        for (const Entry& entry : heap_) release(entry);
        heap_.clear();
    }
    [[nodiscard]] std::span<const Entry> entries() const { return heap_; }

  private:
    static bool later(const Entry& a, const Entry& b) { return a.key() > b.key(); }
    void release(const Entry& entry) {
        targets_[entry.place].clear();
        free_.push_back(entry.place);
    }

    std::vector<Entry> heap_;
    std::vector<std::vector<std::uint32_t>> targets_; // [place]; empty unless in the heap
    std::vector<std::uint32_t> free_;                 // places
};

} // namespace saltus
