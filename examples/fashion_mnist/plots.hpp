// SPDX-License-Identifier: BSD-3-Clause
// The pictures of a run, each a gnuplot script and the PNG it draws.
#pragma once

#include "examples/common/results.hpp"
#include "examples/fashion_mnist/training.hpp"

namespace saltus::examples {

/// Writes learning_curve.gp (over learning_curve.csv) and spike_raster.gp (the first test image; the data are inside)
/// and has gnuplot draw them. Throws DataError.
void draw_plots(Results& results, const TrainingRecord& record, ImageClassifier& classifier, const ImageTask& task,
                const DemoOptions& options);

} // namespace saltus::examples
