// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

namespace saltus::cli {

/// Throws ConfigError where there cannot be one.
void make_picture_folder(const std::string& folder);

/// Writes "<folder>/<name>.gp" and lets gnuplot draw "<name>.png" beside it. Returns what there is now, or why there is
/// no picture. Throws ConfigError where the folder cannot be written to.
[[nodiscard]] std::string draw(const std::string& folder, const std::string& name, const std::string& script);

} // namespace saltus::cli
