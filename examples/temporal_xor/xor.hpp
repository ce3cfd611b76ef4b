// SPDX-License-Identifier: BSD-3-Clause
// XOR in time: two input neurons spike once each, early or late, and one always early. Of two output neurons the one
// that spikes first gives the answer: whether exactly one of the two was late. A network of CuBa LIF neurons, every
// neuron at most one spike a trial, learns it by exact gradients of spike times (learning/spike_time.hpp): Mostafa
// 2018; Goltz et al. 2021; named in Neftci, Mostafa, Zenke 2019 as one way around the threshold.
//
//     loss = -log p_target,   p_o = exp(-t_o/tau) / sum exp(-t/tau)
//
// The spike times are those of the engine, events in continuous time; between trials the weights are changed.
#pragma once

#include "engine/saltus.hpp"
#include "learning/spike_time.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace saltus::examples::temporal_xor {

struct XorOptions {
    std::uint32_t hidden = 8;
    double tau_m_ms = 10.0, tau_s_ms = 5.0; ///< of all neurons
    double early_ms = 0.0, late_ms = 8.0;
    double learning_rate = 0.3;
    double loss_tau_ms = 2.0;
    double push = 0.05; ///< what the weights onto a neuron that should have spiked, and did not, grow by
};

/// The four questions, 0 to 3: bit 0 and bit 1 say whether the first, the second input is late.
inline constexpr std::uint32_t questions = 4;
[[nodiscard]] constexpr std::uint32_t answer_to(std::uint32_t question) {
    return ((question & 1u) ^ (question >> 1)) & 1u;
}

inline constexpr double no_spike = 1e300;

/// What was seen of one trial; times in ms from its begin.
struct Outcome {
    std::array<double, 3> input_ms{};
    std::vector<double> hidden_ms; ///< [hidden], no_spike where there was none
    std::array<double, 2> output_ms{no_spike, no_spike};
    std::uint32_t chosen = 2; ///< 2: neither spiked
    double loss = 0.0;
    /// The time between the two outputs' first spikes.
    [[nodiscard]] double margin_ms() const;
};

class TemporalXor {
  public:
    TemporalXor(const XorOptions& options, std::uint64_t seed, Precision precision);

    /// Puts a question to the network.
    Outcome ask(std::uint32_t question);
    /// Puts it and learns from the outcome, which is returned.
    Outcome learn(std::uint32_t question);

    [[nodiscard]] Simulation& simulation() { return simulation_; }
    /// Exact gradient of the loss by all weights: those onto hidden neurons [3][hidden], onto outputs [hidden][2].
    [[nodiscard]] std::vector<double> gradient(const Outcome& outcome, std::uint32_t answer) const;
    [[nodiscard]] std::vector<double> weights() const;
    void set_weights(std::span<const double> weights);

    static constexpr double delay_ms = 1.0;
    static constexpr double trial_ms = 400.0; ///< long enough for every membrane to come to rest

  private:
    struct Ids {
        PopulationId input, hidden, output;
        ProjectionId to_hidden, to_output;
    };
    [[nodiscard]] Network describe(std::uint64_t seed);
    void push_silent(const Outcome& outcome, std::uint32_t answer, std::vector<double>& weights) const;
    [[nodiscard]] std::array<double, 2> chances(const Outcome& outcome) const;

    XorOptions options_;
    CubaLifParameters neuron_;
    Ids ids_{};
    Simulation simulation_;
};

} // namespace saltus::examples::temporal_xor
