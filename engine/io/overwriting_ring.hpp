// SPDX-License-Identifier: BSD-3-Clause
// A bounded ring from one thread to another in which the newest replaces the oldest. Boost's spsc_queue cannot do that:
// there only the consumer may take anything out.
//
// Positions count up for ever; slot = position modulo size. Both threads move `read_`, by compare-and-swap: the
// producer when it needs room, the consumer when it has copied. What the consumer copied is valid only if its swap
// succeeds: had the producer written there meanwhile, it would have moved `read_` before (release), and the swap
// (acquire) would fail. Slots are relaxed atomics, so that a copy which is thrown away is no data race either.
#pragma once

#include "engine/io/sensor_spike.hpp"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace saltus::io {

class OverwritingRing {
  public:
    /// @param capacity events held at most, at least 1
    explicit OverwritingRing(std::size_t capacity)
        : capacity_(capacity), mask_(std::bit_ceil(capacity) - 1), slots_(mask_ + 1) {}

    /// The producer's: takes them all. Returns how many of the oldest (of `spikes` themselves, where they are more than
    /// the ring holds) had to go.
    std::size_t push(std::span<const SensorSpike> spikes) {
        const std::size_t beyond = spikes.size() - std::min(spikes.size(), capacity_);
        spikes = spikes.subspan(beyond);
        std::uint64_t write = write_.load(std::memory_order_relaxed);
        const std::size_t evicted = make_room(write, spikes.size());
        for (const SensorSpike& spike : spikes) {
            Slot& slot = slots_[write++ & mask_];
            slot.t_us.store(spike.t_us, std::memory_order_relaxed);
            slot.neuron.store(spike.neuron, std::memory_order_relaxed);
        }
        write_.store(write, std::memory_order_release);
        return beyond + evicted;
    }

    /// The consumer's: the oldest, up to `out.size()` of them. Returns how many. While the producer evicts, copying
    /// starts anew, in smaller pieces.
    std::size_t pop(std::span<SensorSpike> out) {
        std::size_t piece = 64, taken = 0;
        while (taken < out.size()) {
            std::uint64_t read = read_.load(std::memory_order_acquire);
            const std::uint64_t there = write_.load(std::memory_order_acquire) - read;
            if (there == 0) break;
            if (there > capacity_) continue; // evicted between the two loads
            const std::size_t count = std::min({piece, out.size() - taken, static_cast<std::size_t>(there)});
            for (std::size_t i = 0; i < count; ++i) {
                const Slot& slot = slots_[(read + i) & mask_];
                out[taken + i] = {slot.t_us.load(std::memory_order_relaxed),
                                  slot.neuron.load(std::memory_order_relaxed)};
            }
            if (read_.compare_exchange_strong(read, read + count, std::memory_order_acq_rel)) {
                taken += count;
            } else {
                piece = std::max<std::size_t>(1, piece / 2);
            }
        }
        return taken;
    }

    [[nodiscard]] std::size_t capacity() const { return capacity_; }

  private:
    struct Slot {
        std::atomic<std::int64_t> t_us{0};
        std::atomic<std::uint32_t> neuron{0};
    };

    std::size_t make_room(std::uint64_t write, std::size_t wanted) {
        std::uint64_t read = read_.load(std::memory_order_acquire);
        for (;;) {
            const std::size_t room = capacity_ - static_cast<std::size_t>(write - read);
            if (room >= wanted) return 0;
            const std::size_t evicted = wanted - room;
            if (read_.compare_exchange_strong(read, read + evicted, std::memory_order_acq_rel)) return evicted;
        }
    }

    alignas(64) std::atomic<std::uint64_t> read_{0};
    std::size_t capacity_;
    std::size_t mask_;
    std::vector<Slot> slots_;
    alignas(64) std::atomic<std::uint64_t> write_{0};
};

} // namespace saltus::io
