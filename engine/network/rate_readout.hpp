// SPDX-License-Identifier: BSD-3-Clause
// Readouts of filtered rates: the exponentially filtered spike count of a neuron, or of a population's mean,
//
//     r(t) = sum over spikes t_k <= t of exp(-(t - t_k)/tau) / tau,    in Hz,
//
// is a leaky readout whose weights are 1/tau. A rate that is to be learned from: ReadoutRule onto a leaky readout,
// whose output is the weighted sum of such rates.
#pragma once

#include "engine/network/network.hpp"

#include <string>
#include <utility>

namespace saltus {

/// Adds one output for each neuron of a population: its filtered rate in Hz. Read it with Simulation::state or a probe.
/// @param tau_ms time constant of the filter, at least one tick (checked at freeze)
inline PopulationId add_rate_readout(Network& network, PopulationId neurons, double tau_ms,
                                     std::string name = "rates") {
    const auto readout =
        network.add(std::move(name), network.at(neurons).size, LeakyReadoutParameters{.tau_ms = tau_ms});
    network.connect(neurons, readout,
                    {.connector = OneToOne{}, .weight = Constant{1e3 / tau_ms}, .delay_ms = Constant{0.0}});
    return readout;
}

/// Adds one output: the filtered rate of a whole population, in Hz per neuron.
inline PopulationId add_mean_rate_readout(Network& network, PopulationId neurons, double tau_ms,
                                          std::string name = "mean rate") {
    const auto readout = network.add(std::move(name), 1, LeakyReadoutParameters{.tau_ms = tau_ms});
    const double weight = 1e3 / tau_ms / static_cast<double>(network.at(neurons).size);
    network.connect(neurons, readout, {.weight = Constant{weight}, .delay_ms = Constant{0.0}});
    return readout;
}

} // namespace saltus
