// SPDX-License-Identifier: BSD-3-Clause
// Rules, surrogates and optimisers in files: one description each.
#pragma once

#include "engine/persist/description/fields.hpp"
#include "learning/parameters.hpp"
#include "learning/rate_schedule.hpp"

namespace saltus::persist {

template <>
inline constexpr Names<RateBound, 3> names<RateBound>{
    {{RateBound::both, "both"}, {RateBound::lower, "lower"}, {RateBound::upper, "upper"}}};
template <>
inline constexpr Names<Pairing, 2> names<Pairing>{{{Pairing::all_to_all, "all_to_all"}, {Pairing::nearest, "nearest"}}};

template <>
inline constexpr bool only_in_code<CustomSurrogate> = true;

// clang-format off
// Surrogates
template <> inline constexpr auto description<PiecewiseLinear> = describe("piecewise_linear",
    "height", &PiecewiseLinear::height, "width", &PiecewiseLinear::width);
template <> inline constexpr auto description<ExponentialSurrogate> = describe("exponential",
    "height", &ExponentialSurrogate::height, "width", &ExponentialSurrogate::width);
template <> inline constexpr auto description<FastSigmoid> = describe("fast_sigmoid",
    "height", &FastSigmoid::height, "width", &FastSigmoid::width);
template <> inline constexpr auto description<Arctan> = describe("arctan",
    "height", &Arctan::height, "width", &Arctan::width);
template <> inline constexpr auto description<Boxcar> = describe("boxcar",
    "height", &Boxcar::height, "width", &Boxcar::width);
template <> inline constexpr auto description<RelativePiecewiseLinear> = describe("relative_piecewise_linear",
    "damping", &RelativePiecewiseLinear::damping, "width", &RelativePiecewiseLinear::width);
template <> inline constexpr auto description<SigmoidDerivative> = describe("sigmoid_derivative",
    "height", &SigmoidDerivative::height, "width", &SigmoidDerivative::width);
template <> inline constexpr auto description<GaussianSurrogate> = describe("gaussian",
    "height", &GaussianSurrogate::height, "width", &GaussianSurrogate::width);
template <> inline constexpr auto description<MultiGaussian> = describe("multi_gaussian",
    "height", &MultiGaussian::height, "width", &MultiGaussian::width,
    "share", &MultiGaussian::share, "spread", &MultiGaussian::spread);
template <> inline constexpr auto description<EscapeSurrogate> = describe("escape",
    "rate_hz", &EscapeSurrogate::rate_hz, "width", &EscapeSurrogate::width, "step_ms", &EscapeSurrogate::step_ms);

// Rules
template <> inline constexpr auto description<RateRegularisation> = describe("",
    "strength", &RateRegularisation::strength, "target_hz", &RateRegularisation::target_hz,
    "tau_ms", &RateRegularisation::tau_ms, "bound", &RateRegularisation::bound,
    "tolerance_hz", &RateRegularisation::tolerance_hz, "population", &RateRegularisation::population);
template <> inline constexpr auto description<VoltageRegularisation> = describe("",
    "strength", &VoltageRegularisation::strength, "low", &VoltageRegularisation::low,
    "high", &VoltageRegularisation::high);
template <> inline constexpr auto description<ActivityPenalty> = describe("",
    "strength", &ActivityPenalty::strength, "tau_ms", &ActivityPenalty::tau_ms);
template <> inline constexpr auto description<Static> = describe("static");
template <> inline constexpr auto description<Eprop> = describe("eprop",
    "surrogate", &Eprop::surrogate, "filter_tau_ms", &Eprop::filter_tau_ms,
    "normalised_filter", &Eprop::normalised_filter, "rate", &Eprop::rate, "voltage", &Eprop::voltage,
    "reset_in_gradient", &Eprop::reset_in_gradient);
template <> inline constexpr auto description<ReadoutRule> = describe("readout");
template <> inline constexpr auto description<SuperSpike> = describe("superspike",
    "surrogate", &SuperSpike::surrogate, "tau_rise_ms", &SuperSpike::tau_rise_ms,
    "tau_decay_ms", &SuperSpike::tau_decay_ms, "psi_while_refractory", &SuperSpike::psi_while_refractory,
    "penalty", &SuperSpike::penalty, "rate", &SuperSpike::rate);
template <> inline constexpr auto description<Instantaneous> = describe("instantaneous",
    "surrogate", &Instantaneous::surrogate, "rate", &Instantaneous::rate);
template <> inline constexpr auto description<RewardEprop> = describe("reward_eprop",
    "surrogate", &RewardEprop::surrogate, "filter_tau_ms", &RewardEprop::filter_tau_ms,
    "normalised_filter", &RewardEprop::normalised_filter);
template <> inline constexpr auto description<RewardReadout> = describe("reward_readout");
template <> inline constexpr auto description<Stllr> = describe("stllr",
    "surrogate", &Stllr::surrogate, "tau_pre_ms", &Stllr::tau_pre_ms, "tau_post_ms", &Stllr::tau_post_ms,
    "after", &Stllr::after, "before", &Stllr::before);
template <> inline constexpr auto description<RewardStdp> = describe("reward_stdp",
    "tau_pre_ms", &RewardStdp::tau_pre_ms, "tau_post_ms", &RewardStdp::tau_post_ms,
    "tau_eligibility_ms", &RewardStdp::tau_eligibility_ms,
    "a_plus", &RewardStdp::a_plus, "a_minus", &RewardStdp::a_minus);
template <> inline constexpr auto description<Pes> = describe("pes", "filter_tau_ms", &Pes::filter_tau_ms);
template <> inline constexpr auto description<PairStdp> = describe("pair_stdp",
    "tau_plus_ms", &PairStdp::tau_plus_ms, "tau_minus_ms", &PairStdp::tau_minus_ms,
    "lambda", &PairStdp::lambda, "alpha", &PairStdp::alpha,
    "mu_plus", &PairStdp::mu_plus, "mu_minus", &PairStdp::mu_minus,
    "w_max", &PairStdp::w_max, "pairing", &PairStdp::pairing);
template <> inline constexpr auto description<TripletStdp> = describe("triplet_stdp",
    "tau_plus_ms", &TripletStdp::tau_plus_ms, "tau_x_ms", &TripletStdp::tau_x_ms,
    "tau_minus_ms", &TripletStdp::tau_minus_ms, "tau_y_ms", &TripletStdp::tau_y_ms,
    "a2_plus", &TripletStdp::a2_plus, "a3_plus", &TripletStdp::a3_plus,
    "a2_minus", &TripletStdp::a2_minus, "a3_minus", &TripletStdp::a3_minus,
    "w_max", &TripletStdp::w_max, "pairing", &TripletStdp::pairing);

// Optimisers
template <> inline constexpr auto description<Sgd> = describe("sgd", "rate", &Sgd::rate);
template <> inline constexpr auto description<Momentum> = describe("momentum",
    "rate", &Momentum::rate, "momentum", &Momentum::momentum, "nesterov", &Momentum::nesterov);
template <> inline constexpr auto description<Adam> = describe("adam",
    "rate", &Adam::rate, "beta1", &Adam::beta1, "beta2", &Adam::beta2, "epsilon", &Adam::epsilon);
template <> inline constexpr auto description<RmsProp> = describe("rmsprop",
    "rate", &RmsProp::rate, "decay", &RmsProp::decay, "epsilon", &RmsProp::epsilon);
template <> inline constexpr auto description<RMaxProp> = describe("rmaxprop",
    "rate", &RMaxProp::rate, "decay", &RMaxProp::decay, "epsilon", &RMaxProp::epsilon);

// Schedules of the rate
template <> inline constexpr auto description<ConstantRate> = describe("constant");
template <> inline constexpr auto description<StepDecay> = describe("step",
    "period", &StepDecay::period, "factor", &StepDecay::factor);
template <> inline constexpr auto description<ExponentialDecay> = describe("exponential",
    "updates", &ExponentialDecay::updates);
template <> inline constexpr auto description<LinearDecay> = describe("linear",
    "updates", &LinearDecay::updates, "floor", &LinearDecay::floor);
template <> inline constexpr auto description<WarmUp> = describe("warm_up", "updates", &WarmUp::updates);
template <> inline constexpr auto description<PiecewiseRate> = describe("piecewise",
    "factors", &PiecewiseRate::factors);
// clang-format on

} // namespace saltus::persist
