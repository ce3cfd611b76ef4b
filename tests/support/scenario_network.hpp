// SPDX-License-Identifier: BSD-3-Clause
// Turns an oracle's scenario into a network of the engine, runs it, and brings the results into the oracle's form.
#pragma once

#include "engine/saltus.hpp"
#include "tests/oracle/dense_oracle.hpp"

#include <memory>
#include <vector>

namespace saltus::test {

class ScenarioRun {
  public:
    explicit ScenarioRun(const saltus_oracle::Scenario& scenario, SimulationOptions options = {});

    [[nodiscard]] Simulation& simulation() { return *simulation_; }
    [[nodiscard]] PopulationId population(std::size_t index) const { return {static_cast<std::uint32_t>(index)}; }
    /// Offers all inputs and targets (ticks counted from 0).
    void push_everything();
    /// Runs on to tick t, with learning on and off as the scenario has it.
    void advance_until(saltus_oracle::Tick t);
    /// Spikes since the start, canonical order.
    [[nodiscard]] std::vector<saltus_oracle::Spike> spikes() const;
    /// [projection][position in the scenario's list].
    [[nodiscard]] saltus_oracle::PerSynapse weights() const;
    /// Per entry of the scenario's feedback: B[j * outputs + o]; empty where it leads to a population that does not
    /// learn.
    [[nodiscard]] std::vector<std::vector<double>> feedback() const;
    /// Whether a projection is run by the dense kernels.
    [[nodiscard]] bool is_dense(std::size_t projection) const { return dense_[projection]; }

  private:
    void add_populations();
    void add_projections();
    void add_learning();
    [[nodiscard]] ProjectionSpec spec(const saltus_oracle::Projection& projection, bool dense) const;

    const saltus_oracle::Scenario& scenario_;
    Network network_;
    std::vector<bool> dense_;
    std::vector<bool> fed_back_;                  // [feedback of the scenario]
    std::vector<std::vector<std::size_t>> order_; // [projection][engine's position] -> scenario's position
    std::unique_ptr<Simulation> simulation_;
    std::size_t next_switch_ = 0;
};

} // namespace saltus::test
