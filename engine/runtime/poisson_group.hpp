// SPDX-License-Identifier: BSD-3-Clause
// A slice of Poisson sources. Nothing that happens in a window changes what they do in it, so their spikes are made a
// stretch of time at a go, block by block of sources, and handed out tick by tick. A queue tells which blocks have
// anything to do: sources cost spikes, and next to nothing in between.
//
// Where a stretch ends never shows: a source's state after its last spike is all that it starts from. Busy sources are
// drawn tick by tick (busy_sources.hpp).
#pragma once

#include "engine/core/hash.hpp"
#include "engine/core/time.hpp"
#include "engine/runtime/busy_sources.hpp"
#include "engine/runtime/crossing_queue.hpp"
#include "models/poisson.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace saltus {

/// @tparam C SharedConstants or OwnConstants.
template <class M, class C>
class PoissonGroup {
  public:
    using Model = M;
    using Cells = C;

    PoissonGroup(Cells constants, std::uint32_t size)
        : cells_(std::move(constants)), size_(size), rate_(padded(), 0.0), left_(padded(), 0.0), number_(padded(), 0),
          since_(padded(), 0), due_(padded(), never), blocks_(padded() / block) {
        for (std::uint32_t j = 0; j < size_; ++j) rate_[j] = cells_[j].rate;
        spikes_.reserve(1024);
        neurons_.reserve(1024);
        volleys_.reserve(1024);
        places_.reserve(1024);
    }

    /// The first source has the random stream (seed, first_entity), the next the next.
    void start_candidates(std::uint64_t seed, std::uint64_t first_entity) {
        seed_ = seed;
        first_entity_ = first_entity;
        busy_.start(seed, first_entity);
        for (std::uint32_t j = 0; j < size_; ++j) {
            left_[j] = exponential_of(bits_of_block(seed, first_entity + j, 0));
            number_[j] = 1;
        }
    }

    [[nodiscard]] std::uint32_t size() const { return size_; }

    /// The tick of the next spike.
    [[nodiscard]] Tick next() const {
        return handed_out_ < volleys_.size() ? volleys_[handed_out_].tick : next_stretch();
    }

    /// The sources that spike at tick t = next(), each as often as it does, in no particular order. Valid, and the
    /// caller's to rearrange, until the next call.
    /// @param last no stretch may end later: until then no rate is changed and nobody looks
    [[nodiscard]] std::span<std::uint32_t> take([[maybe_unused]] Tick t, Tick last) {
        if (handed_out_ == volleys_.size()) make_spikes(last);
        const Volley& volley = volleys_[handed_out_++];
        assert(volley.tick == t);
        return std::span(neurons_).subspan(volley.begin, volley.end - volley.begin);
    }

    /// Changes constants at the end of tick t: change(constants, j) for every source.
    template <class Change>
    void change_constants(Tick t, CrossingQueue& crossings, std::uint32_t first_neuron, const Change& change) {
        for (std::uint32_t j = 0; j < size_; ++j) change(cells_[j], j);
        schedule_all(t, crossings, first_neuron);
    }

    /// At the start, and whenever rates have changed: the next spike of every source, as of tick t.
    void schedule_all(Tick t, CrossingQueue&, std::uint32_t) {
        blocks_.clear();
        total_rate_ = 0.0;
        for (std::uint32_t j = 0; j < size_; ++j) {
            if (t > since_[j] && !is_busy(rate_[j])) { // the rate was in force until now
                left_[j] -= rate_[j] * static_cast<double>(t - since_[j]);
                if (left_[j] < 0.0) left_[j] = 0.0; // by rounding only
            }
            since_[j] = t;
            rate_[j] = cells_[j].rate;
            total_rate_ += rate_[j];
            const double ticks = std::ceil(left_[j] / rate_[j]);
            due_[j] = is_busy(rate_[j]) ? never : due(t, ticks > 0.0 ? ticks : 1.0); // what was left waits
        }
        busy_.set_rates(std::span(rate_).first(size_));
        drawn_to_ = t;
        for (std::uint32_t b = 0; b < padded() / block; ++b) blocks_.set(b, earliest(b));
    }

