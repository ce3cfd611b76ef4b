// SPDX-License-Identifier: BSD-3-Clause
#include "examples/common/image_classifier.hpp"

#include <chrono>
#include <cmath>
#include <utility>

namespace saltus::examples {
namespace {

constexpr double delay_ms = 1.0; // from the pixels to the hidden neurons

TimeGrid grid_of(const HyperParameters& p) {
    return {.tick = std::chrono::microseconds(p.tick_us),
            .delay_resolution = std::chrono::milliseconds(1),
            .learning_clock = 1000 / p.tick_us};
}

/// Spikes that would arrive after the image is gone are left out.
LatencyEncoderParameters code_of(const HyperParameters& p) {
    return {.tau_ms = p.code_tau_ms, .theta = p.code_theta, .t_max_ms = static_cast<double>(p.sample_ms) - delay_ms};
}

ModelParameters hidden_model(const HyperParameters& p) {
    const LifParameters lif{.tau_m_ms = p.tau_hidden_ms, .threshold = p.threshold};
    if (p.neuron == NeuronKind::lif) return lif;
    AdaptiveLifParameters adaptive;
    static_cast<LifParameters&>(adaptive) = lif;
    adaptive.beta = p.adaptation;
    adaptive.tau_a_ms = p.tau_adaptation_ms;
    return adaptive;
}

Rule hidden_rule(const HyperParameters& p) {
    if (p.rule == LearningRule::readout_only) return Static{};
    return Eprop{.surrogate = p.surrogate,
                 .filter_tau_ms = p.tau_readout_ms,
                 .normalised_filter = false,
                 .rate = {.strength = p.regularisation, .target_hz = p.target_hz}};
}

FeedbackKind feedback_kind(LearningRule rule) {
    switch (rule) {
        case LearningRule::eprop_random: return FeedbackKind::random;
        case LearningRule::eprop_adaptive: return FeedbackKind::adaptive;
        default: return FeedbackKind::symmetric;
    }
}

} // namespace

void HyperParameters::use(LearningRule chosen) {
    rule = chosen;
    if (chosen != LearningRule::eprop_random && chosen != LearningRule::eprop_adaptive) return;
    learning_rate = 3e-3;
    readout_rate_factor = 0.6;
    regularisation = 300.0;
    target_hz = 10.0;
}

ImageClassifier::Described ImageClassifier::describe(const HyperParameters& p, std::uint32_t pixels,
                                                     std::uint32_t classes, std::uint64_t seed) {
    Described d;
    d.network = Network(grid_of(p), seed);
    d.decision = p.decision;
    Network& network = d.network;
    d.input = network.add("pixels", pixels, InputParameters{});
    const PopulationId hidden = network.add("hidden", p.hidden, hidden_model(p));
    d.hidden = {hidden};
    d.readout = network.add("classes", classes, LeakyReadoutParameters{.tau_ms = p.tau_readout_ms});
    const double scale = std::sqrt(784.0 / pixels);
    d.input_weights = network.connect(d.input, hidden,
                                      {.weight = Normal{0.0, p.hidden_weight_deviation * scale},
                                       .delay_ms = Constant{delay_ms},
                                       .rule = hidden_rule(p),
                                       .optimiser = Sgd{p.learning_rate}});
    d.readout_weights = network.connect(hidden, d.readout,
                                        {.weight = Normal{0.0, p.readout_weight_deviation},
                                         .delay_ms = Constant{0.0},
                                         .rule = ReadoutRule{},
                                         .optimiser = Sgd{p.learning_rate * p.readout_rate_factor}});
    d.learning_rates = {{d.input_weights, p.learning_rate},
                        {d.readout_weights, p.learning_rate * p.readout_rate_factor}};
    network.set_error(d.readout, Error::cross_entropy);
    if (p.rule != LearningRule::readout_only) {
        network.add_feedback({d.readout, hidden, feedback_kind(p.rule), Normal{0.0, p.feedback_deviation}});
    }
    network.set_schedule(
        {.interval_steps = p.sample_ms, .signal_period = p.signal_period, .error_threshold = p.error_threshold});
    return d;
}

ImageClassifier::ImageClassifier(const HyperParameters& parameters, std::size_t pixels, std::uint32_t classes,
                                 std::uint64_t seed, Precision precision)
    : ImageClassifier(parameters, describe(parameters, static_cast<std::uint32_t>(pixels), classes, seed), pixels,
                      precision) {}

ImageClassifier::ImageClassifier(const HyperParameters& parameters, const Described& described, std::size_t pixels,
                                 Precision precision)
    : input_weights_(described.input_weights), readout_weights_(described.readout_weights),
      trials_(described, precision), encoder_(trials_.grid(), code_of(parameters), pixels) {}

std::uint32_t ImageClassifier::learn(std::span<const std::uint8_t> image, std::uint32_t label) {
    return trials_.learn(encoder_.encode(image, label));
}

std::uint32_t ImageClassifier::classify(std::span<const std::uint8_t> image) {
    return trials_.classify(encoder_.encode(image, 0));
}

Observation ImageClassifier::observe(std::span<const std::uint8_t> image) {
    const Trial& trial = encoder_.encode(image, 0);
    return {trials_.observe(trial), trial.input};
}

void ImageClassifier::begin(std::span<const std::uint8_t> image, std::uint32_t label) {
    trials_.begin(encoder_.encode(image, label));
}

std::uint32_t ImageClassifier::finish() { return trials_.finish(); }

ClassifierWeights ImageClassifier::weights() const {
    return {simulation().weights(input_weights_), simulation().weights(readout_weights_)};
}

void ImageClassifier::set_weights(const ClassifierWeights& weights) {
    simulation().set_weights(input_weights_, weights.hidden);
    simulation().set_weights(readout_weights_, weights.readout);
}

} // namespace saltus::examples
