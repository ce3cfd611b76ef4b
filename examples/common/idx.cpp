// SPDX-License-Identifier: BSD-3-Clause
#include "examples/common/idx.hpp"

#include "examples/common/data_error.hpp"
#include "examples/common/gzip_reader.hpp"

#include <array>
#include <cstdio>
#include <string>

namespace saltus::examples {
namespace {

constexpr std::uint32_t bytes_type = 0x08;

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& what) {
    throw DataError(path.string() + ": " + what);
}

std::string hexadecimal(std::uint32_t number) {
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "0x%08x", number);
    return text.data();
}

std::uint32_t read_number(GzipReader& reader, const std::filesystem::path& path) {
    std::array<std::uint8_t, 4> b{};
    if (reader.read(b) < b.size()) fail(path, "the file is truncated: it ends within its header");
    return std::uint32_t{b[0]} << 24 | std::uint32_t{b[1]} << 16 | std::uint32_t{b[2]} << 8 | std::uint32_t{b[3]};
}

/// Product of the extents, believed only as far as the size of the file makes it possible.
std::uint64_t claimed_size(const IdxArray& array, const GzipReader& reader, const std::filesystem::path& path) {
    constexpr std::uint64_t best_ratio = 1032; // deflate cannot compress better
    const std::uint64_t most = reader.file_size() * (reader.compressed() ? best_ratio : 1);
    std::uint64_t size = 1;
    for (const std::uint32_t extent : array.extents) {
        if (extent != 0 && size > most / extent) {
            fail(path, "the file is truncated: it is far too short for the sizes in its header");
        }
        size *= extent;
    }
    return size;
}

} // namespace

IdxArray read_idx(const std::filesystem::path& path, std::size_t dimensions) {
    GzipReader reader(path);
    const std::uint32_t magic = read_number(reader, path);
    const std::uint32_t expected = bytes_type << 8 | static_cast<std::uint32_t>(dimensions);
    if (magic != expected) {
        fail(path, "wrong magic number " + hexadecimal(magic) + " instead of " + hexadecimal(expected) +
                       " (IDX, bytes in " + std::to_string(dimensions) + " dimensions)");
    }
    IdxArray array;
    for (std::size_t d = 0; d < dimensions; ++d) array.extents.push_back(read_number(reader, path));
    array.bytes.resize(claimed_size(array, reader, path));
    const std::size_t read = reader.read(array.bytes);
    if (read < array.bytes.size()) {
        fail(path, "the file is truncated: " + std::to_string(read) + " of the " + std::to_string(array.bytes.size()) +
                       " bytes that its header announces");
    }
    std::array<std::uint8_t, 1> beyond{};
    if (reader.read(beyond) != 0) fail(path, "the file holds more than the sizes in its header say");
    return array;
}

} // namespace saltus::examples