    /// A source has no state to return to rest; its train goes on.
    void reset_state(Tick) {}
    [[nodiscard]] std::array<double, 0> peek(std::uint32_t, Tick) const { return {}; }
    /// Nobody asks how often sources spiked: they do not learn. Empty.
    [[nodiscard]] std::vector<std::uint32_t>& spikes_in_interval() { return not_counted_; }
    [[nodiscard]] const std::vector<std::uint32_t>& spikes_in_interval() const { return not_counted_; }

    /// Feeds all that the future of source j depends on to a hash.
    void hash(std::uint32_t j, Fingerprint& h) const {
        h.add(rate_[j]);
        h.add(number_[j]);
        h.add(left_[j]);
        h.add(since_[j]);
    }

  private:
    static constexpr std::size_t block = PoissonLanes::size;
    /// Fewer spikes than this are drawn one by one: a vector of lanes costs as much as so many.
    static constexpr std::size_t few = 12;
    static constexpr Tick longest_stretch = Tick{1} << 30; // its ticks, and a source's number, fit in 64 bits

    /// Spikes of one tick: neurons_[begin, end).
    struct Volley {
        Tick tick;
        std::size_t begin, end;
    };

    [[nodiscard]] std::size_t padded() const { return (size_ + block - 1) / block * block; }

    [[nodiscard]] static Tick due(Tick since, double ticks) {
        if (!(ticks < 1e17)) return never; // also without a rate
        const auto gap = static_cast<Tick>(ticks);
        return gap < never - since ? since + gap : never;
    }

    [[nodiscard]] Tick earliest(std::uint32_t b) const {
        Tick first = never;
        for (std::size_t j = b * block; j < (b + 1) * block; ++j) first = due_[j] < first ? due_[j] : first;
        return first;
    }

    /// Where busy sources are there is something to look at in every tick.
    [[nodiscard]] Tick next_stretch() const { return busy_.any() ? drawn_to_ + 1 : blocks_.next(); }

    /// Makes the spikes of a stretch that starts at the next one: to tick `last`, or as many as are worth keeping.
    void make_spikes(Tick last) {
        const Tick origin = next_stretch();
        const double enough = 8.0 * size_ + 4096.0;
        const double ticks = std::min(enough / total_rate_, static_cast<double>(longest_stretch));
        const Tick length = std::min(last - origin, static_cast<Tick>(ticks));
        spikes_.clear();
        while (blocks_.next() - origin <= length) {
            const std::uint32_t b = blocks_.pop();
            run_block(b, origin, length);
            blocks_.set(b, earliest(b));
        }
        drawn_to_ = origin + length;
        if (busy_.any())
            add_busy_ones(origin);
        else
            sort_spikes(origin, length);
        handed_out_ = 0;
    }

    /// Follows the sources of one block from spike to spike.
    void run_block(std::uint32_t b, Tick origin, Tick length) {
        const std::size_t first = b * block;
        std::array<std::uint32_t, block> awake;
        std::size_t count = 0;
        for (std::uint32_t k = 0; k < block; ++k) {
            awake[count] = k;
            count += due_[first + k] - origin <= length ? 1 : 0;
        }
        if (count > few) lanes_.tick.fill(std::numeric_limits<double>::infinity()); // those asleep wait
        for (const std::uint32_t k : std::span(awake).first(count)) {
            const std::size_t j = first + k;
            lanes_.rate[k] = rate_[j];
            lanes_.tick[k] = static_cast<double>(due_[j] - origin);
            lanes_.gap[k] = static_cast<double>(due_[j] - since_[j]);
            lanes_.position[k] = left_[j] / rate_[j];
            lanes_.number[k] = number_[j];
        }
        const auto all = awake;
        const std::size_t all_count = count;
        while (count > 0) count = next_round(std::span(awake).first(count), first, static_cast<double>(length));
        for (const std::uint32_t k : std::span(all).first(all_count)) {
            const std::size_t j = first + k;
            left_[j] = lanes_.left[k];
            number_[j] = lanes_.number[k];
            since_[j] = origin + static_cast<Tick>(lanes_.since[k]);
            due_[j] = due(since_[j], lanes_.gap[k]);
        }
    }

