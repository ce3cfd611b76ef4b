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

struct NestReference {
    Scenario scenario;
    std::size_t readout = 0; ///< population of the scenario

    std::vector<double> losses; ///< per iteration, as Result::losses
    std::vector<Spike> spikes;  ///< in our ticks, by tick, population, neuron
    /// What the readout showed in the first iteration, [step * n_outputs + o]: y, or softmax(y)
    /// where the error is cross entropy; 0 outside the signal window.
    std::vector<double> first_outputs;

    /// Each weight as it was when its source last transmitted a spike: later updates are not in it.
    PerSynapse stale_weights;
    /// So many updates are: [projection][source neuron].
    std::vector<std::vector<std::size_t>> updates_seen;
};

/// Nothing where the data is not at hand; throws where it is but does not have the expected shape.
std::optional<NestReference> load_nest_reference(NestTask task);

} // namespace saltus_oracle
