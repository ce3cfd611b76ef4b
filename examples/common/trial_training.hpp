// SPDX-License-Identifier: BSD-3-Clause
// Learns trials one after the other, tells how it goes, and tests.
#pragma once

#include "examples/common/results.hpp"
#include "examples/common/trials.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace saltus::examples {

/// Makes, or finds, trial number n.
using TrialSource = std::function<Trial(std::uint64_t)>;

/// Goes through the same trials epoch after epoch, each time in another order. `trials` has to outlive it.
[[nodiscard]] TrialSource in_epochs(const std::vector<Trial>& trials, std::uint64_t seed);

struct TrialTrainingPlan {
    std::uint64_t trials = 0;
    TrialSource source;
    bool quiet = false;
    /// Told of every trial: its number, and whether it was judged rightly before it was learned.
    std::function<void(std::uint64_t, bool)> watch{};
};

/// What a run of learning left.
struct TrialRecord {
    struct Point {
        std::uint64_t trials;  ///< learned so far
        double accuracy, loss; ///< over the last so many, each judged before it was learned
    };
    std::vector<Point> curve;
    std::uint64_t trials = 0; ///< learned
    std::uint64_t hidden_spikes = 0;
    Cost cost;

    [[nodiscard]] double hidden_spikes_per_trial() const;
    /// Columns: trials, accuracy, loss.
    [[nodiscard]] std::string csv() const;
    /// Adds accuracies, counts and cost to a result.json. `tested` is the accuracy on trials never learned from.
    void add_to(Json& json, std::optional<double> tested, const RunOptions& options) const;
    /// Prints the final table; @param test_trials how many were tested; @param goal accuracy aimed at.
    void print(std::optional<double> tested, std::uint64_t test_trials, double goal) const;
};

/// Learns trials 0, 1, ... with learning rates that fall to zero, until all are done or the user interrupts.
[[nodiscard]] TrialRecord train(TrialClassifier& classifier, const TrialTrainingPlan& plan);

/// Share of trials `first` to `first + count` - 1 that are judged rightly, learning off; nothing if interrupted.
[[nodiscard]] std::optional<double> accuracy(TrialClassifier& classifier, const TrialSource& source,
                                             std::uint64_t first, std::uint64_t count);

} // namespace saltus::examples
