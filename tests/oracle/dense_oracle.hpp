// SPDX-License-Identifier: BSD-3-Clause
// The contract of engine/README.md, "The model of computation", by brute force: every neuron and
// every synapse at every tick. It shares no code with the engine, so that no mistake is made in
// both.
#pragma once

#include "tests/oracle/scenario.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace saltus_oracle {

struct Spike {
    Tick tick = 0;
    std::size_t population = 0;
    std::size_t neuron = 0;

    bool operator==(const Spike&) const = default;
};

/// One number per synapse: [projection][position in Projection::synapses].
using PerSynapse = std::vector<std::vector<double>>;

struct Counters {
    std::uint64_t spikes = 0;         ///< emitted by neurons; external input is not counted
    std::uint64_t arrivals = 0;       ///< synapses that delivered, if only to a clamped membrane
    std::uint64_t weight_changes = 0; ///< updates that left a weight other than it was
};

struct Recording {
    bool membranes = false; ///< traces of spiking populations too, not only of readouts
    bool weights_per_interval = false;
};

struct Result {
    std::vector<Spike> spikes; ///< by tick, population, neuron

    PerSynapse weights;
    std::vector<std::vector<Synapse>> synapses;   ///< between which neurons they are in the end; differs with Rewiring
    std::uint64_t rewired = 0;                    ///< synapses replaced
    PerSynapse last_gradient;                     ///< what the optimiser was last given (0 where never)
    PerSynapse gradient_sum;                      ///< sum of the magnitudes of all it was given
    std::vector<PerSynapse> weights_per_interval; ///< after each update, if asked for

    /// v or y after stage 7 of each tick, so after a spike's reset but before the updates:
    /// [population][tick * size + neuron].
    /// Under SpikeEffect::next_tick v still shows the whole spike at its tick.
    std::vector<std::vector<double>> traces;
    /// The same of spiking neurons, if asked for with the membranes: adaptation, surrogate derivative and learning
    /// signal as of the last learning step.
    std::vector<std::vector<double>> adaptation, psi, signal;
    /// Per complete interval, over the signal window and all readouts. Mean squared error: half the
    /// sum of squares; cross entropy: -(1/signal_window) sum of target log softmax.
    std::vector<double> losses;
    /// Final B[j * n_outputs + o], per entry of Learning::feedback.
    std::vector<std::vector<double>> feedback;

    Counters counters;
    /// The smallest |v - A| of any threshold test. Where it is tiny, rounding decides who spikes.
    double min_threshold_margin = std::numeric_limits<double>::infinity();
};

/// Throws std::invalid_argument where the contract has no answer (see check_scenario in the
/// source).
Result run_dense(const Scenario& scenario, const Recording& recording = {});

} // namespace saltus_oracle
