// SPDX-License-Identifier: BSD-3-Clause
// The XML in the header of AEDAT 4: which stream holds events, and how large its camera is.
#pragma once

#include "engine/io/stream_report.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace saltus::io::aedat4 {

struct EventStream {
    std::int32_t id = 0;
    Geometry geometry;
};

/// The stream with the lowest number of those of type EVTS below a node "outInfo", wherever that is; nothing if there
/// is none. The only step of decoding that allocates, once per file.
[[nodiscard]] std::optional<EventStream> find_event_stream(std::string_view xml);

} // namespace saltus::io::aedat4
