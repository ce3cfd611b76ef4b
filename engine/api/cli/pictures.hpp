// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

namespace saltus::cli {

/// Writes "<folder>/<name>.gp" and lets gnuplot draw "<name>.png" beside it. Returns what there is now, or why there is
/// no picture. Throws ConfigError where the folder cannot be written to.
[[nodiscard]] std::string draw(const std::string& folder, const std::string& name, const std::string& script);

} // namespace saltus::cli
