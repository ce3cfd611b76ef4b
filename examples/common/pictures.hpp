// SPDX-License-Identifier: BSD-3-Clause
// Gnuplot scripts that several examples need: the learning curve, and panels above each other that share a time axis.
#pragma once

#include "engine/api/plot/panels.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace saltus::examples {

using api::Curve;
using api::data_block;
using api::event_rows;
using api::Panels;

/// Rows "step, value, value, ..." of values [steps][columns], a step every millisecond.
[[nodiscard]] std::string value_rows(std::span<const double> values, std::size_t columns);

/// What a learning curve shows, read from "learning_curve.csv": the first column against the others.
struct LearningCurve {
    std::string title, x_axis, y_axis;
    std::vector<Curve> curves; ///< columns 2, 3, ...
    bool percent = false;      ///< the values are shares
    bool logarithmic = false;
    double goal = -1.0; ///< a line at this height, unless negative
};

/// The script that draws "learning_curve.png".
[[nodiscard]] std::string learning_curve_script(const LearningCurve& curve);

} // namespace saltus::examples
