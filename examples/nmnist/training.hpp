// SPDX-License-Identifier: BSD-3-Clause
// Learns recordings one after the other, each time moved by some pixels, and tests on others that are not moved.
#pragma once

#include "examples/common/trial_training.hpp"
#include "examples/nmnist/journal.hpp"
#include "examples/nmnist/network.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace saltus::examples::nmnist {

struct Course {
    DigitReader reader;
    std::uint64_t passes = 25;
    Motions motions; ///< each presentation is moved anew
};

/// Recordings, without copies of them.
using Selection = std::vector<const Recording*>;

struct Outcome {
    TrialRecord record;
    double first_pass = 0.0;      ///< share judged rightly when they were seen for the first time
    std::optional<double> tested; ///< on recordings that were never learned from; nothing if interrupted
    double cpu_ms = 0.0;          ///< to move, encode and learn a recording, on average
};

/// @param journal marks the ends of passes, and the end, in it
[[nodiscard]] Outcome learn(TrialClassifier& classifier, const Selection& training, const Selection& test,
                            const Course& course, const RunOptions& options, RunJournal& journal);

/// Splits recordings at random into `folds` parts; learns all but one and tests on that, for each. Accuracies; fewer
/// than `folds` if interrupted.
[[nodiscard]] std::vector<double> cross_validate(const std::vector<Recording>& recordings, std::uint32_t folds,
                                                 const Course& course, const RunOptions& options);

} // namespace saltus::examples::nmnist
