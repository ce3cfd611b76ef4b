// SPDX-License-Identifier: BSD-3-Clause
#include "examples/common/image_classifier.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <numeric>
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
    Described d{.network = Network(grid_of(p), seed)};
    Network& network = d.network;
    d.pixels = network.add("pixels", pixels, InputParameters{});
    d.hidden = network.add("hidden", p.hidden, hidden_model(p));
    d.readout = network.add("classes", classes, LeakyReadoutParameters{.tau_ms = p.tau_readout_ms});
    const double scale = std::sqrt(784.0 / pixels);
    d.input_weights = network.connect(d.pixels, d.hidden,
                                      {.weight = Normal{0.0, p.hidden_weight_deviation * scale},
                                       .delay_ms = Constant{delay_ms},
                                       .rule = hidden_rule(p),
                                       .optimiser = Sgd{p.learning_rate}});
    d.readout_weights = network.connect(d.hidden, d.readout,
                                        {.weight = Normal{0.0, p.readout_weight_deviation},
                                         .delay_ms = Constant{0.0},
                                         .rule = ReadoutRule{},
                                         .optimiser = Sgd{p.learning_rate * p.readout_rate_factor}});
    network.set_error(d.readout, Error::cross_entropy);
    if (p.rule != LearningRule::readout_only) {
        network.add_feedback({d.readout, d.hidden, feedback_kind(p.rule), Normal{0.0, p.feedback_deviation}});
    }
    network.set_schedule(
        {.interval_steps = p.sample_ms, .signal_period = p.signal_period, .error_threshold = p.error_threshold});
    return d;
}

ImageClassifier::ImageClassifier(const HyperParameters& parameters, std::size_t pixels, std::uint32_t classes,
                                 std::uint64_t seed, Precision precision)
    : ImageClassifier(parameters, describe(parameters, static_cast<std::uint32_t>(pixels), classes, seed), pixels,
                      classes, precision) {}

ImageClassifier::ImageClassifier(const HyperParameters& parameters, const Described& described, std::size_t pixels,
                                 std::uint32_t classes, Precision precision)
    : parameters_(parameters), grid_(described.network.grid()), pixels_(described.pixels), hidden_(described.hidden),
      readout_(described.readout), input_weights_(described.input_weights), readout_weights_(described.readout_weights),
      encoder_(grid_, code_of(parameters)), sample_(parameters.sample_ms * grid_.learning_clock),
      simulation_(described.network, {.precision = precision}), order_(pixels), target_(classes), score_(classes) {
    std::vector<std::uint32_t> outputs(classes);
    std::iota(outputs.begin(), outputs.end(), 0u);
    const Tick period = parameters.signal_period * grid_.learning_clock;
    probe_ = simulation_.probe(readout_, std::move(outputs), period, period);
    events_.reserve(pixels);
}

std::uint32_t ImageClassifier::learn(std::span<const std::uint8_t> image, std::uint32_t label) {
    begin(image, label);
    return finish();
}

std::uint32_t ImageClassifier::classify(std::span<const std::uint8_t> image) {
    simulation_.set_learning(false);
    show(image);
    const std::uint32_t chosen = finish();
    simulation_.set_learning(true);
    return chosen;
}

Observation ImageClassifier::observe(std::span<const std::uint8_t> image) {
    const Tick onset = simulation_.now();
    std::vector<std::uint32_t> outputs(score_.size());
    std::iota(outputs.begin(), outputs.end(), 0u);
    const ProbeId fine = simulation_.probe(readout_, outputs, onset + grid_.learning_clock, grid_.learning_clock);
    simulation_.record_spikes(hidden_);
    simulation_.clear_spikes();
    simulation_.set_learning(false);
    show(image);
    simulation_.advance_until(onset + sample_);
    Observation seen{.input = events_, .hidden = simulation_.spikes(), .readout = simulation_.read(fine).values};
    for (InputEvent& event : seen.input) event.tick -= onset;
    for (Spike& spike : seen.hidden) spike.tick -= onset;
    seen.chosen = decide();
    simulation_.set_learning(true);
    return seen;
}

void ImageClassifier::begin(std::span<const std::uint8_t> image, std::uint32_t label) {
    std::fill(target_.begin(), target_.end(), 0.0);
    target_[label] = 1.0;
    (void)simulation_.set_target(readout_, simulation_.now() + 1, target_);
    show(image);
}

void ImageClassifier::show(std::span<const std::uint8_t> image) {
    events_.clear();
    encoder_.encode(image, simulation_.now(), order_, [this](Tick tick, std::uint32_t pixel) {
        events_.push_back({tick, pixel});
    });
    (void)simulation_.push(pixels_, events_);
}

std::uint32_t ImageClassifier::finish() {
    const Tick shown = simulation_.now() % sample_;
    simulation_.advance_until(simulation_.now() - shown + sample_);
    return decide();
}

std::uint32_t ImageClassifier::decide() {
    const std::vector<double>& readout = simulation_.read(probe_).values; // [moments][classes]
    const std::size_t classes = score_.size();
    const std::size_t moments = readout.size() / classes;
    const bool sum = parameters_.decision == Decision::sum;
    std::fill(score_.begin(), score_.end(), sum ? 0.0 : -std::numeric_limits<double>::infinity());
    for (std::size_t n = parameters_.decision == Decision::last ? moments - 1 : 0; n < moments; ++n) {
        for (std::size_t o = 0; o < classes; ++o) {
            const double y = readout[n * classes + o];
            score_[o] = sum ? score_[o] + y : std::max(score_[o], y);
        }
    }
    simulation_.clear(probe_);
    return static_cast<std::uint32_t>(std::max_element(score_.begin(), score_.end()) - score_.begin());
}

void ImageClassifier::anneal(double progress) {
    const double rate = parameters_.learning_rate * (1.0 - progress);
    simulation_.set_learning_rate(input_weights_, rate);
    simulation_.set_learning_rate(readout_weights_, rate * parameters_.readout_rate_factor);
}

ClassifierWeights ImageClassifier::weights() const {
    return {simulation_.weights(input_weights_), simulation_.weights(readout_weights_)};
}

void ImageClassifier::set_weights(const ClassifierWeights& weights) {
    simulation_.set_weights(input_weights_, weights.hidden);
    simulation_.set_weights(readout_weights_, weights.readout);
}

} // namespace saltus::examples
