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

/// Which spikes a rule of spike timing pairs.
enum class Pairing {
    all_to_all, ///< every arrival with every postsynaptic spike
    nearest     ///< every arrival with the last postsynaptic spike, every postsynaptic spike with the last arrival
};

/// Spike-timing-dependent plasticity of pairs, additive to multiplicative. Equations: learning/pair_stdp.hpp. Weights
/// stay between 0 and w_max. Needs no learning clock, error or feedback; set_learning_rate replaces lambda.
struct PairStdp {
    double tau_plus_ms = 20.0;  ///< window of potentiation
    double tau_minus_ms = 20.0; ///< window of depression
    double lambda = 0.01;       ///< size of a step, in units of w_max; >= 0
    double alpha = 1.0;         ///< depression relative to potentiation; >= 0
    double mu_plus = 0.0;       ///< exponent of potentiation's dependence on 1 - w/w_max; >= 0; 0: additive
    double mu_minus = 0.0;      ///< exponent of depression's dependence on w/w_max; >= 0
    double w_max = 1.0;         ///< not 0; negative for inhibitory synapses
    Pairing pairing = Pairing::all_to_all;
    friend bool operator==(const PairStdp&, const PairStdp&) = default;
};

/// Spike-timing-dependent plasticity of triplets (Pfister, Gerstner 2006). Equations: learning/triplet_stdp.hpp. The
/// defaults are those fitted to visual cortex, all-to-all (table 4 there). Weights stay between 0 and w_max;
/// set_learning_rate replaces a factor on all amplitudes, 1 at first.
struct TripletStdp {
    double tau_plus_ms = 16.8;  ///< of r1
    double tau_x_ms = 101.0;    ///< of r2
    double tau_minus_ms = 33.7; ///< of o1
    double tau_y_ms = 125.0;    ///< of o2
    double a2_plus = 5e-10;     ///< amplitudes, in units of w_max; >= 0
    double a3_plus = 6.2e-3;
    double a2_minus = 7e-3;
    double a3_minus = 2.3e-4;
    double w_max = 1.0; ///< not 0; negative for inhibitory synapses
    Pairing pairing = Pairing::all_to_all;
    friend bool operator==(const TripletStdp&, const TripletStdp&) = default;
};

/// No rule: a static projection.
struct Static {
    friend bool operator==(const Static&, const Static&) = default;
};

using Rule = std::variant<Static, Eprop, ReadoutRule, PairStdp, TripletStdp>;

/// Whether a rule learns from the times of spikes alone: it needs no learning clock, error, feedback or optimiser.
[[nodiscard]] inline bool is_spike_timing(const Rule& rule) {
    return std::holds_alternative<PairStdp>(rule) || std::holds_alternative<TripletStdp>(rule);
}

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
