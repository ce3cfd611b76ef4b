// SPDX-License-Identifier: BSD-3-Clause
// What rules of spike timing need to know of past spikes: low-passed spike trains, two on each side at most.
#pragma once

#include "learning/parameters.hpp"

namespace saltus {

/// Time constants of the traces, and what a spike does to them.
struct SpikeTraces {
    double pre_ms;             ///< r (r1): read at postsynaptic spikes
    double pre_slow_ms = 1.0;  ///< r2: read at arrivals; only if the rule has slow traces
    double post_ms;            ///< o (o1): read at arrivals
    double post_slow_ms = 1.0; ///< o2: read at postsynaptic spikes; only if the rule has slow traces
    Pairing pairing;

    /// A trace right after a spike that found it at `before`.
    [[nodiscard]] double after_spike(double before) const { return pairing == Pairing::nearest ? 1.0 : before + 1.0; }
};

/// Pairings further apart than this many time constants count as nothing (less than 5e-18 of one at a distance of 0).
inline constexpr double pairing_window = 40.0;

} // namespace saltus
