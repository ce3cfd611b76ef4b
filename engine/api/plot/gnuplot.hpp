// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>

namespace saltus::api {

enum class PlotStatus { drawn, no_gnuplot, failed };

/// Runs the program gnuplot on a script, within the script's folder. What gnuplot has to say goes to stderr.
[[nodiscard]] PlotStatus run_gnuplot(const std::filesystem::path& script);

/// Lines that every script begins with: a PNG of that size, fonts, colours, a light grid.
[[nodiscard]] std::string gnuplot_preamble(const std::string& png, int width, int height);

} // namespace saltus::api
