// SPDX-License-Identifier: BSD-3-Clause
// What a user chooses when a projection is to learn: rule, optimiser, error, feedback, schedule. Only parameters; the
// equations are in the file of each rule.
#pragma once

#include "learning/surrogate.hpp"

#include <cstdint>
#include <variant>
#include <vector>

namespace saltus {

/// Keeps firing rates near a target: adds c (f_j - f_target) times the eligibility to the gradient.
struct RateRegularisation {
    double strength = 0.0; ///< c_reg >= 0; 0 switches it off
    double target_hz = 10.0;
    double tau_ms = 500.0; ///< low-pass of the rate (arrival schedule only; the interval schedule counts spikes)
    friend bool operator==(const RateRegularisation&, const RateRegularisation&) = default;
};

/// e-prop onto LIF or adaptive LIF neurons (Bellec et al. 2020). Equations: learning/eprop.hpp.
struct Eprop {
    Surrogate surrogate = PiecewiseLinear{};
    double filter_tau_ms = 20.0;   ///< kappa: low-pass of the eligibility; the readout's time constant
    bool normalised_filter = true; ///< gain 1 - kappa of that low-pass, else 1 (published variants differ)
    RateRegularisation rate{};
    friend bool operator==(const Eprop&, const Eprop&) = default;
};

/// Delta rule onto a leaky readout: the error times the low-passed presynaptic spikes. Equations:
/// learning/readout_rule.hpp.
struct ReadoutRule {
    friend bool operator==(const ReadoutRule&, const ReadoutRule&) = default;
};

/// No rule: a static projection.
struct Static {
    friend bool operator==(const Static&, const Static&) = default;
};

using Rule = std::variant<Static, Eprop, ReadoutRule>;

/// Plain gradient descent, w <- w - rate G.
struct Sgd {
    double rate = 1e-3;
};

/// Adam in TensorFlow's form (epsilon outside the correction); equations in learning/adam.hpp.
struct Adam {
    double rate = 1e-3;
    double beta1 = 0.9;
    double beta2 = 0.999;
    double epsilon = 1e-8;
};

using Optimiser = std::variant<Sgd, Adam>;

/// Weights are kept within these after every update.
struct WeightLimits {
    double low = -1e30;
    double high = 1e30;
};

/// What a readout's error is at a learning edge.
enum class Error {
    mean_squared, ///< E = y - target
    cross_entropy ///< E = softmax(y) - target
};

/// How a readout's error reaches the learning neurons: L_j = sum_o B_jo E_o.
enum class FeedbackKind {
    symmetric, ///< B is the readout's weight matrix, at every moment
    random,    ///< B is fixed and random (Lillicrap et al. 2016; "broadcast" e-prop)
    adaptive   ///< B starts random and receives every change of the readout's weights
};

/// When weights change.
enum class UpdateTiming {
    interval, ///< at the ends of fixed intervals of model time; all traces start anew there
    arrival   ///< at each presynaptic arrival, continuously; traces are never reset
};

/// One schedule for the whole network.
struct LearningSchedule {
    UpdateTiming timing = UpdateTiming::interval;
    std::int64_t interval_steps = 100; ///< learning steps per interval
    std::int64_t signal_window = 0;    ///< the error counts in the last so many steps of an interval; 0 = in all
    std::int64_t signal_period =
        1; ///< ... and of those only in every signal_period-th, counted from the interval's start
    double error_threshold = 0.0;  ///< intervals in which every |E| stayed below are not learned from; 0 = all are
    bool average_gradient = false; ///< divide gradients by the number of steps in which the error counts
    bool reset_state = true;       ///< neurons return to rest at interval ends; spikes in flight are discarded

    /// Updates at presynaptic arrivals, for ever: no intervals, no resets.
    [[nodiscard]] static LearningSchedule at_arrivals() {
        return {.timing = UpdateTiming::arrival, .reset_state = false};
    }
};

} // namespace saltus
