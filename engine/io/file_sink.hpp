// SPDX-License-Identifier: BSD-3-Clause
// A file that appears whole or not at all: it is written beside its place and moved there by commit().
#pragma once

#include "engine/io/encoder.hpp"

#include <cstdio>
#include <filesystem>

namespace saltus::io {

class FileSink final : public ByteSink {
  public:
    /// Throws ConfigError if the folder cannot be written to.
    explicit FileSink(std::filesystem::path target);
    /// Without commit() nothing stays.
    ~FileSink() override;
    FileSink(const FileSink&) = delete;
    FileSink& operator=(const FileSink&) = delete;

    void write(Bytes bytes) override;
    void overwrite(std::uint64_t offset, Bytes bytes) override;
    /// Moves the file to its place. Throws ConfigError if anything could not be written (a full disk, say).
    void commit();

  private:
    std::filesystem::path target_;
    std::string partial_;
    std::FILE* file_ = nullptr;
    int error_ = 0; ///< errno of the first failure
};

} // namespace saltus::io
