// SPDX-License-Identifier: BSD-3-Clause
// The network of the Fashion-MNIST example on a small part of the real data.
#include "examples/common/evaluation.hpp"
#include "examples/common/image_classifier.hpp"
#include "examples/common/labelled_images.hpp"
#include "examples/common/running_accuracy.hpp"
#include "examples/common/sample_order.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>

using namespace saltus;
using namespace saltus::examples;

namespace {

constexpr std::uint64_t seed = 5;

/// 2,000 training and 500 test images, or nothing where the data set is not installed.
const std::optional<ImageTask>& small_task() {
    static const std::optional<ImageTask> task = []() -> std::optional<ImageTask> {
        const std::filesystem::path folder = "/usr/share/datasets/fashion-mnist";
        if (!exists(folder / "train-images-idx3-ubyte.gz")) return std::nullopt;
        return read_image_task(folder, 2000, 500);
    }();
    return task;
}

HyperParameters small_network() {
    HyperParameters p;
    p.hidden = 100;
    return p;
}

ImageClassifier make(const HyperParameters& p, const ImageTask& task) {
    return ImageClassifier(p, task.train.pixels(), task.classes, seed);
}

/// Learns the first `count` images of an epoch; returns the share chosen rightly beforehand.
double learn(ImageClassifier& classifier, const ImageTask& task, std::uint64_t epoch, std::size_t count) {
    std::size_t right = 0;
    const auto order = sample_order(seed, epoch, task.train.count);
    for (const std::uint32_t i : std::span(order).first(count)) {
        if (classifier.learn(task.train.image(i), task.train.labels[i]) == task.train.labels[i]) ++right;
    }
    return static_cast<double>(right) / static_cast<double>(count);
}

double test_accuracy(const ImageClassifier& trained, const HyperParameters& p, const ImageTask& task,
                     unsigned threads) {
    Evaluation evaluation([&] { return make(p, task); }, threads);
    const auto right = evaluation.correct(trained.weights(), task.test);
    return static_cast<double>(right.value()) / static_cast<double>(task.test.count);
}

std::size_t differing(const std::vector<double>& a, const std::vector<double>& b) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < a.size(); ++i) count += a[i] != b[i] ? 1 : 0;
    return count;
}

} // namespace

TEST_CASE("the example learns Fashion-MNIST", "[examples]") {
    if (!small_task()) SALTUS_SKIP("the package dataset-fashion-mnist is not installed");
    const ImageTask& task = *small_task();
    const HyperParameters p = small_network();
    ImageClassifier classifier = make(p, task);
    const ClassifierWeights before = classifier.weights();
    CHECK(test_accuracy(classifier, p, task, 2) < 0.25);

    double prequential = 0.0;
    for (std::uint64_t epoch = 0; epoch < 3; ++epoch) {
        classifier.anneal(static_cast<double>(epoch) / 3.0);
        prequential = learn(classifier, task, epoch, task.train.count);
    }
    CHECK(prequential > 0.70);
    const double tested = test_accuracy(classifier, p, task, 2);
    CHECK(tested > 0.70);
    CHECK(tested == test_accuracy(classifier, p, task, 1));
    CHECK(tested == test_accuracy(classifier, p, task, 5));

    const ClassifierWeights after = classifier.weights();
    CHECK(differing(before.hidden, after.hidden) > before.hidden.size() / 2);
    CHECK(differing(before.readout, after.readout) > before.readout.size() / 2);
    const Counters counters = classifier.simulation().counters();
    CHECK(counters.spikes > 100'000);
    CHECK(counters.plastic_updates > 100'000'000);
    CHECK(counters.events_accepted == counters.events_offered);
}

TEST_CASE("learning is the same however the simulation is advanced", "[examples]") {
    if (!small_task()) SALTUS_SKIP("the package dataset-fashion-mnist is not installed");
    const ImageTask& task = *small_task();
    HyperParameters p = small_network();
    p.tick_us = GENERATE(1000, 50);
    ImageClassifier whole = make(p, task);
    ImageClassifier again = make(p, task);
    ImageClassifier chunked = make(p, task);
    RandomStream stream(seed, 1);
    for (std::size_t i = 0; i < 200; ++i) {
        const std::uint32_t chosen = whole.learn(task.train.image(i), task.train.labels[i]);
        CHECK(again.learn(task.train.image(i), task.train.labels[i]) == chosen);
        chunked.begin(task.train.image(i), task.train.labels[i]);
        const Tick end = chunked.simulation().now() + p.sample_ms * 1000 / p.tick_us;
        for (;;) {
            const Tick next = chunked.simulation().now() + stream.below(static_cast<std::uint32_t>(20000 / p.tick_us));
            if (next >= end) break;
            chunked.simulation().advance_until(next);
        }
        CHECK(chunked.finish() == chosen);
    }
    CHECK(whole.simulation().counters().spikes > 5000);
    CHECK(again.simulation().fingerprint() == whole.simulation().fingerprint());
    CHECK(chunked.simulation().fingerprint() == whole.simulation().fingerprint());
}

TEST_CASE("an image is judged with the weights from before it is learned", "[examples]") {
    if (!small_task()) SALTUS_SKIP("the package dataset-fashion-mnist is not installed");
    const ImageTask& task = *small_task();
    ImageClassifier classifier = make(small_network(), task);
    for (std::size_t i = 0; i < 300; ++i) {
        const ClassifierWeights before = classifier.weights();
        const std::uint32_t chosen = classifier.classify(task.train.image(i));
        const bool untouched = classifier.weights().hidden == before.hidden;
        CHECK(untouched);
        CHECK(classifier.learn(task.train.image(i), task.train.labels[i]) == chosen);
    }
}

TEST_CASE("every rule and neuron model of the example learns", "[examples]") {
    if (!small_task()) SALTUS_SKIP("the package dataset-fashion-mnist is not installed");
    const ImageTask& task = *small_task();
    HyperParameters p = small_network();
    p.rule = GENERATE(LearningRule::eprop_symmetric, LearningRule::eprop_random, LearningRule::eprop_adaptive,
                      LearningRule::readout_only);
    p.neuron = GENERATE(NeuronKind::lif, NeuronKind::adaptive_lif);
    ImageClassifier classifier = make(p, task);
    const ClassifierWeights before = classifier.weights();
    learn(classifier, task, 0, 1000);
    CHECK(learn(classifier, task, 1, 500) > 0.3);
    const bool hidden_learns = differing(before.hidden, classifier.weights().hidden) > 0;
    CHECK(hidden_learns == (p.rule != LearningRule::readout_only));
}

TEST_CASE("an epoch goes through all samples, each time in another order", "[examples][fast]") {
    const auto first = sample_order(1, 0, 1000);
    auto sorted = first;
    std::sort(sorted.begin(), sorted.end());
    for (std::uint32_t i = 0; i < 1000; ++i) CHECK(sorted[i] == i);
    CHECK(first == sample_order(1, 0, 1000));
    CHECK(first != sample_order(1, 1, 1000));
    CHECK(first != sample_order(2, 0, 1000));
    CHECK(sample_order(1, 0, 0).empty());
}

TEST_CASE("running accuracy forgets all but the last answers", "[examples][fast]") {
    RunningAccuracy<4> accuracy;
    CHECK(accuracy.value() == 0.0);
    for (const bool right : {true, true, false}) accuracy.add(right);
    CHECK(accuracy.value() == Catch::Detail::Approx(2.0 / 3.0));
    for (const bool right : {false, false, true}) accuracy.add(right);
    CHECK(accuracy.value() == 0.25);
}
