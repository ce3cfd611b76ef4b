// SPDX-License-Identifier: BSD-3-Clause
#include "examples/common/evaluation.hpp"

#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <numeric>

namespace saltus::examples {

std::optional<std::size_t> Evaluation::correct(const ClassifierWeights& weights, const LabelledImages& images,
                                               bool (*stop)()) {
    while (classifiers_.size() < threads_) classifiers_.push_back(make_());
    std::vector<std::size_t> correct(threads_, 0); // [slices]
    const auto classify_slice = [&](std::size_t slice) {
        ImageClassifier& classifier = classifiers_[slice];
        classifier.set_weights(weights);
        const std::size_t end = images.count * (slice + 1) / threads_;
        for (std::size_t i = images.count * slice / threads_; i < end && !stop(); ++i) {
            if (classifier.classify(images.image(i)) == images.labels[i]) ++correct[slice];
        }
    };
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads_);
    tbb::task_arena arena(static_cast<int>(threads_));
    arena.execute([&] { tbb::parallel_for(std::size_t{0}, std::size_t{threads_}, classify_slice); });
    if (stop()) return std::nullopt;
    return std::accumulate(correct.begin(), correct.end(), std::size_t{0});
}

} // namespace saltus::examples
