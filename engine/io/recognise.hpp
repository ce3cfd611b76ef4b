// SPDX-License-Identifier: BSD-3-Clause
// How each format is told from its first bytes; used by the list in formats.cpp.
#pragma once

#include "engine/io/bytes.hpp"
#include "engine/io/raw_header.hpp"

namespace saltus::io {

/// A RAW header that names the encoding.
[[nodiscard]] bool is_raw(Bytes beginning, RawEncoding encoding);

} // namespace saltus::io
