// SPDX-License-Identifier: BSD-3-Clause
// Images as trials, and feed-forward networks for them under any rule: pixels -> layers of LIF neurons -> a leaky
// readout, one output a class. Rules that need more than one layer's error hand it down, layer by layer.
#pragma once

#include "examples/common/trials.hpp"
#include "models/latency_encoder.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace saltus::examples {

/// Makes a trial of an image: one input neuron a pixel, at most one spike each, the brighter the earlier.
class ImageEncoder {
  public:
    ImageEncoder(const TimeGrid& grid, const LatencyEncoderParameters& code, std::size_t pixels)
        : encoder_(grid, code), order_(pixels) {
        trial_.input.reserve(pixels);
    }
    /// Valid until the next call.
    const Trial& encode(std::span<const std::uint8_t> image, std::uint32_t label);

  private:
    LatencyEncoder encoder_;
    std::vector<std::uint32_t> order_; ///< [pixels] working memory of the encoder
    Trial trial_;
};

struct ImageLayers {
    std::vector<std::uint32_t> hidden{200}; ///< neurons of each layer
    Rule rule = Eprop{};                    ///< onto all of them; Static{}: only the readout learns
    FeedbackKind feedback = FeedbackKind::symmetric;
    bool readout_learns = true;     ///< or is random and stays so, as in DECOLLE
    double learning_rate = 4e-3;    ///< plain gradient descent, falling linearly to zero
    double readout_rate = 1.2e-3;   ///< of the readout
    double readout_deviation = 0.0; ///< of its initial weights
    double feedback_deviation = 0.3;
    std::int64_t signal_period = 10; ///< the error counts every so many ms
    std::int64_t sample_ms = 100;    ///< an image is shown for so long
    double tau_hidden_ms = 15.0, tau_readout_ms = 50.0;

    /// Spikes that would arrive after the image is gone are left out.
    [[nodiscard]] LatencyEncoderParameters code() const;
};

[[nodiscard]] TrialNetwork describe(const ImageLayers& layers, std::uint32_t pixels, std::uint32_t classes,
                                    std::uint64_t seed);

} // namespace saltus::examples
