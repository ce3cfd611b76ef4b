// SPDX-License-Identifier: BSD-3-Clause
// The pictures of a run, each a gnuplot script and the PNG it draws.
#pragma once

#include "examples/fashion_mnist/training.hpp"

#include <string>
#include <vector>

namespace saltus::examples {

/// Writes learning_curve.gp (over learning_curve.csv) and spike_raster.gp (the first test image; the data are inside)
/// into options.out and has gnuplot draw them, unless told not to; says so on stderr if it cannot. Returns the names of
/// the files. Throws DataError.
[[nodiscard]] std::vector<std::string> draw_plots(const TrainingRecord& record, ImageClassifier& classifier,
                                                  const ImageTask& task, const DemoOptions& options);

} // namespace saltus::examples
