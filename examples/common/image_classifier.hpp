// SPDX-License-Identifier: BSD-3-Clause
// A spiking network that learns to tell images apart, one image at a time: pixels -> hidden neurons -> leaky readout,
// one output a class. Every image is one interval of model time: its pixels spike once each (latency code), the network
// runs, the weights change by e-prop, the network returns to rest. Nothing is unrolled in time.
#pragma once

#include "engine/saltus.hpp"
#include "examples/common/image_layers.hpp"
#include "examples/common/trials.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace saltus::examples {

/// How the error of the readout reaches the hidden neurons; readout_only leaves their weights as they were drawn.
enum class LearningRule { eprop_symmetric, eprop_random, eprop_adaptive, readout_only };
enum class NeuronKind { lif, adaptive_lif };

/// All that decides how well the network learns. The defaults were found on 10,000 held-out training images; what
/// matters is the size of the learning rate, its decay to zero, and a slow readout.
struct HyperParameters {
    std::uint32_t hidden = 500;
    LearningRule rule = LearningRule::eprop_symmetric;
    NeuronKind neuron = NeuronKind::lif;
    Decision decision = Decision::sum;

    // time
    std::int64_t sample_ms = 100;    ///< an image is shown for so long; learning steps are 1 ms
    std::int64_t signal_period = 10; ///< the error, and the decision, count every so many ms
    double error_threshold = 0.1;    ///< an image at which no output was ever further off its target changes nothing
    std::int64_t tick_us = 1000;     ///< resolution of event times; divides 1000
    double code_tau_ms = 20.0;       ///< latency code: t = tau ln(x / (x - theta))
    double code_theta = 0.2;         ///< darker pixels stay silent

    // neurons
    double tau_hidden_ms = 15.0;
    double tau_readout_ms = 50.0;
    double threshold = 1.0;
    double adaptation = 0.1; ///< rise of the threshold at each spike (adaptive LIF)
    double tau_adaptation_ms = 100.0;

    // initial weights: normal with mean 0; those of the hidden neurons as if from 784 pixels, scaled with their number
    double hidden_weight_deviation = 0.1;
    double readout_weight_deviation = 0.0;
    double feedback_deviation = 0.3; ///< random and adaptive feedback

    // learning: plain gradient descent on the cross entropy, rates falling linearly to zero over the run
    double learning_rate = 4e-3;
    double readout_rate_factor = 0.3; ///< the readout's rate is so many times the hidden neurons'
    Surrogate surrogate = PiecewiseLinear{.height = 0.3, .width = 1.0};
    double regularisation = 10.0; ///< strength of the pull of firing rates towards target_hz
    double target_hz = 0.0;

    /// Feedback that is not the readout's own drives rates up: it learns slower and needs the stronger pull.
    void use(LearningRule chosen);
};

/// Weights of both projections, ordered by (source, target).
struct ClassifierWeights {
    std::vector<double> hidden;  ///< [pixels][hidden]
    std::vector<double> readout; ///< [hidden][classes]
};

/// What happened while one image was shown.
struct Observation : TrialObservation {
    std::vector<InputEvent> input{}; ///< ticks since onset
};

class ImageClassifier {
  public:
    ImageClassifier(const HyperParameters& parameters, std::size_t pixels, std::uint32_t classes, std::uint64_t seed,
                    Precision precision = Precision::single_precision);

    /// Shows an image and learns its label. Returns the class chosen on the way, that is with the weights from before.
    std::uint32_t learn(std::span<const std::uint8_t> image, std::uint32_t label);
    /// Shows an image with learning switched off.
    std::uint32_t classify(std::span<const std::uint8_t> image);
    /// The same, and tells all about it.
    Observation observe(std::span<const std::uint8_t> image);

    /// The two halves of learn(); between them the caller may advance the simulation in steps of its own.
    void begin(std::span<const std::uint8_t> image, std::uint32_t label);
    std::uint32_t finish();

    /// Sets the learning rates for a moment of the run, 0 its beginning and 1 its end.
    void anneal(double progress) { trials_.anneal(progress); }

    [[nodiscard]] ClassifierWeights weights() const;
    void set_weights(const ClassifierWeights& weights);

    [[nodiscard]] Simulation& simulation() { return trials_.simulation(); }
    [[nodiscard]] const Simulation& simulation() const { return trials_.simulation(); }
    [[nodiscard]] double tick_ms() const { return trials_.grid().tick_ms(); }

  private:
    struct Described : TrialNetwork {
        ProjectionId input_weights{}, readout_weights{};
    };
    ImageClassifier(const HyperParameters& parameters, const Described& described, std::size_t pixels,
                    Precision precision);
    static Described describe(const HyperParameters& p, std::uint32_t pixels, std::uint32_t classes,
                              std::uint64_t seed);

    ProjectionId input_weights_, readout_weights_;
    TrialClassifier trials_;
    ImageEncoder encoder_;
};

} // namespace saltus::examples
