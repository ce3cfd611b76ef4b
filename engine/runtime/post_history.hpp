// SPDX-License-Identifier: BSD-3-Clause
// Spikes of the neurons of one slice, as rules of spike timing read them: the traces of each neuron, and the spikes
// that weights have yet to learn of. Shared by all projections onto the slice that have the same rule.
//
// Memory is bounded. A spike counts for a synapse only within the window after the synapse's last arrival. Model time
// is divided into blocks as long as the window: block b holds the ticks b W + 1 ... (b + 1) W. When a block is over,
// rows silent since before the last one have met every spike that counts for them and are carried (a sweep); then no
// one needs the spikes of before the last block. So a row is swept once in a silence, however long.
#pragma once

#include "engine/core/decay_table.hpp"
#include "engine/core/hash.hpp"
#include "learning/spike_traces.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace saltus {

struct PostSpike {
    Tick tick;
    double slow; ///< the slow trace as this spike found it
};

/// One neuron: its traces right after its last spike.
struct PostNeuron {
    double fast = 0.0, slow = 0.0;
    Tick last = 0; ///< tick of that spike
    std::vector<PostSpike> spikes{};
};

class PostHistory {
  public:
    /// @param slice, neurons of it. @param first_projection name of what the history serves, wherever slices lie.
    PostHistory(const SpikeTraces& traces, double tick_ms, std::uint32_t slice, std::uint32_t first_projection,
                std::uint32_t neurons)
        : traces_(traces), fast_(tick_ms, traces.post_ms), slow_(tick_ms, traces.post_slow_ms),
          pre_fast_(tick_ms, traces.pre_ms), pre_slow_(tick_ms, traces.pre_slow_ms),
          window_(std::max<Tick>(1, static_cast<Tick>(pairing_window * traces.pre_ms / tick_ms))), slice_(slice),
          first_projection_(first_projection), neurons_(neurons) {}

    [[nodiscard]] std::uint32_t slice() const { return slice_; }
    [[nodiscard]] std::uint32_t first_projection() const { return first_projection_; }
    [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(neurons_.size()); }
    [[nodiscard]] const PostNeuron& operator[](std::uint32_t j) const { return neurons_[j]; }

    /// Neuron j will soon be read: from memory, then its spikes.
    void prefetch(std::uint32_t j) const { __builtin_prefetch(&neurons_[j]); }
    void prefetch_spikes(std::uint32_t j) const {
        const auto& spikes = neurons_[j].spikes;
        __builtin_prefetch(spikes.empty() ? nullptr : &spikes.back());
    }

    /// Neuron j spikes at tick t. @param learning whether weights will learn of it; its traces do in any case.
    void record(std::uint32_t j, Tick t, bool learning) {
        PostNeuron& n = neurons_[j];
        const double slow_before = n.slow * slow_(t - n.last);
        if (learning) n.spikes.push_back({t, slow_before});
        n.fast = traces_.after_spike(n.fast * fast_(t - n.last));
        n.slow = traces_.after_spike(slow_before);
        n.last = t;
    }

    /// The fast trace of a neuron at tick t.
    [[nodiscard]] double trace(const PostNeuron& n, Tick t) const { return n.fast * fast_(t - n.last); }

    /// What rows need for traces of their own.
    [[nodiscard]] const SpikeTraces& traces() const { return traces_; }
    [[nodiscard]] double pre_decay(Tick gap) const { return pre_fast_(gap); }
    [[nodiscard]] double pre_slow_decay(Tick gap) const { return pre_slow_(gap); }

    /// Ticks after an arrival within which a spike counts; also the length of a block.
    [[nodiscard]] Tick window() const { return window_; }
    [[nodiscard]] std::int64_t block_of(Tick t) const { return (t - 1) / window_; }
    /// The end of the oldest block that is over and not yet swept is at this tick.
    [[nodiscard]] Tick next_sweep() const { return next_sweep_; }
    /// After everything of tick `now` and before the next: spikes from before the last complete block are forgotten.
    void forget(Tick now) {
        const Tick oldest = (now / window_ - 1) * window_ + 1;
        for (PostNeuron& n : neurons_) {
            const auto old = [&](const PostSpike& s) { return s.tick < oldest; };
            if (!n.spikes.empty() && old(n.spikes.front()))
                n.spikes.erase(n.spikes.begin(), std::find_if_not(n.spikes.begin(), n.spikes.end(), old));
        }
        next_sweep_ = (now / window_ + 1) * window_;
    }
    /// As if no neuron had ever spiked.
    void rest() {
        for (PostNeuron& n : neurons_) {
            n.fast = n.slow = 0.0;
            n.last = 0;
            n.spikes.clear();
        }
    }

    void hash(std::uint32_t j, Fingerprint& h) const {
        const PostNeuron& n = neurons_[j];
        h.add(n.fast);
        h.add(n.slow);
        h.add(n.last);
        for (const PostSpike& s : n.spikes) {
            h.add(s.tick);
            h.add(s.slow);
        }
    }
    [[nodiscard]] std::size_t bytes() const {
        std::size_t sum = neurons_.size() * sizeof(PostNeuron);
        for (const PostNeuron& n : neurons_) sum += n.spikes.capacity() * sizeof(PostSpike);
        return sum;
    }

  private:
    SpikeTraces traces_;
    DecayTable fast_, slow_;
    DecayTable pre_fast_, pre_slow_; // for the rows, which have the same time constants
    Tick window_;
    Tick next_sweep_ = window_;
    std::uint32_t slice_, first_projection_;
    std::vector<PostNeuron> neurons_;
};

} // namespace saltus
