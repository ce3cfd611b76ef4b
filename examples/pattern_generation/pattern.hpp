// SPDX-License-Identifier: BSD-3-Clause
// Pattern generation: from frozen noise a recurrent network learns to produce a curve in time, the sum of four sines.
// The task of Bellec et al. 2020 (figure 2 and supplementary note), with the numbers of its one-dimensional version.
#pragma once

#include "engine/saltus.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace saltus::examples::pattern {

struct PatternOptions {
    std::uint32_t inputs = 100;
    double input_hz = 50.0; ///< of the frozen noise
    std::uint32_t neurons = 100;
    std::uint32_t outputs = 1;
    std::int64_t period_ms = 1000; ///< length of the pattern, and of the interval after which weights change
    FeedbackKind feedback = FeedbackKind::symmetric;
    double learning_rate = 1e-3;   ///< Adam's, falling linearly to zero
    double regularisation = 100.0; ///< strength of the pull of firing rates towards 10 Hz
};

/// Targets [milliseconds][outputs]: sines of 1, 2, 3 and 5 Hz with random amplitudes and phases, the sum scaled to a
/// largest absolute value of 1.
[[nodiscard]] std::vector<double> sines(std::int64_t period_ms, std::uint32_t outputs, std::uint64_t seed);

/// The network, its noise and its target.
class PatternGenerator {
  public:
    PatternGenerator(const PatternOptions& options, std::uint64_t seed, Precision precision);

    /// Presents the noise once more and learns; returns the normalised error on the way: the squared error divided by
    /// the variance of the target. 1 is reached by its mean alone.
    double learn();
    /// Presents the noise without learning; returns the output [milliseconds][outputs].
    [[nodiscard]] std::vector<double> produce();
    [[nodiscard]] double normalised_error(std::span<const double> output) const;

    /// Sets the learning rates for a moment of the run, 0 its beginning and 1 its end: they fall linearly to zero.
    void anneal(double progress);

    [[nodiscard]] const std::vector<double>& target() const { return target_; }
    [[nodiscard]] const std::vector<InputEvent>& noise() const { return noise_; }
    [[nodiscard]] Simulation& simulation() { return simulation_; }
    [[nodiscard]] PopulationId hidden() const { return hidden_; }

  private:
    struct Described {
        Network network;
        PopulationId input{}, hidden{}, readout{};
        std::vector<ProjectionId> learning{};
    };
    static Described describe(const PatternOptions& options, std::uint64_t seed);
    PatternGenerator(const PatternOptions& options, const Described& described, std::uint64_t seed,
                     Precision precision);
    /// Presents the noise from now to the end of the interval; the output is left in the probe.
    void present();

    PatternOptions options_;
    PopulationId input_, hidden_, readout_;
    std::vector<ProjectionId> learning_;
    std::vector<double> target_;
    double variance_ = 0.0;         ///< of the target, mean over outputs
    std::vector<InputEvent> noise_; ///< ticks since onset
    Simulation simulation_;
    ProbeId probe_{};
};

} // namespace saltus::examples::pattern
