// SPDX-License-Identifier: BSD-3-Clause
// IDX, the file format of MNIST and its relatives: a magic number (two zero bytes, the type of the elements, the number
// of dimensions), the dimensions as 32-bit big-endian numbers, the elements. Gzip or plain.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace saltus::examples {

/// An IDX file of bytes.
struct IdxArray {
    std::vector<std::uint32_t> extents; ///< [dimensions]
    std::vector<std::uint8_t> bytes;    ///< row-major, as many as the product of the extents
};

/// Reads a file that must hold bytes in `dimensions` dimensions, to its very end. Throws DataError.
[[nodiscard]] IdxArray read_idx(const std::filesystem::path& path, std::size_t dimensions);

} // namespace saltus::examples
