// SPDX-License-Identifier: BSD-3-Clause
#include "examples/common/image_layers.hpp"

#include <chrono>
#include <cmath>
#include <string>
#include <variant>

namespace saltus::examples {
namespace {

constexpr double delay_ms = 1.0; // between layers

TimeGrid millisecond_grid() {
    return {
        .tick = std::chrono::milliseconds(1), .delay_resolution = std::chrono::milliseconds(1), .learning_clock = 1};
}

} // namespace

const Trial& ImageEncoder::encode(std::span<const std::uint8_t> image, std::uint32_t label) {
    trial_.input.clear();
    trial_.label = label;
    encoder_.encode(image, 0, order_, [this](Tick tick, std::uint32_t pixel) {
        trial_.input.push_back({tick, pixel});
    });
    return trial_;
}

LatencyEncoderParameters ImageLayers::code() const {
    return {.tau_ms = 20.0, .theta = 0.2, .t_max_ms = static_cast<double>(sample_ms) - delay_ms};
}

TrialNetwork describe(const ImageLayers& p, std::uint32_t pixels, std::uint32_t classes, std::uint64_t seed) {
    TrialNetwork d;
    Network& network = d.network = Network(millisecond_grid(), seed);
    const bool learns = !std::holds_alternative<Static>(p.rule);
    d.input = network.add("pixels", pixels, InputParameters{});
    d.readout = network.add("classes", classes, LeakyReadoutParameters{.tau_ms = p.tau_readout_ms});
    const auto connect = [&](PopulationId source, PopulationId target, const ProjectionSpec& spec, double rate) {
        const ProjectionId id = network.connect(source, target, spec);
        if (!std::holds_alternative<Static>(spec.rule)) d.learning_rates.emplace_back(id, rate);
    };
    PopulationId below = d.input;
    double deviation = 0.1 * std::sqrt(784.0 / pixels); // of 784 pixels few are bright at a time
    for (const std::uint32_t neurons : p.hidden) {
        const PopulationId layer = network.add("hidden " + std::to_string(d.hidden.size() + 1), neurons,
                                               LifParameters{.tau_m_ms = p.tau_hidden_ms});
        connect(below, layer,
                {.weight = Normal{0.0, deviation},
                 .delay_ms = Constant{delay_ms},
                 .rule = p.rule,
                 .optimiser = Sgd{p.learning_rate}},
                p.learning_rate);
        d.hidden.push_back(layer);
        below = layer;
        deviation = 2.0 / std::sqrt(neurons);
    }
    connect(below, d.readout,
            {.weight = Normal{0.0, p.readout_deviation},
             .delay_ms = Constant{0.0},
             .rule = p.readout_learns ? Rule(ReadoutRule{}) : Rule(Static{}),
             .optimiser = Sgd{p.readout_rate}},
            p.readout_rate);
    network.set_error(d.readout, Error::cross_entropy);
    if (learns) network.add_feedback({d.readout, below, p.feedback, Normal{0.0, p.feedback_deviation}});
    for (std::size_t k = 0; learns && k + 1 < d.hidden.size(); ++k) {
        network.add_feedback({.readout = d.hidden[k + 1],
                              .learner = d.hidden[k],
                              .kind = FeedbackKind::symmetric,
                              .source = FeedbackSource::backpropagated});
    }
    network.set_schedule({.interval_steps = p.sample_ms, .signal_period = p.signal_period, .error_threshold = 0.1});
    return d;
}

} // namespace saltus::examples
