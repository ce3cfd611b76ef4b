// SPDX-License-Identifier: BSD-3-Clause
// What partitions exchange.
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

} // namespace saltus
