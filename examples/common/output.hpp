// SPDX-License-Identifier: BSD-3-Clause
// Files that are written whole or not at all.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

namespace saltus::examples {

/// Makes a folder and sees that files can be written there. Throws DataError.
void prepare_folder(const std::filesystem::path& folder);

/// Writes a file under another name, then gives it its own: a reader sees the old file or the new one, never a part.
/// Throws DataError.
void write_file(const std::filesystem::path& path, std::string_view content);

/// Writes a matrix as NumPy's .npy, single precision. Throws DataError.
void write_npy(const std::filesystem::path& path, std::span<const double> matrix, std::size_t columns);

} // namespace saltus::examples
