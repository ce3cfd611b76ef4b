// SPDX-License-Identifier: BSD-3-Clause
// One population and its inputs, built twice: as a Simulation, and as a world of the brute-force reference.
#pragma once

#include "engine/saltus.hpp"
#include "tests/oracle/dense_flow.hpp"

#include <cstdint>
#include <vector>

namespace saltus::test {

/// The engine's parameters of a reference neuron.
[[nodiscard]] ModelParameters model_of(const saltus_oracle::flow::Neuron& neuron, double tick_ms);

/// What a test chooses. All neurons are of one population of the engine, and alike but for what is given for each.
struct FlowSetup {
    saltus_oracle::flow::Neuron neuron;
    std::vector<double> thresholds{}, tau_e{}; ///< [neurons], or empty: those of `neuron`
    std::uint32_t inputs = 1, neurons = 1;
    Picoseconds tick{1'000'000'000};
    std::uint64_t seed = 1;
    ProjectionSpec from_inputs, recurrent;
    bool with_recurrent = true;
    std::vector<saltus_oracle::flow::Event> input;
    saltus_oracle::flow::Tick last_tick = 100;
    int steps_per_tick = 8;
};

class FlowNetwork {
  public:
    explicit FlowNetwork(const FlowSetup& setup);

    /// Pushes the input, runs to the end, and returns the spikes.
    std::vector<saltus_oracle::flow::Event> run();
    [[nodiscard]] double v(std::uint32_t neuron) const { return simulation_.state(neurons_, neuron); }
    /// The same network for the reference: the synapses are those the engine has made.
    [[nodiscard]] saltus_oracle::flow::World world() const;

  private:
    static Network describe(const FlowSetup& setup);

    FlowSetup setup_;
    PopulationId inputs_{0}, neurons_{1};
    ProjectionId from_inputs_{0}, recurrent_{1};
    Network network_;
    Simulation simulation_;
};

} // namespace saltus::test
