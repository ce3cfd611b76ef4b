// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "engine/io/source.hpp"

namespace saltus::io {

/// Opens an HDF5 file of events. Throws ConfigError if it cannot be opened, is of no known layout, or is packed with a
/// filter that is not installed.
[[nodiscard]] std::unique_ptr<Source> open_hdf5_source(const std::filesystem::path& path, const ReadOptions& options);

} // namespace saltus::io
