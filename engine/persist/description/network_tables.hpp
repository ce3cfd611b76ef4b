// SPDX-License-Identifier: BSD-3-Clause
// What a network is made of besides neurons and rules, in files: one description each.
#pragma once

#include "engine/network/network.hpp"
#include "engine/persist/description/fields.hpp"
#include "engine/persist/description/model_tables.hpp"
#include "engine/persist/description/rule_tables.hpp"

namespace saltus::persist {

template <>
inline constexpr Names<Error, 5> names<Error>{{{Error::mean_squared, "mean_squared"},
                                               {Error::cross_entropy, "cross_entropy"},
                                               {Error::label, "label"},
                                               {Error::value, "value"},
                                               {Error::spike_train, "spike_train"}}};
template <>
inline constexpr Names<FeedbackKind, 3> names<FeedbackKind>{
    {{FeedbackKind::symmetric, "symmetric"}, {FeedbackKind::random, "random"}, {FeedbackKind::adaptive, "adaptive"}}};
template <>
inline constexpr Names<FeedbackSource, 2> names<FeedbackSource>{
    {{FeedbackSource::error, "error"}, {FeedbackSource::backpropagated, "backpropagated"}}};
template <>
inline constexpr Names<UpdateTiming, 2> names<UpdateTiming>{
    {{UpdateTiming::interval, "interval"}, {UpdateTiming::arrival, "arrival"}}};

// clang-format off
// Distributions
template <> inline constexpr auto description<Constant> = describe("constant", Needed{"value"}, &Constant::value);
template <> inline constexpr auto description<Normal> = describe("normal",
    Needed{"mean"}, &Normal::mean, Needed{"standard_deviation"}, &Normal::standard_deviation,
    "low", &Normal::low, "high", &Normal::high);
template <> inline constexpr auto description<Uniform> = describe("uniform",
    Needed{"low"}, &Uniform::low, Needed{"high"}, &Uniform::high);

// Connectors
template <> inline constexpr auto description<AllToAll> = describe("all_to_all");
template <> inline constexpr auto description<OneToOne> = describe("one_to_one");
template <> inline constexpr auto description<FixedInDegree> = describe("fixed_in_degree",
    Needed{"in_degree"}, &FixedInDegree::in_degree);
template <> inline constexpr auto description<FixedOutDegree> = describe("fixed_out_degree",
    Needed{"out_degree"}, &FixedOutDegree::out_degree);
template <> inline constexpr auto description<Bernoulli> = describe("bernoulli",
    Needed{"probability"}, &Bernoulli::probability);
template <> inline constexpr auto description<ExplicitList> = describe("explicit",
    Needed{"pairs"}, &ExplicitList::pairs, "weights", &ExplicitList::weights, "delays_ms", &ExplicitList::delays_ms);

// Projections
template <> inline constexpr auto description<WeightLimits> = describe("",
    "low", &WeightLimits::low, "high", &WeightLimits::high, "keep_sign", &WeightLimits::keep_sign);
template <> inline constexpr auto description<DeepR> = describe("",
    "l1", &DeepR::l1, "temperature", &DeepR::temperature, "every", &DeepR::every, "excitatory", &DeepR::excitatory);
template <> inline constexpr auto description<ShortTerm> = describe("",
    "utilisation", &ShortTerm::utilisation, "tau_rec_ms", &ShortTerm::tau_rec_ms,
    "tau_fac_ms", &ShortTerm::tau_fac_ms);
template <> inline constexpr auto description<ProjectionSpec> = describe("",
    "connector", &ProjectionSpec::connector, "weight", &ProjectionSpec::weight, "delay_ms", &ProjectionSpec::delay_ms,
    "allow_self", &ProjectionSpec::allow_self, "allow_multapses", &ProjectionSpec::allow_multapses,
    "rule", &ProjectionSpec::rule, "optimiser", &ProjectionSpec::optimiser,
    "rate_schedule", &ProjectionSpec::rate_schedule, "weight_decay", &ProjectionSpec::weight_decay,
    "limits", &ProjectionSpec::limits, "rewiring", &ProjectionSpec::rewiring,
    "short_term", &ProjectionSpec::short_term, "name", &ProjectionSpec::name);

// Errors, reward, feedback, schedule
template <> inline constexpr auto description<ErrorSpec> = describe("",
    Needed{"readout"}, &ErrorSpec::readout, Needed{"error"}, &ErrorSpec::error, "at_events", &ErrorSpec::at_events,
    "weight", &ErrorSpec::weight, "tau_rise_ms", &ErrorSpec::tau_rise_ms, "tau_decay_ms", &ErrorSpec::tau_decay_ms);
template <> inline constexpr auto description<RewardSpec> = describe("",
    "critic", &RewardSpec::critic, "discount_tau_ms", &RewardSpec::discount_tau_ms);
template <> inline constexpr auto description<FeedbackSpec> = describe("",
    Needed{"readout"}, &FeedbackSpec::readout, Needed{"learner"}, &FeedbackSpec::learner,
    Needed{"kind"}, &FeedbackSpec::kind, "weight", &FeedbackSpec::weight, "matrix", &FeedbackSpec::matrix,
    "source", &FeedbackSpec::source);
template <> inline constexpr auto description<LearningSchedule> = describe("",
    "timing", &LearningSchedule::timing, "interval_steps", &LearningSchedule::interval_steps,
    "signal_window", &LearningSchedule::signal_window, "signal_period", &LearningSchedule::signal_period,
    "error_threshold", &LearningSchedule::error_threshold, "average_gradient", &LearningSchedule::average_gradient,
    "memory_steps", &LearningSchedule::memory_steps, "reset_state", &LearningSchedule::reset_state);
// clang-format on

} // namespace saltus::persist
