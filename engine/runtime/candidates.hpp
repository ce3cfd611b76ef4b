// SPDX-License-Identifier: BSD-3-Clause
// The candidates of neurons that spike at random (models/escape.hpp), one each. What is foretold of a neuron is redone
// when something happens to it; its candidate stays, less what the bound's integral has covered since. So draws belong
// to candidates, and neither arrivals nor how a run is cut into pieces changes which draw decides what.
#pragma once

#include "engine/core/hash.hpp"
#include "models/escape.hpp"

#include <cstdint>
#include <vector>

namespace saltus {

/// Whether the neurons of a model may spike at random.
template <class Model>
inline constexpr bool may_escape = requires {
    &Model::template memory<typename Model::Constants>;
};

class Candidates {
  public:
    /// For neurons whose first has the random stream (seed, first_entity), the next the next.
    void start(std::uint64_t seed, std::uint64_t first_entity, std::uint32_t neurons) {
        seed_ = seed;
        first_entity_ = first_entity;
        neurons_.resize(neurons);
        for (std::uint32_t j = 0; j < neurons; ++j) neurons_[j].next.renew(seed_, first_entity_ + j);
    }

    /// What was foretold of neuron j is due at tick t.
    void come_true(std::uint32_t j, Tick t) {
        Neuron& n = neurons_[j];
        n.next = n.ahead.then;
        n.since = t;
        n.fired = t;
        n.spikes = n.ahead.spikes;
    }
    /// Spikes of neuron j at tick t.
    [[nodiscard]] std::uint32_t spikes(std::uint32_t j, Tick t) const {
        return neurons_[j].fired == t ? neurons_[j].spikes : 0;
    }

    /// Foretells neuron j, of state s[place] at tick `time`, from tick `start` on: now, or the end of its refractory
    /// period. @return the tick at which something will come true, or never.
    template <class Model, class C>
    [[gnu::noinline]] Tick foretell(std::uint32_t j, const C& c, const typename Model::View& s, std::size_t place,
                                    Tick time, Tick now, Tick start) {
        Neuron& n = neurons_[j];
        if (now > n.since) { // the bound was in force until now
            n.next.left -= n.ahead.bound * static_cast<double>(now - n.since);
            if (n.next.left < 0.0) n.next.left = 0.0; // by rounding only
        }
        n.since = start;
        n.ahead =
            saltus::foretell<Model>(c, s, place, static_cast<double>(start - time), n.next, seed_, first_entity_ + j);
        return n.ahead.due < never - start ? start + n.ahead.due : never;
    }

    void hash(std::uint32_t j, Fingerprint& h) const {
        const Neuron& n = neurons_[j];
        h.add(n.next.number);
        h.add(n.next.left);
        h.add(n.since);
        h.add(n.ahead.bound);
        h.add(n.ahead.due);
    }

  private:
    struct Neuron {
        Candidate next{};
        Tick since = 0; ///< `next.left` counts from here
        Foretold ahead{};
        Tick fired = -1;          ///< what was foretold came true last at this tick,
        std::uint32_t spikes = 0; ///< with so many spikes
    };

    std::uint64_t seed_ = 0;
    std::uint64_t first_entity_ = 0;
    std::vector<Neuron> neurons_; // [neuron]; empty where none spikes at random
};

} // namespace saltus
