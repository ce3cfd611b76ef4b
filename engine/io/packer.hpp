// SPDX-License-Identifier: BSD-3-Clause
// Packs bytes into one LZ4 or Zstandard frame.
#pragma once

#include "engine/io/encoder.hpp"

#include <string>

namespace saltus::io {

/// `bytes` as they are, or as one frame.
[[nodiscard]] std::string packed(Bytes bytes, Packing packing);

} // namespace saltus::io
