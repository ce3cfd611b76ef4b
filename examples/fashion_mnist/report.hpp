// SPDX-License-Identifier: BSD-3-Clause
// What is left of a run: a table on the terminal, result.json, learning_curve.csv, the weights.
#pragma once

#include "examples/fashion_mnist/training.hpp"

#include <string>
#include <vector>

namespace saltus::examples {

/// Prints the epochs and the cost of learning.
void print_table(const TrainingRecord& record);

/// Writes the results into options.out; returns the names of the files. Throws DataError.
[[nodiscard]] std::vector<std::string> write_results(const TrainingRecord& record, const ImageClassifier& classifier,
                                                     const ImageTask& task, const DemoOptions& options);

} // namespace saltus::examples
