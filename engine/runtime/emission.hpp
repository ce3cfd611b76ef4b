// SPDX-License-Identifier: BSD-3-Clause
// Spikes: what partitions exchange, and what is on its way.
#pragma once

#include "engine/core/time.hpp"

#include <cstdint>

namespace saltus {

/// A spike that sets out. Ordered by (tick, source): the canonical order.
struct Emission {
    Tick tick;
    std::uint32_t source;   ///< number of the neuron in the whole network
    bool in_volley = false; ///< it is part of a volley, too (volley_queue.hpp), which sees to rows that take those

    friend bool operator<(const Emission& a, const Emission& b) {
        return a.tick != b.tick ? a.tick < b.tick : a.source < b.source;
    }
};

/// A spike on its way along one projection, to some slice.
struct SpikeInFlight {
    Tick tick; ///< of its next arrival
    Tick emitted;
    std::uint32_t source; ///< number of the neuron in the whole network
    std::uint32_t projection;
    std::uint32_t set; ///< tells the row sets of all partitions apart
};

} // namespace saltus
