// SPDX-License-Identifier: BSD-3-Clause
// Writes a journal (journal.hpp): one entry, whole, with every call of the sink.
#pragma once

#include "engine/io/encoder.hpp"
#include "engine/persist/journal.hpp"

#include <cstdint>
#include <string>

namespace saltus::persist {

class JournalWriter {
  public:
    /// Writes the header. Throws ConfigError where the description is too long.
    JournalWriter(io::ByteSink& sink, const JournalHeader& header);

    /// @param now not less than with the entry before. Long lists of spikes become several entries. Throws ConfigError
    /// where a list of numbers is too long for an entry (134 million).
    void call(Tick now, const InputCall& call);
    void mark(Tick now, std::uint64_t fingerprint);
    /// Nothing may follow.
    void end(Tick now);

    [[nodiscard]] std::uint64_t entries() const { return entries_; }
    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

  private:
    void begin(std::uint8_t kind, Tick now);
    void finish();
    void put(const AdvanceCall&) {}
    void put(const PushCall& call) { put_spikes(call.input, call.events); }
    void put(const TargetCall& call) { put_values(call.readout, call.from, call.values); }
    void put(const CurrentCall& call) { put_values(call.population, call.from, call.values); }
    void put(const RateCall& call) { put_values(call.sources, call.from, call.hz); }
    void put(const TargetSpikesCall& call) { put_spikes(call.population, call.spikes); }
    void put(const RewardCall& call);
    void put(const LearningCall& call);
    void put(const LearningRateCall& call);
    void put(const WeightsCall& call);
    void put_spikes(PopulationId population, std::span<const InputEvent> events);
    void put_values(PopulationId population, Tick from, std::span<const double> values);
    void put_numbers(std::span<const double> values);
    void put_tick(Tick tick, Tick before);

    io::ByteSink& sink_;
    std::string entry_; ///< the one being written; its memory is used again
    Tick now_;
    std::uint64_t entries_ = 0, bytes_ = 0;
};

} // namespace saltus::persist
