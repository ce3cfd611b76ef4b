// SPDX-License-Identifier: BSD-3-Clause
#include "examples/common/output.hpp"

#include "examples/common/data_error.hpp"
#include "examples/common/text.hpp"

#include <unistd.h>

#include <array>
#include <bit>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

namespace saltus::examples {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path) {
    const std::string why = std::strerror(errno);
    throw DataError(path.string() + ": cannot be written (" + why + ")");
}

bool write_and_sync(std::FILE* file, std::string_view content) {
    return std::fwrite(content.data(), 1, content.size(), file) == content.size() && std::fflush(file) == 0 &&
           fsync(fileno(file)) == 0;
}

void append_little_endian(std::string& bytes, std::uint32_t number, int count) {
    for (int i = 0; i < count; ++i) bytes += static_cast<char>(number >> (8 * i) & 0xff);
}

} // namespace

void prepare_folder(const std::filesystem::path& folder) {
    std::error_code error;
    create_directories(folder, error);
    if (error) throw DataError(folder.string() + ": cannot be made a folder (" + error.message() + ")");
    const std::filesystem::path probe = folder / (".write-test-" + std::to_string(getpid()));
    std::FILE* file = std::fopen(probe.c_str(), "wb");
    if (file == nullptr) fail(folder);
    std::fclose(file);
    std::filesystem::remove(probe, error);
}

void write_file(const std::filesystem::path& path, std::string_view content) {
    const std::filesystem::path unfinished = path.string() + ".part-" + std::to_string(getpid());
    std::FILE* file = std::fopen(unfinished.c_str(), "wb");
    if (file == nullptr) fail(path);
    const bool written = write_and_sync(file, content);
    const bool closed = std::fclose(file) == 0;
    if (!written || !closed || std::rename(unfinished.c_str(), path.c_str()) != 0) {
        const int why = errno;
        std::error_code ignored;
        std::filesystem::remove(unfinished, ignored);
        errno = why;
        fail(path);
    }
}

void write_npy(const std::filesystem::path& path, std::span<const double> matrix, std::size_t columns) {
    constexpr std::size_t prefix = 10, alignment = 64; // of the format, version 1.0
    std::string header =
        text("{'descr': '<f4', 'fortran_order': False, 'shape': (%zu, %zu), }", matrix.size() / columns, columns);
    header.append(alignment - 1 - (prefix + header.size()) % alignment, ' ');
    header += '\n';
    std::string bytes("\x93NUMPY\x01\x00", 8);
    append_little_endian(bytes, static_cast<std::uint32_t>(header.size()), 2);
    bytes += header;
    bytes.reserve(bytes.size() + 4 * matrix.size());
    for (const double value : matrix) {
        append_little_endian(bytes, std::bit_cast<std::uint32_t>(static_cast<float>(value)), 4);
    }
    write_file(path, bytes);
}

} // namespace saltus::examples
