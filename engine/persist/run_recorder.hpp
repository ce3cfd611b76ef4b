// SPDX-License-Identifier: BSD-3-Clause
// Records a run: observes a simulation and writes its journal.
#pragma once

#include "engine/persist/journal_writer.hpp"
#include "engine/runtime/simulation.hpp"

#include <string>

namespace saltus::persist {

class RunRecorder final : public InputObserver {
  public:
    /// Records all that is done to `simulation` from now on. @param network what the simulation was made from (its seed
    /// and grid are noted down); the simulation must stay where it is @param description how to describe it again, for
    /// replay; at most 1 MiB
    RunRecorder(Simulation& simulation, const Network& network, io::ByteSink& sink, std::string description = {});
    /// Stops. Without finish() the journal has no end, and its readers will say so.
    ~RunRecorder() override { stop(); }
    RunRecorder(const RunRecorder&) = delete;
    RunRecorder& operator=(const RunRecorder&) = delete;

    /// Notes the simulation's fingerprint down, for replay to compare with. Costs one pass over all state.
    void mark();
    /// A last mark, and the end. Recording stops.
    void finish();

    void called(Tick now, const InputCall& call) override { writer_.call(now, call); }
    [[nodiscard]] std::uint64_t entries() const { return writer_.entries(); }
    [[nodiscard]] std::uint64_t bytes() const { return writer_.bytes(); }

  private:
    void stop();

    Simulation* simulation_; ///< null once stopped
    JournalWriter writer_;
};

} // namespace saltus::persist
