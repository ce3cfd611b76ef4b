// SPDX-License-Identifier: BSD-3-Clause
// Many lists that come and go, their entries in chunks from a stock that all of them share: whichever lists grow long,
// once the stock has grown nothing is allocated.
#pragma once

#include "engine/core/simd.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace saltus {

/// @tparam chunk_size entries in a chunk
template <class T, std::size_t chunk_size>
class ChunkStock {
    static constexpr std::uint32_t none = UINT32_MAX;

  public:
    struct List {
        std::uint32_t first = none, last = none; ///< chunks
        std::uint32_t size = 0;                  ///< entries
    };

    void reserve(std::size_t chunks) { chunks_.reserve(chunks); }

    /// Inlined, so that the entry is written where it belongs, not copied there.
    SALTUS_INLINE void push(List& list, const T& entry) {
        const std::size_t place = list.size++ % chunk_size;
        if (place == 0) append_chunk(list);
        chunks_[list.last].entries[place] = entry;
    }

    /// A list of these.
    [[nodiscard]] List keep(std::span<const T> entries) {
        List list;
        for (std::size_t k = 0; k < entries.size(); k += chunk_size) {
            append_chunk(list);
            std::copy_n(&entries[k], std::min(chunk_size, entries.size() - k), chunks_[list.last].entries.begin());
        }
        list.size = static_cast<std::uint32_t>(entries.size());
        return list;
    }

    /// Calls call(first, n) for the entries of every chunk, in their order.
    template <class Call>
    void visit(const List& list, const Call& call) const {
        std::size_t left = list.size;
        for (std::uint32_t c = list.first; left > 0; c = chunks_[c].next) {
            const std::size_t n = std::min(left, chunk_size);
            call(chunks_[c].entries.data(), n);
            left -= n;
        }
    }

    /// Appends a list's entries to `all`; the list is empty then.
    void take(List& list, std::vector<T>& all) {
        if (list.size == 0) return;
        visit(list, [&](const T* first, std::size_t n) { all.insert(all.end(), first, first + n); });
        chunks_[list.last].next = free_;
        free_ = list.first;
        list = {};
    }

    /// The first entry. @pre there is one
    [[nodiscard]] const T& front(const List& list) const { return chunks_[list.first].entries.front(); }

  private:
    struct Chunk {
        std::array<T, chunk_size> entries;
        std::uint32_t next; ///< of its list, or of those that are free
    };

    [[gnu::noinline]] void append_chunk(List& list) {
        if (free_ == none) {
            free_ = static_cast<std::uint32_t>(chunks_.size());
            chunks_.push_back({{}, none});
        }
        const std::uint32_t chunk = std::exchange(free_, chunks_[free_].next);
        (list.first == none ? list.first : chunks_[list.last].next) = chunk;
        list.last = chunk;
    }

    std::vector<Chunk> chunks_;
    std::uint32_t free_ = none;
};

} // namespace saltus
