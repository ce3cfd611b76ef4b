// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <zlib.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>

namespace saltus::examples {

/// The bytes of a file, decompressed if it is gzip. Unlike zlib's own gzread it tells of anything after the compressed
/// data. Throws DataError.
class GzipReader {
  public:
    explicit GzipReader(const std::filesystem::path& path);
    ~GzipReader();
    GzipReader(const GzipReader&) = delete;
    GzipReader& operator=(const GzipReader&) = delete;

    /// Fills `out`; returns less than its size only at the end of the data.
    std::size_t read(std::span<std::uint8_t> out);
    /// Bytes of the file as it lies on disk.
    [[nodiscard]] std::uintmax_t file_size() const { return file_size_; }
    [[nodiscard]] bool compressed() const { return compressed_; }

  private:
    bool refill();
    std::size_t read_plain(std::span<std::uint8_t> out);
    void check_nothing_follows();
    [[noreturn]] void fail(const char* what) const;

    std::filesystem::path path_;
    std::uintmax_t file_size_ = 0;
    std::ifstream file_;
    std::array<std::uint8_t, 1 << 16> buffer_;
    z_stream stream_{}; ///< its next_in and avail_in are the unread part of the buffer, compressed or not
    bool compressed_ = false;
    bool ended_ = false;
};

} // namespace saltus::examples
