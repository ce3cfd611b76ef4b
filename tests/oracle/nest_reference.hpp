// SPDX-License-Identifier: BSD-3-Clause
// Two published e-prop experiments as scenarios, with what NEST computed for them
// (ref/nest/README.md of the shared data). An in-sequence step k of iteration i is our tick i T + k
// + 1.
#pragma once

#include "tests/oracle/dense_oracle.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace saltus_oracle {

enum class NestTask { regression, evidence };

/// What NEST recorded of one neuron.
struct NestState {
    Tick tick = 0;
    double v = 0.0;
    double threshold = 0.0, adaptation = 0.0; ///< of adaptive neurons
    double signal = 0.0;                      ///< L as it was `signal_delay` ticks before
    double psi = 0.0;
};
inline constexpr Tick signal_delay = 3; ///< L is on its way from neuron to neuron

struct NestReference {
    Scenario scenario;
    std::size_t readout = 0; ///< population of the scenario

    std::vector<double> losses; ///< per iteration, as Result::losses
    std::vector<Spike> spikes;  ///< in our ticks, by tick, population, neuron
    /// What the readout showed in the first iteration, [step * n_outputs + o]: y, or softmax(y)
    /// where the error is cross entropy; 0 outside the signal window.
    std::vector<double> first_outputs;

    /// The same of E.
    std::vector<double> first_errors;
    std::vector<NestState> first_neuron;   ///< neuron 0 of population 1
    std::vector<NestState> first_adaptive; ///< neuron 0 of population 2; empty where there is none

    /// Each weight as it was when its source last transmitted a spike: later updates are not in it.
    PerSynapse stale_weights;
    /// So many updates are: [projection][source neuron].
    std::vector<std::vector<std::size_t>> updates_seen;
};

/// Nothing where the data is not at hand; throws where it is but does not have the expected shape.
std::optional<NestReference> load_nest_reference(NestTask task);

} // namespace saltus_oracle
