// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

namespace saltus {

/// What the engine has done since it was built. Every event offered is in exactly one of accepted, late, malformed.
struct Counters {
    std::uint64_t ticks_processed = 0; ///< ticks at which an arrival, a threshold test or a learning edge was worked on
    std::uint64_t events_offered = 0;  ///< external input events pushed
    std::uint64_t events_accepted = 0; ///< ... of them taken
    std::uint64_t events_late = 0;     ///< ... stamped before the present
    std::uint64_t events_malformed = 0;  ///< ... naming a neuron that does not exist
    std::uint64_t spikes = 0;            ///< emitted by neurons (external input not counted)
    std::uint64_t synaptic_events = 0;   ///< synapses that delivered
    std::uint64_t spikes_discarded = 0;  ///< rows in flight, discarded by a reset at an interval's end
    std::uint64_t learning_edges = 0;    ///< learning steps processed
    std::uint64_t intervals_learned = 0; ///< intervals whose updates were made
    std::uint64_t plastic_updates = 0;   ///< synapse updates made by rules
    std::uint64_t rewired = 0;           ///< synapses replaced by others (rewiring)
    std::uint64_t drives_refused = 0;    ///< currents and rates offered at run time and not taken
    std::uint64_t teaching_refused = 0;  ///< targets, spikes to follow and rewards offered and not taken
    std::uint64_t neuron_faults = 0;     ///< neurons stopped because their state was not finite
    std::uint64_t threshold_tests = 0;   ///< scheduled re-tests without an arrival
    std::uint64_t neuron_steps = 0;      ///< neurons advanced tick by tick, in populations that very much arrives at
};

} // namespace saltus
