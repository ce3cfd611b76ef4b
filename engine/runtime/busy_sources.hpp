// SPDX-License-Identifier: BSD-3-Clause
// The busy ones among a slice of Poisson sources (models/poisson_counts.hpp): what they do in a tick is drawn for the
// tick, block by block. They have no state but their rates.
#pragma once

#include "engine/core/time.hpp"
#include "models/poisson_counts.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace saltus {

class BusySources {
  public:
    /// The first source of the slice has the random stream (seed, first_entity), the next the next.
    void start(std::uint64_t seed, std::uint64_t first_entity) {
        seed_ = seed;
        offset_ = first_entity % 4;
        first_entity_ = first_entity - offset_;
    }

    /// Rates from now on, in spikes per tick; those that make no source busy are none of our business. rate: [sources]
    void set_rates(std::span<const double> rate) {
        tables_.clear();
        any_ = false;
        blocks_.assign((offset_ + rate.size() + CountLanes::size - 1) / CountLanes::size, {});
        for (std::size_t j = 0; j < rate.size(); ++j) {
            if (!is_busy(rate[j])) continue;
            any_ = true;
            if (tables_.empty() || tables_.back().mean() != rate[j]) tables_.emplace_back(rate[j]);
            const std::size_t lane = offset_ + j;
            blocks_[lane / CountLanes::size].table[lane % CountLanes::size] =
                static_cast<std::uint32_t>(tables_.size());
        }
        for (Block& block : blocks_) {
            block.uniform = std::all_of(block.table.begin(), block.table.end(),
                                        [&](std::uint32_t table) { return table == block.table[0]; });
        }
    }

    [[nodiscard]] bool any() const { return any_; }

    /// Appends the sources that spike at tick t, each as often as it does.
    void make_spikes(Tick t, std::vector<std::uint32_t>& sources) {
        for (std::size_t b = 0; b < blocks_.size(); ++b) {
            const Block& block = blocks_[b];
            if (block.uniform && block.table[0] == none) continue;
            draw_bits(lanes_, seed_, first_entity_ + b * CountLanes::size, t);
            if (block.uniform) {
                const std::vector<std::uint32_t>& steps = tables_[block.table[0] - 1].steps();
                count_spikes(lanes_, steps.data(), steps.size());
            } else {
                for (std::size_t k = 0; k < CountLanes::size; ++k)
                    lanes_.count[k] = block.table[k] == none ? 0 : tables_[block.table[k] - 1](lanes_.bits[k]);
            }
            note(static_cast<std::uint32_t>(b * CountLanes::size - offset_), sources);
        }
    }

  private:
    static constexpr std::uint32_t none = 0;
    struct Block {
        std::array<std::uint32_t, CountLanes::size> table{}; ///< number + 1; none: of no busy source
        bool uniform = false;                                ///< the same for all
    };

    /// Appends what was counted. Mostly few of each: so many are always written, and counted if they are there.
    void note(std::uint32_t first, std::vector<std::uint32_t>& sources) const {
        constexpr std::uint32_t few = 4;
        std::size_t total = 0;
        for (const std::uint32_t n : lanes_.count) total += n;
        const std::size_t noted = sources.size();
        sources.resize(noted + total + few);
        std::uint32_t* out = sources.data() + noted;
        for (std::uint32_t k = 0; k < CountLanes::size; ++k) {
            const std::uint32_t n = lanes_.count[k];
            for (std::uint32_t i = 0; i < few; ++i) out[i] = first + k;
            for (std::uint32_t i = few; i < n; ++i) out[i] = first + k;
            out += n;
        }
        sources.resize(noted + total);
    }

    std::uint64_t seed_ = 0, first_entity_ = 0; ///< a multiple of 4
    std::size_t offset_ = 0;                    ///< lane of the first source
    std::vector<CountTable> tables_;            ///< for each run of sources of one rate
    std::vector<Block> blocks_;
    bool any_ = false;
    CountLanes lanes_{};
};

} // namespace saltus
