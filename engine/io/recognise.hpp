// SPDX-License-Identifier: BSD-3-Clause
// How each format is told from its first bytes; used by the list in formats.cpp.
#pragma once

#include "engine/io/bytes.hpp"
#include "engine/io/raw_header.hpp"

namespace saltus::io {

/// A RAW header that names the encoding.
[[nodiscard]] bool is_raw(Bytes beginning, RawEncoding encoding);
/// Lines "% ...", then the type and size of DAT's records.
[[nodiscard]] bool is_dat(Bytes beginning);
/// Printable text whose first rows are events, or a row of names that fits.
[[nodiscard]] bool is_text(Bytes beginning, bool whole);
/// Records of 5 bytes whose times never step back (at least eight of them; there is no signature).
[[nodiscard]] bool is_nmnist(Bytes beginning);

} // namespace saltus::io
