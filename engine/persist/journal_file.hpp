// SPDX-License-Identifier: BSD-3-Clause
// A file that is there from the beginning and grows: after a crash it holds what was written before. (io::FileSink is
// the opposite: whole or not at all.)
#pragma once

#include "engine/io/encoder.hpp"

#include <cstdio>
#include <filesystem>

namespace saltus::persist {

class JournalFile final : public io::ByteSink {
  public:
    /// Throws ConfigError if the file cannot be written. @param every_write hand every write to the operating system at
    /// once: then a crash of the program loses nothing (of the machine: what it had not put on disk)
    explicit JournalFile(std::filesystem::path path, bool every_write = false);
    ~JournalFile() override;
    JournalFile(const JournalFile&) = delete;
    JournalFile& operator=(const JournalFile&) = delete;

    void write(io::Bytes bytes) override;
    void overwrite(std::uint64_t offset, io::Bytes bytes) override;
    /// Throws ConfigError if anything could not be written (a full disk, say).
    void close();

  private:
    std::filesystem::path path_;
    bool every_write_;
    std::FILE* file_;
    int error_ = 0; ///< errno of the first failure
};

} // namespace saltus::persist
