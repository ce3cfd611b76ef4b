// SPDX-License-Identifier: BSD-3-Clause
#include "examples/common/gzip_reader.hpp"

#include "examples/common/data_error.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <string>

namespace saltus::examples {

GzipReader::GzipReader(const std::filesystem::path& path) : path_(path) {
    std::error_code error;
    file_size_ = std::filesystem::file_size(path, error);
    if (error) throw DataError(path.string() + ": " + error.message());
    file_.open(path, std::ios::binary);
    if (!file_) throw DataError(path.string() + ": " + std::strerror(errno));
    refill();
    compressed_ = stream_.avail_in >= 2 && buffer_[0] == 0x1f && buffer_[1] == 0x8b;
    constexpr int gzip_only = 16 + MAX_WBITS;
    if (compressed_ && inflateInit2(&stream_, gzip_only) != Z_OK) throw std::bad_alloc();
}

GzipReader::~GzipReader() {
    if (compressed_) inflateEnd(&stream_);
}

/// Reads on when the buffer is used up; false at the end of the file.
bool GzipReader::refill() {
    if (stream_.avail_in > 0) return true;
    file_.read(reinterpret_cast<char*>(buffer_.data()), static_cast<std::streamsize>(buffer_.size()));
    if (file_.bad()) fail("cannot be read");
    stream_.next_in = buffer_.data();
    stream_.avail_in = static_cast<uInt>(file_.gcount());
    return stream_.avail_in > 0;
}

std::size_t GzipReader::read(std::span<std::uint8_t> out) {
    if (!compressed_) return read_plain(out);
    std::size_t done = 0;
    while (done < out.size() && !ended_) {
        if (!refill()) fail("is truncated");
        const std::size_t wanted = std::min<std::size_t>(out.size() - done, 1u << 30);
        stream_.next_out = out.data() + done;
        stream_.avail_out = static_cast<uInt>(wanted);
        const int status = inflate(&stream_, Z_NO_FLUSH);
        done += wanted - stream_.avail_out;
        if (status == Z_STREAM_END) {
            ended_ = true;
            check_nothing_follows();
        } else if (status != Z_OK) {
            fail("is damaged: its compressed data makes no sense");
        }
    }
    return done;
}

std::size_t GzipReader::read_plain(std::span<std::uint8_t> out) {
    std::size_t done = 0;
    while (done < out.size() && refill()) {
        const std::size_t n = std::min<std::size_t>(out.size() - done, stream_.avail_in);
        std::memcpy(out.data() + done, stream_.next_in, n);
        stream_.next_in += n;
        stream_.avail_in -= static_cast<uInt>(n);
        done += n;
    }
    return done;
}

void GzipReader::check_nothing_follows() {
    if (refill()) fail("goes on after the end of its compressed data");
}

void GzipReader::fail(const char* what) const { throw DataError(path_.string() + ": the file " + what); }

} // namespace saltus::examples
