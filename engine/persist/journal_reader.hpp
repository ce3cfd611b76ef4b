// SPDX-License-Identifier: BSD-3-Clause
// Reads a journal (journal.hpp) entry by entry, from any stream. No length is trusted, no memory set aside for more
// than has arrived; what is wrong ends reading with a Fault, after every entry before it was delivered.
#pragma once

#include "engine/io/stream_report.hpp"
#include "engine/persist/journal.hpp"
#include "engine/persist/varint.hpp"

#include <array>
#include <cstdint>
#include <istream>
#include <vector>

namespace saltus::persist {

class JournalReader {
  public:
    /// Reads the header; if it is faulty, fault() says so and there are no entries.
    explicit JournalReader(std::istream& stream);

    [[nodiscard]] const JournalHeader& header() const { return header_; }
    /// Goes on to the next entry. False at the end, or at a fault.
    bool next();
    /// The entry, valid until next() is called again.
    [[nodiscard]] const JournalEntry& entry() const { return entry_; }
    /// The simulation's now() after the entry's call. Never before header().start, and it never steps back.
    [[nodiscard]] Tick now() const { return now_; }
    /// First byte of the entry.
    [[nodiscard]] std::uint64_t offset() const { return offset_; }

    /// Entries delivered, by their place in InputCall; marks last.
    [[nodiscard]] const std::array<std::uint64_t, call_names.size() + 1>& counts() const { return counts_; }
    [[nodiscard]] std::uint64_t entries() const { return entries_; }
    /// Whether the end was reached: nothing is missing.
    [[nodiscard]] bool complete() const { return complete_; }
    [[nodiscard]] const io::Fault& fault() const { return fault_; }

  private:
    void read_header();
    bool read_entry();
    bool load(std::size_t bytes);
    bool fail(io::FaultKind kind, const char* what);
    bool decode(std::uint8_t kind, io::Bytes body);
    [[nodiscard]] bool decode_call(std::uint8_t kind, ByteCursor& body);
    bool end(ByteCursor& body);
    [[nodiscard]] std::span<const InputEvent> spikes(ByteCursor& body);
    [[nodiscard]] std::span<const double> numbers(ByteCursor& body);

    std::istream& stream_;
    std::vector<std::byte> buffer_; ///< the header, or the entry being read
    std::uint64_t offset_ = 0, read_ = 0;
    JournalHeader header_;
    JournalEntry entry_{};
    Tick now_ = 0;
    std::vector<InputEvent> events_;
    std::vector<double> numbers_;
    std::array<std::uint64_t, call_names.size() + 1> counts_{};
    std::uint64_t entries_ = 0;
    bool complete_ = false;
    io::Fault fault_;
};

} // namespace saltus::persist
