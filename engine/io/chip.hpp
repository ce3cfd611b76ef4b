// SPDX-License-Identifier: BSD-3-Clause
// What the name of a camera in an AEDAT header tells of its geometry.
#pragma once

#include "engine/io/stream_report.hpp"
#include "engine/io/text.hpp"

#include <string_view>

namespace saltus::io {

/// {0, 0} for a name that is not known.
[[nodiscard]] inline Geometry chip_geometry(std::string_view name) {
    const auto has = [name](std::string_view a, std::string_view b) { return contains(name, a) || contains(name, b); };
    if (has("DAVIS240", "Davis240")) return {240, 180};
    if (has("DAVIS346", "Davis346")) return {346, 260};
    if (has("DAVIS640", "Davis640")) return {640, 480};
    if (has("DVS128", "dvs128")) return {128, 128};
    return {};
}

} // namespace saltus::io
