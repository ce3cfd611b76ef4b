// SPDX-License-Identifier: BSD-3-Clause
#include "engine/io/recognise.hpp"
#include "engine/io/header_lines.hpp"

namespace saltus::io {

bool is_raw(Bytes beginning, RawEncoding encoding) {
    HeaderLines lines("% ");
    RawHeader header;
    lines.take(beginning, [&](std::string_view line) { return header.line(line); });
    return header.encoding() == encoding;
}

} // namespace saltus::io