    /// Notes the spikes of the lanes that are awake, and draws the next ones. Those within the stretch stay awake.
    /// @return how many do: the first so many
    std::size_t next_round(std::span<std::uint32_t> awake, std::size_t first, double end) {
        const std::size_t noted = spikes_.size();
        spikes_.resize(noted + awake.size());
        for (std::size_t i = 0; i < awake.size(); ++i) {
            const std::uint64_t neuron = first + awake[i];
            spikes_[noted + i] = (static_cast<std::uint64_t>(lanes_.tick[awake[i]]) << 32) | neuron;
        }
        if (awake.size() > few) {
            next_spikes(lanes_, seed_, first_entity_ + first, end);
        } else {
            for (const std::uint32_t k : awake) next_spike(lanes_, k, seed_, first_entity_ + first, end);
        }
        std::size_t kept = 0;
        for (const std::uint32_t k : awake) {
            awake[kept] = k;
            kept += lanes_.tick[k] <= end ? 1 : 0;
        }
        return kept;
    }

    [[nodiscard]] static std::uint64_t tick(std::uint64_t spike) { return spike >> 32; }

    /// Tick by tick, those of busy sources and what was noted of others.
    void add_busy_ones(Tick origin) {
        std::sort(spikes_.begin(), spikes_.end());
        volleys_.clear();
        neurons_.clear();
        auto spike = spikes_.begin();
        for (Tick t = origin; t <= drawn_to_; ++t) {
            const std::size_t begin = neurons_.size();
            busy_.make_spikes(t, neurons_);
            for (; spike != spikes_.end() && origin + static_cast<Tick>(tick(*spike)) == t; ++spike)
                neurons_.push_back(static_cast<std::uint32_t>(*spike));
            volleys_.push_back({t, begin, neurons_.size()});
        }
    }

    /// Brings what was noted into the order of ticks.
    void sort_spikes(Tick origin, Tick length) {
        volleys_.clear();
        neurons_.resize(spikes_.size());
        const bool dense = static_cast<std::uint64_t>(length) < 2 * spikes_.size();
        if (dense) { // by counting
            places_.assign(static_cast<std::size_t>(length) + 2, 0);
            for (const std::uint64_t spike : spikes_) ++places_[tick(spike) + 1];
            for (std::size_t k = 1; k < places_.size(); ++k) {
                if (places_[k] > 0)
                    volleys_.push_back(
                        {origin + static_cast<Tick>(k) - 1, places_[k - 1], places_[k - 1] + places_[k]});
                places_[k] += places_[k - 1];
            }
            for (const std::uint64_t spike : spikes_)
                neurons_[places_[tick(spike)]++] = static_cast<std::uint32_t>(spike);
            return;
        }
        std::sort(spikes_.begin(), spikes_.end());
        for (std::size_t i = 0; i < spikes_.size(); ++i) {
            const Tick t = origin + static_cast<Tick>(tick(spikes_[i]));
            if (volleys_.empty() || volleys_.back().tick != t) volleys_.push_back({t, i, i});
            ++volleys_.back().end;
            neurons_[i] = static_cast<std::uint32_t>(spikes_[i]);
        }
    }

    Cells cells_;
    std::uint32_t size_;
    std::uint64_t seed_ = 0;
    std::uint64_t first_entity_ = 0;
    double total_rate_ = 0.0;
    std::vector<double> rate_;          // [padded] spikes per tick
    std::vector<double> left_;          // [padded] integral of the rate from `since` to the next spike
    std::vector<std::uint64_t> number_; // [padded] spikes drawn so far
    std::vector<Tick> since_;           // [padded] the last spike, or change of the rate
    std::vector<Tick> due_;             // [padded] the next spike
    CrossingQueue blocks_;              // of sources: the first spike of each
    BusySources busy_;
    Tick drawn_to_ = 0; // by busy sources

    std::vector<std::uint64_t> spikes_;  // of the stretch: tick from its start, source
    std::vector<std::uint32_t> neurons_; // the same by tick
    std::vector<Volley> volleys_;
    std::size_t handed_out_ = 0;      // of the volleys
    std::vector<std::size_t> places_; // scratch: [ticks of the stretch + 2]
    PoissonLanes lanes_{};
    std::vector<std::uint32_t> not_counted_;
};

} // namespace saltus
