// SPDX-License-Identifier: BSD-3-Clause
// Adaptive control by spiking neurons, in the manner of DeWolf, Stewart, Slotine, Eliasmith 2016, "A spiking neural
// model of adaptive arm control". A controller asks for the torques u = Kp (q_d - q) + Kd (q_d' - q'); neurons add
//
//     u_adapt = D a(q, q')        with    dD = rate u a      (PES: u is what is still missing)
//
// where a are the neurons' low-passed spikes. u dwindles as u_adapt takes over what the load, gravity and friction ask
// for. Neuron i of the first layer is driven by the current gain_i (e_i . x) + bias_i, x being the joints' angles and
// speeds, e_i a random direction (Eliasmith and Anderson 2003).
//
//     pes     first layer -> torques: the delta rule on its output weights, whose error is -u
//     eprop   first layer -> hidden layer -> torques: e-prop on the hidden layer's input weights as well, the error -u
//             coming back through the output weights
#pragma once

#include "engine/saltus.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace saltus::examples::robot {

enum class ControlRule { pes, eprop };

struct AdaptiveControl {
    ControlRule rule = ControlRule::pes;
    std::uint32_t joints = 2;
    std::uint32_t neurons = 500;                    ///< of the first layer
    std::uint32_t hidden = 100;                     ///< of the second (eprop)
    double learning_rate = 1e-5;                    ///< of the output weights
    double hidden_rate = 1e-6;                      ///< of the hidden layer's input weights (eprop)
    double filter_ms = 20.0;                        ///< low-pass of the spikes
    double rate_low_hz = 40.0, rate_high_hz = 80.0; ///< of neurons where they like it best
};

/// The network, its neurons' tuning, and the loop around it. All calls from one thread.
class AdaptiveController {
  public:
    AdaptiveController(const AdaptiveControl& parameters, std::uint64_t seed);

    /// One control step of 1 ms. state: [2 joints], angles and speeds scaled to about -1 to 1. asked: [joints], the
    /// torques u that the controller asks for. added: [joints] receives u_adapt.
    void step(std::span<const double> state, std::span<const double> asked, std::span<double> added);

    [[nodiscard]] const Simulation& simulation() const { return simulation_; }
    /// Learned weights: of the outputs, and (eprop) of the hidden layer.
    [[nodiscard]] std::vector<double> output_weights() const { return simulation_.weights(output_); }
    [[nodiscard]] std::vector<double> hidden_weights() const;

  private:
    struct Described {
        Network network;
        PopulationId first{}, torques{};
        ProjectionId input{}, output{};
    };
    AdaptiveController(const AdaptiveControl& parameters, std::uint64_t seed, const Described& described);
    static Described describe(const AdaptiveControl& parameters, std::uint64_t seed);
    void draw_tuning(std::uint64_t seed);

    AdaptiveControl parameters_;
    PopulationId first_, torques_;
    ProjectionId input_, output_;
    Simulation simulation_;
    std::vector<double> encoders_; ///< [neurons][2 joints], times the gain
    std::vector<double> bias_;     ///< [neurons]
    std::vector<double> current_;  ///< [neurons]
};

} // namespace saltus::examples::robot
