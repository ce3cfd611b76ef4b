// SPDX-License-Identifier: BSD-3-Clause
// The learner of `./dev demo` on the first images of Fashion-MNIST (Xiao, Rasul, Vollgraf 2017), one at a time:
// 784 -> H -> 10, e-prop at the end of each image. Left out where Debian's dataset-fashion-mnist is not installed.
#include "bench/scenes/scene.hpp"
#include "examples/common/image_classifier.hpp"
#include "examples/common/labelled_images.hpp"

#include <filesystem>
#include <memory>

namespace saltus::bench {

namespace {

namespace fs = std::filesystem;

fs::path folder() { return "/usr/share/datasets/fashion-mnist"; }

/// The classifier runs in one partition, on the calling thread.
struct Learner {
    examples::LabelledImages task;
    examples::ImageClassifier classifier;
    std::size_t next = 0, right = 0;

    Learner(std::uint32_t hidden, std::size_t images, Precision precision)
        : task(examples::read_labelled_images(folder(), "train", 10, images)),
          classifier({.hidden = hidden}, task.pixels(), 10, 1, precision) {}

    void learn(std::size_t images) {
        for (std::size_t k = 0; k < images; ++k, ++next) {
            const std::size_t i = next % task.count;
            right += classifier.learn(task.image(i), task.labels[i]) == task.labels[i] ? 1 : 0;
        }
    }
};

SceneRun fashion_mnist(std::uint32_t hidden, std::size_t images, const SimulationOptions& options) {
    constexpr std::size_t piece = 100;
    const auto learner = std::make_shared<Learner>(hidden, images, options.precision);
    constexpr PopulationId neurons{1};
    return {.simulation = {learner, &learner->classifier.simulation()},
            .advance = [learner] { learner->learn(piece); },
            .piece_s = static_cast<double>(piece) * 0.1,
            .synapses = 794.0 * hidden,
            .neurons = {{neurons, hidden}},
            .learning = {{0}, {1}},
            .figures =
                [learner] {
                    const auto shown = static_cast<double>(learner->next);
                    return Figures{{"share_right", static_cast<double>(learner->right) / shown}};
                }};
}

Scene scene(const char* name, std::uint32_t hidden, std::size_t images, int settling, int measured,
            std::uint64_t expected, bool brief) {
    return {name,     [=](const SimulationOptions& o) { return fashion_mnist(hidden, images, o); },
            settling, measured,
            expected, brief};
}

} // namespace

std::vector<Scene> fashion_mnist_scenes() {
    if (!fs::exists(folder() / "train-images-idx3-ubyte.gz")) return {};
    return {scene("fashion_mnist/784-500-10", 500, 10'000, 20, 80, 0x71c0c6fbaf5bbba2, false),
            scene("fashion_mnist/784-50-10", 50, 200, 1, 2, 0xd9b907f329676fcb, true)};
}

} // namespace saltus::bench
