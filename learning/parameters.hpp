// SPDX-License-Identifier: BSD-3-Clause
// What a user chooses when a projection is to learn: rule, optimiser, error, feedback, schedule. Only parameters; the
// equations are in the file of each rule.
#pragma once

#include "learning/optimisers.hpp"
#include "learning/surrogate.hpp"

#include <cstdint>
#include <variant>
#include <vector>

namespace saltus {

/// Which deviations of a firing rate are corrected.
enum class RateBound {
    both,  ///< towards the target, from either side
    lower, ///< only rates below it
    upper  ///< only rates above it
};

/// Keeps firing rates near a target: adds c d_j times the eligibility to the gradient, d_j = f_j - f_target where the
/// bound asks for it and beyond the tolerance, else 0. c d_j joins the learning signal of every step, but not what a
/// layer hands down; f_j is low-passed, and stays as it is in steps of the interval schedule in which learning is off.
/// Only with Eprop in the interval schedule f_j counts the spikes of the interval, and c d_j weighs the mean
/// eligibility, not filtered (learning/eprop.hpp): it is worth so many times less there as an interval has steps. In
/// intervals that are not learned from (LearningSchedule::error_threshold) rates are not corrected either.
struct RateRegularisation {
    double strength = 0.0; ///< c_reg >= 0; 0 switches it off
    double target_hz = 10.0;
    double tau_ms = 500.0; ///< low-pass of the rate, where it is low-passed
    RateBound bound = RateBound::both;
    double tolerance_hz = 0.0; ///< no correction within target +- tolerance; beyond, from its edge
    bool population = false;   ///< f_j is the mean over the population, not each neuron's own
    friend bool operator==(const RateRegularisation&, const RateRegularisation&) = default;
};

/// Keeps membranes within a band: adds V_j times the membrane's derivative h to the gradient in each step,
/// V_j = c (max(0, v_j - high) - max(0, low - v_j)), 0 while refractory (Bellec et al. 2020, with low = -high).
struct VoltageRegularisation {
    double strength = 0.0; ///< c >= 0; 0 switches it off
    double low = -1.0;
    double high = 1.0;
    friend bool operator==(const VoltageRegularisation&, const VoltageRegularisation&) = default;
};

/// Holds neurons back that spike too often, by the weights onto them: adds c w_ij R_j^4 to the gradient in each step,
/// R_j <- exp(-step/tau) R_j + spikes of j, at the edge (Zenke and Ganguli 2018, for hidden layers; after them, all
/// weights onto a busy neuron shrink, of either sign, those of silent sources too). Interval schedule only.
struct ActivityPenalty {
    double strength = 0.0; ///< c >= 0; 0 switches it off
    double tau_ms = 100.0;
    friend bool operator==(const ActivityPenalty&, const ActivityPenalty&) = default;
};

/// e-prop onto LIF, adaptive LIF or CuBa LIF neurons (Bellec et al. 2020). Equations: learning/eprop.hpp.
struct Eprop {
    Surrogate surrogate = PiecewiseLinear{};
    double filter_tau_ms = 20.0;   ///< kappa: low-pass of the eligibility; the readout's time constant
    bool normalised_filter = true; ///< gain 1 - kappa of that low-pass, else 1 (published variants differ)
    RateRegularisation rate{};
    VoltageRegularisation voltage{};
    /// Whether the gradient takes the reset into account; usually better without (Neftci, Mostafa, Zenke 2019). Soft
    /// resets only, not with adaptation, not with the voltage regulariser.
    bool reset_in_gradient = false;
    friend bool operator==(const Eprop&, const Eprop&) = default;
};

/// SuperSpike onto LIF or CuBa LIF neurons (Zenke and Ganguli 2018). Equations: learning/superspike.hpp. The time
/// constants are those of the van Rossum distance; use the same as the error's (ErrorSpec).
struct SuperSpike {
    Surrogate surrogate = FastSigmoid{};
    double tau_rise_ms = 5.0;
    double tau_decay_ms = 10.0;
    /// Whether a refractory neuron has a surrogate derivative, by its membrane, as in the published code; else it has
    /// none, as with all other rules.
    bool psi_while_refractory = false;
    ActivityPenalty penalty{}; ///< needed where errors come by other weights than the outputs' own
    RateRegularisation rate{};
    friend bool operator==(const SuperSpike&, const SuperSpike&) = default;
};

/// The gradient of each step's loss by that step's spikes. Equations, and what makes it DECOLLE, OTTT or ETLP:
/// learning/instant.hpp.
struct Instantaneous {
    Surrogate surrogate = PiecewiseLinear{};
    RateRegularisation rate{}; ///< with a lower bound it lifts neurons whose membranes are within reach of psi
    friend bool operator==(const Instantaneous&, const Instantaneous&) = default;
};
using Decolle = Instantaneous; ///< with a static readout of the layer's own, an error there, symmetric feedback
using Ottt = Instantaneous;    ///< with symmetric feedback from the layer above (FeedbackSpec)
using Etlp = Instantaneous;    ///< with Error::label at_events, random feedback

/// Reward-based e-prop (Bellec et al. 2020) onto LIF, adaptive LIF or CuBa LIF neurons; needs Network::set_reward.
/// Equations: learning/reward.hpp.
struct RewardEprop {
    Surrogate surrogate = PiecewiseLinear{};
    double filter_tau_ms = 20.0;   ///< kappa: low-pass of the eligibility; the readout's time constant
    bool normalised_filter = true; ///< gain 1 - kappa of that low-pass, else 1
    friend bool operator==(const RewardEprop&, const RewardEprop&) = default;
};

/// The same onto a readout, actor or critic.
struct RewardReadout {
    friend bool operator==(const RewardReadout&, const RewardReadout&) = default;
};

/// S-TLLR onto LIF, adaptive LIF or CuBa LIF neurons (Apolinario and Roy 2025). Equations: learning/pairing.hpp.
struct Stllr {
    Surrogate surrogate = FastSigmoid{};
    double tau_pre_ms = 20.0;  ///< low-pass of arrivals
    double tau_post_ms = 20.0; ///< low-pass of the surrogate derivative
    double after = 1.0;        ///< alpha_post: arrivals before the target's activity
    double before = -0.2;      ///< alpha_pre: arrivals after it; the sign makes it causal or not
    friend bool operator==(const Stllr&, const Stllr&) = default;
};

/// Reward-modulated STDP onto spiking neurons (Fremaux and Gerstner 2016): w grows by rate * reward * eligibility;
/// needs Network::set_reward. Equations: learning/pairing.hpp.
struct RewardStdp {
    double tau_pre_ms = 20.0;
    double tau_post_ms = 20.0;
    double tau_eligibility_ms = 500.0;
    double a_plus = 1.0;  ///< arrival, then spike
    double a_minus = 1.0; ///< spike, then arrival
    friend bool operator==(const RewardStdp&, const RewardStdp&) = default;
};

/// Prescribed error sensitivity onto spiking neurons (MacNeil and Eliasmith 2011): the low-passed arrivals times L_j,
/// with feedback for encoders. Equations: learning/readout_rule.hpp.
struct Pes {
    double filter_tau_ms = 20.0; ///< low-pass of arrivals
    friend bool operator==(const Pes&, const Pes&) = default;
};

/// Delta rule onto a readout: the error times the presynaptic spikes as they reach its output, low-passed. Equations:
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

using Rule = std::variant<Static, Eprop, ReadoutRule, SuperSpike, Instantaneous, RewardEprop, RewardReadout, Stllr,
                          RewardStdp, Pes, PairStdp, TripletStdp>;

/// The rate regulariser of a rule that has one and uses it; else null.
[[nodiscard]] inline const RateRegularisation* rate_regularisation(const Rule& rule) {
    return std::visit(
        [](const auto& stated) -> const RateRegularisation* {
            if constexpr (requires { stated.rate.target_hz; }) {
                if (stated.rate.strength != 0.0) return &stated.rate;
            }
            return nullptr;
        },
        rule);
}

/// Whether a rule learns from the times of spikes alone: it needs no learning clock, error, feedback or optimiser.
[[nodiscard]] inline bool is_spike_timing(const Rule& rule) {
    return std::holds_alternative<PairStdp>(rule) || std::holds_alternative<TripletStdp>(rule);
}

/// What a readout's error is at a learning edge.
enum class Error {
    mean_squared,  ///< E = y - target
    cross_entropy, ///< E = softmax(y) - target; with at_events and the action taken as target: policy gradient
    label,         ///< E = -target: no error, a projection of the label (ETLP)
    value,         ///< E = -1: the output is to grow (a critic's, whose learning is gated by the reward)
    spike_train    ///< E = spikes minus target spikes, filtered (spike_error.hpp); spiking neurons only
};

/// How a readout's error reaches the learning neurons: L_j = sum_o B_jo E_o.
enum class FeedbackKind {
    symmetric, ///< B is the weight matrix of the projection from the learner to the source, at every moment
    random,    ///< B is fixed and random (Lillicrap et al. 2016; "broadcast" e-prop)
    adaptive   ///< B starts random and receives every change of the readout's weights
};

/// What is fed back.
enum class FeedbackSource {
    error,         ///< E_o of a readout, or of spiking neurons with Error::spike_train
    backpropagated ///< psi_k L_k of a layer of spiking neurons that learns: the instantaneous error of the layer below
};

/// When weights change.
enum class UpdateTiming {
    interval, ///< at the ends of fixed intervals of model time; all traces start anew there
    arrival   ///< at each presynaptic arrival, continuously; traces are never reset
};

/// Whether a rule's rate regulariser joins the learning signal of every step, not the gradient of an interval.
[[nodiscard]] inline bool keeps_rates_by_step(const Rule& rule, UpdateTiming timing) {
    return timing == UpdateTiming::arrival || !std::holds_alternative<Eprop>(rule);
}

/// One schedule for the whole network.
struct LearningSchedule {
    UpdateTiming timing = UpdateTiming::interval;
    std::int64_t interval_steps = 100; ///< learning steps per interval
    std::int64_t signal_window = 0;    ///< the error counts in the last so many steps of an interval; 0 = in all
    std::int64_t signal_period =
        1; ///< ... and of those only in every signal_period-th, counted from the interval's start
    double error_threshold = 0.0;  ///< intervals in which every |E| stayed below are not learned from; 0 = all are
    bool average_gradient = false; ///< divide gradients by the number of steps in which the error counts
    /// Interval schedule: steps before an interval whose arrivals still count for it (not with reset_state). 0: traces
    /// start anew with each interval. Choose several of the rule's longest time constants.
    std::int64_t memory_steps = 0;
    bool reset_state = true; ///< neurons return to rest at interval ends; spikes in flight are discarded

    /// Updates at presynaptic arrivals, for ever: no intervals, no resets.
    [[nodiscard]] static LearningSchedule at_arrivals() {
        return {.timing = UpdateTiming::arrival, .reset_state = false};
    }
};

} // namespace saltus
