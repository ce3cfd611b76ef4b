// SPDX-License-Identifier: BSD-3-Clause
// What is written down during a run. A population without a recorder pays one test per spike, a network without probes
// nothing. Probes look at copies of the state: reading never writes back.
#pragma once

#include "engine/core/time.hpp"

#include <cstdint>
#include <vector>

namespace saltus {

/// A spike of a recorded population.
struct Spike {
    Tick tick;
    std::uint32_t population;
    std::uint32_t neuron;
    friend bool operator==(const Spike&, const Spike&) = default;
};

/// A neuron whose state was found not to be finite (or to move too fast to be integrated), and which was therefore
/// stopped: it is at rest for ever after, spikes no more, and what arrives at it is lost.
struct NeuronFault {
    Tick tick;
    std::uint32_t population;
    std::uint32_t neuron;
    std::uint32_t variable; ///< the first that is not finite; numbered as in Simulation::state
    friend bool operator==(const NeuronFault&, const NeuronFault&) = default;
};

/// Reads one state variable of some neurons at start, start + period, ...
struct Probe {
    std::uint32_t population;
    std::size_t variable; ///< 0: membrane potential or readout, 1: adaptation
    std::vector<std::uint32_t> neurons;
    Tick next;
    Tick period;
    std::vector<Tick> ticks{};    ///< [samples]
    std::vector<double> values{}; ///< [samples][neurons]
};

} // namespace saltus
