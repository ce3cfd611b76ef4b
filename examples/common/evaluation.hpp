// SPDX-License-Identifier: BSD-3-Clause
// How well trained weights do on a test set. Images are independent of each other, so they are shared out among
// threads, each with a simulation of its own; the result does not depend on how many.
#pragma once

#include "examples/common/image_classifier.hpp"
#include "examples/common/labelled_images.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace saltus::examples {

class Evaluation {
  public:
    /// Makes one more classifier; called once for each thread, at the first use.
    using MakeClassifier = std::function<ImageClassifier()>;

    Evaluation(MakeClassifier make, unsigned threads) : make_(std::move(make)), threads_(threads) {}

    /// Number of images classified correctly, or nothing if `stop`, asked before every image, said so.
    [[nodiscard]] std::optional<std::size_t> correct(
        const ClassifierWeights& weights, const LabelledImages& images, bool (*stop)() = [] { return false; });

  private:
    MakeClassifier make_;
    unsigned threads_;
    std::vector<ImageClassifier> classifiers_; ///< [threads], kept from one evaluation to the next
};

} // namespace saltus::examples
