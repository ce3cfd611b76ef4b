// SPDX-License-Identifier: BSD-3-Clause
// Journals in memory: one with every kind of entry, and what any bytes do to the reader.
#pragma once

#include "engine/persist/journal_reader.hpp"
#include "engine/persist/journal_writer.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace saltus::test {

struct MemorySink final : io::ByteSink {
    std::string bytes;
    std::vector<std::size_t> writes; ///< number of bytes after each
    void write(io::Bytes more) override {
        bytes += io::as_text(more);
        writes.push_back(bytes.size());
    }
    void overwrite(std::uint64_t offset, io::Bytes with) override {
        bytes.replace(static_cast<std::size_t>(offset), with.size(), io::as_text(with));
    }
};

/// A journal with entries of every kind, extreme values among them. writes[0] is the header.
[[nodiscard]] MemorySink every_kind_of_entry();

/// All that a reader delivers, as text, one line an entry.
struct JournalOutcome {
    std::vector<std::string> entries;
    io::Fault fault;
    bool complete = false;
};
[[nodiscard]] JournalOutcome read_journal(const std::string& bytes);

/// Reads any bytes at all: what the reader promises and did not keep, null if it kept everything.
[[nodiscard]] const char* broken_journal_promise(const std::string& bytes);

} // namespace saltus::test
