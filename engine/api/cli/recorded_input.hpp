// SPDX-License-Identifier: BSD-3-Clause
// A recording of a sensor as input of a network: read as model time goes on, the first event at tick 0.
#pragma once

#include "engine/api/cli/gate_choice.hpp"
#include "engine/io/clock_map.hpp"
#include "engine/io/event_gate.hpp"
#include "engine/io/source.hpp"
#include "engine/runtime/simulation.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace saltus::cli {

class RecordedInput final : public io::EventSink {
  public:
    /// Throws ConfigError for a file that cannot be read, a population that is no input or does not fit.
    RecordedInput(const std::string& file, const io::ReadOptions& read, const GateChoice& choice,
                  const Network& network, PopulationId input);

    /// Pushes the events before tick `until`. The engine counts those that are late.
    void feed(Simulation& simulation, Tick until);
    /// Whether all events have been pushed.
    [[nodiscard]] bool ended() const { return ended_ && pending_.empty(); }

    [[nodiscard]] const std::string& file() const { return file_; }
    [[nodiscard]] const io::Source& source() const { return *source_; }
    [[nodiscard]] std::uint64_t events() const { return events_ + source_->counters().outside; } ///< read
    [[nodiscard]] std::uint64_t filtered() const { return filtered_; } ///< left out as the options ask for
    /// Outside the geometry (the decoder leaves those out), or beyond all time.
    [[nodiscard]] std::uint64_t outside() const { return outside_ + source_->counters().outside; }
    [[nodiscard]] std::uint64_t malformed() const { return source_->counters().malformed; } ///< no events at all

    void take(std::span<const io::SensorEvent> events) override;

  private:
    std::string file_;
    PopulationId input_;
    std::unique_ptr<io::Source> source_;
    std::vector<io::SensorEvent> early_; ///< read before the size of the sensor was known
    io::EventGate gate_;
    io::ClockMap clock_;
    bool ended_ = false;
    Tick latest_ = -1;
    std::vector<InputEvent> pending_, due_;
    std::uint64_t events_ = 0, filtered_ = 0, outside_ = 0;
};

} // namespace saltus::cli
