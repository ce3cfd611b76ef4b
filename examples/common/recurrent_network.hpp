// SPDX-License-Identifier: BSD-3-Clause
// A recurrent network of LIF and adaptive LIF neurons that classifies trials: input -> hidden, all to all also among
// themselves -> leaky readout, all weights learned by e-prop with Adam after every trial. The raised thresholds of
// adaptive neurons outlast the trial's silences: they are its memory (Bellec et al. 2018 and 2020, "LSNN").
#pragma once

#include "engine/api/cli_app.hpp"
#include "examples/common/trials.hpp"
#include "examples/common/words.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>

namespace saltus::examples {

/// Neurons, surrogate derivative and initial weights are by default those of Bellec et al. 2020, figure 3. Learning
/// rates and the pull on firing rates are for updates after every trial.
struct RecurrentNetwork {
    std::uint32_t inputs = 1, classes = 2;
    std::uint32_t regular = 50, adaptive = 50; ///< LIF and adaptive LIF neurons
    std::int64_t trial_ms = 1000;
    std::int64_t recall_ms = 150; ///< the error counts, and the answer is read, in the last so many ms of a trial

    double tau_m_ms = 20.0, tau_readout_ms = 20.0;
    double threshold = 0.6;
    double refractory_ms = 5.0;
    double adaptation = 1.7; ///< a neuron at a steady rate raises its threshold so many times as much as its membrane
    double tau_adaptation_ms = 2000.0;

    FeedbackKind feedback = FeedbackKind::symmetric;
    double learning_rate = 2e-3;       ///< Adam's, falling linearly to zero
    double readout_rate_factor = 10.0; ///< the readout's rate is so many times that
    double regularisation = 50.0;      ///< strength of the pull of firing rates towards target_hz
    double target_hz = 10.0;
};

/// The network, in steps of 1 ms.
[[nodiscard]] TrialNetwork describe(const RecurrentNetwork& parameters, std::uint64_t seed);

/// The words for FeedbackKind.
[[nodiscard]] const Words<FeedbackKind>& feedback_words();

/// Adds the options that let a user vary such a network.
void add_network_options(CLI::App& app, RecurrentNetwork& network);

/// Adds its parameters to a result.json.
void add_network(nlohmann::ordered_json& json, const RecurrentNetwork& network);

} // namespace saltus::examples
