// SPDX-License-Identifier: BSD-3-Clause
// What is left of a run: a table on the terminal, result.json, learning_curve.csv, the weights.
#pragma once

#include "examples/common/results.hpp"
#include "examples/fashion_mnist/training.hpp"

namespace saltus::examples {

/// Prints the epochs and the cost of learning.
void print_table(const TrainingRecord& record);

/// Writes result.json, the curve and the weights. Throws DataError.
void write_results(Results& results, const TrainingRecord& record, const ImageClassifier& classifier,
                   const ImageTask& task, const DemoOptions& options);

} // namespace saltus::examples
