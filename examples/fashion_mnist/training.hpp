// SPDX-License-Identifier: BSD-3-Clause
// The run: epochs over the training images in an order of their own, a test after each, and what was seen on the way.
#pragma once

#include "examples/common/image_classifier.hpp"
#include "examples/common/labelled_images.hpp"
#include "examples/fashion_mnist/options.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace saltus::examples {

struct EpochRecord {
    std::size_t samples = 0; ///< images learned
    std::size_t correct = 0; ///< ... of them chosen rightly before they were learned
    double seconds = 0.0;    ///< of learning
    double test_seconds = 0.0;
    std::uint64_t hidden_spikes = 0;       ///< while learning
    std::optional<double> test_accuracy{}; ///< none if interrupted

    [[nodiscard]] double train_accuracy() const { return per_sample(correct); }
    [[nodiscard]] double hidden_spikes_per_sample() const { return per_sample(hidden_spikes); }

  private:
    [[nodiscard]] double per_sample(std::uint64_t sum) const {
        return samples == 0 ? 0.0 : static_cast<double>(sum) / static_cast<double>(samples);
    }
};

struct CurvePoint {
    std::uint64_t samples; ///< learned so far
    double prequential;    ///< accuracy over the last 1000 images, each before it was learned
    std::optional<double> test{};
};

struct TrainingRecord {
    std::vector<EpochRecord> epochs;
    std::vector<CurvePoint> curve;
    std::uint64_t samples = 0;
    double seconds = 0.0; ///< of learning
    Counters counters;    ///< of the simulation that learned
    std::uint64_t fingerprint = 0;
    bool interrupted = false;
};

/// Trains until all epochs are done or the user interrupts.
[[nodiscard]] TrainingRecord train(ImageClassifier& classifier, const ImageTask& task, const DemoOptions& options);

} // namespace saltus::examples
