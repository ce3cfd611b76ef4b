// SPDX-License-Identifier: BSD-3-Clause
// Does it matter which surrogate derivative stands in for that of the spike? Shape against scale, after Zenke and
// Vogels 2021. Two hidden layers of LIF neurons learn some images of Fashion-MNIST by OTTT: the error reaches the lower
// layer through psi of the upper one, so that whatever is wrong with the scale of psi counts twice.
//
// Two things are varied, for every shape: the width of psi in thresholds, at a height that stays; and its height, the
// scale of the derivative, at a width that stays. Learning rates are the same for all.
#pragma once

#include "examples/common/image_layers.hpp"
#include "examples/common/labelled_images.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace saltus::examples::surrogates {

enum class Varied { width, height };

struct Shape {
    std::string name, colour;
    Surrogate (*make)(double height, double width);
};

[[nodiscard]] const std::vector<Shape>& shapes();
/// The widths, or the heights, that are tried.
[[nodiscard]] const std::vector<double>& values(Varied varied);
/// psi of that shape with this width, or this height, the other as usual.
[[nodiscard]] Surrogate psi(const Shape& shape, Varied varied, double value);

struct SweepOptions {
    std::uint32_t hidden = 100; ///< neurons of each of the two layers
    std::uint64_t seed = 1;
    Precision precision = Precision::single_precision;
};

/// The network for one psi.
[[nodiscard]] ImageLayers layers(const Surrogate& surrogate, const SweepOptions& options);

struct Outcome {
    double accuracy = 0.0; ///< on the test images
    std::uint64_t hidden_spikes = 0, plastic_events = 0;
};

/// Learns all training images once and judges all test images.
[[nodiscard]] Outcome learn_and_test(const ImageLayers& layers, const ImageTask& task, const SweepOptions& options);

} // namespace saltus::examples::surrogates
