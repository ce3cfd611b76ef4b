// SPDX-License-Identifier: BSD-3-Clause
// Rules side by side, and shapes of the surrogate derivative, on a small part of Fashion-MNIST.
#include "examples/rules_side_by_side/rules.hpp"
#include "examples/common/labelled_images.hpp"
#include "examples/common/sample_order.hpp"
#include "examples/surrogate_sweep/sweep.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/skip.hpp"

#include <filesystem>
#include <optional>

using namespace saltus;
using namespace saltus::examples;

namespace {

std::optional<ImageTask> small_task(std::size_t training) {
    const std::filesystem::path folder = "/usr/share/datasets/fashion-mnist";
    if (!exists(folder / "train-images-idx3-ubyte.gz")) return std::nullopt;
    return read_image_task(folder, training, 300);
}

} // namespace

TEST_CASE("rules learn side by side, better than a readout alone", "[examples]") {
    const auto task = small_task(1500);
    if (!task) SALTUS_SKIP("the package dataset-fashion-mnist is not installed");
    double readout_only = 0.0, best = 0.0;
    const auto all = side_by_side::contenders(100);
    REQUIRE(all.size() == 6);
    for (auto contender = all.rbegin(); contender != all.rend(); ++contender) { // the readout alone comes first
        const auto outcome = surrogates::learn_and_test(contender->layers, *task, {});
        INFO(contender->name << " " << outcome.accuracy);
        CHECK(outcome.accuracy > 0.5);
        CHECK(outcome.hidden_spikes > 20'000);
        CHECK(outcome.plastic_events > 50'000);
        best = std::max(best, outcome.accuracy);
        if (contender == all.rbegin()) readout_only = outcome.accuracy;
    }
    CHECK(best > readout_only + 0.03);
}

TEST_CASE("a network learns with any shape of the surrogate, not with any scale", "[examples]") {
    const auto task = small_task(800);
    if (!task) SALTUS_SKIP("the package dataset-fashion-mnist is not installed");
    using namespace saltus::examples::surrogates;
    const SweepOptions options{.hidden = 60};
    for (const Shape& shape : shapes()) {
        const auto usual = learn_and_test(layers(psi(shape, Varied::height, 0.5), options), *task, options);
        INFO(shape.name << " " << usual.accuracy);
        CHECK(usual.accuracy > 0.35);
        CHECK(usual.hidden_spikes > 10'000);
    }
    const auto far = learn_and_test(layers(psi(shapes()[0], Varied::height, 100.0), options), *task, options);
    CHECK(far.accuracy < 0.35);
}
