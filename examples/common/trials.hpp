// SPDX-License-Identifier: BSD-3-Clause
// Classification by trials: every interval of the learning schedule shows one thing, as input spikes; the readout says
// which class it was; at the interval's end the weights change and the network returns to rest. Whatever the network is
// made of, showing and judging are the same.
#pragma once

#include "engine/saltus.hpp"

#include <cstdint>
#include <utility>
#include <vector>

namespace saltus::examples {

/// One presentation.
struct Trial {
    std::vector<InputEvent> input; ///< ticks since onset, below the length of the interval
    std::uint32_t label = 0;
};

/// The chosen class has the largest readout value: summed over the moments at which the error counts, at its maximum
/// among them, or at the last of them.
enum class Decision { sum, maximum, last };

/// A network for trials, and which of its parts are what. The network learns at interval ends and returns to rest
/// there.
struct TrialNetwork {
    Network network;
    PopulationId input{}, readout{};
    std::vector<PopulationId> hidden{};                            ///< told of by observe()
    std::vector<std::pair<ProjectionId, double>> learning_rates{}; ///< at the beginning of the run
    Decision decision = Decision::sum;
};

/// What happened while one trial was shown.
struct TrialObservation {
    std::uint32_t chosen = 0;
    std::vector<Spike> hidden{};   ///< ticks since onset; neurons of all hidden populations numbered through
    std::vector<double> readout{}; ///< [learning steps][classes]
};

class TrialClassifier {
  public:
    explicit TrialClassifier(const TrialNetwork& described, Precision precision = Precision::single_precision);

    /// Shows a trial and learns its label. Returns the class chosen on the way, that is with the weights from before.
    std::uint32_t learn(const Trial& trial);
    /// Shows a trial with learning switched off.
    std::uint32_t classify(const Trial& trial);
    /// The same, and tells all about it.
    TrialObservation observe(const Trial& trial);

    /// The two halves of learn(); between them the caller may advance the simulation in steps of its own.
    void begin(const Trial& trial);
    std::uint32_t finish();

    /// Sets the learning rates for a moment of the run, 0 its beginning and 1 its end: they fall linearly to zero.
    void anneal(double progress);

    [[nodiscard]] Simulation& simulation() { return simulation_; }
    [[nodiscard]] const Simulation& simulation() const { return simulation_; }
    [[nodiscard]] const TimeGrid& grid() const { return grid_; }
    /// Loss of the last trial.
    [[nodiscard]] double last_loss() const { return simulation_.last_loss(readout_); }
    /// Ticks that a trial lasts.
    [[nodiscard]] Tick duration() const { return duration_; }

  private:
    void show(const Trial& trial);
    [[nodiscard]] std::uint32_t decide();
    [[nodiscard]] std::vector<std::uint32_t> outputs() const;

    TimeGrid grid_;
    LearningSchedule schedule_;
    PopulationId input_, readout_;
    std::vector<PopulationId> hidden_;
    std::vector<std::uint32_t> first_neuron_; ///< [hidden populations] when they are numbered through
    std::vector<std::pair<ProjectionId, double>> learning_rates_;
    Decision decision_;
    Tick duration_;
    Simulation simulation_;
    ProbeId probe_{}; ///< the readout, every signal_period
    std::vector<InputEvent> events_;
    std::vector<double> target_; ///< [classes]
    std::vector<double> score_;  ///< [classes]
};

} // namespace saltus::examples
