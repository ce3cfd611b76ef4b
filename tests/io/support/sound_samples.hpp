// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace saltus::test {

/// A WAV file of 16 bits whose average over its one or two tracks is `samples` / 2 (each within -1 to 1).
[[nodiscard]] std::string wav(const std::vector<double>& samples, std::uint32_t rate_hz, std::uint32_t tracks = 1);

} // namespace saltus::test
