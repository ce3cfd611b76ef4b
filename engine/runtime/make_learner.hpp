// SPDX-License-Identifier: BSD-3-Clause
// From a rule as the user states it to the learner that runs it.
#pragma once

#include "engine/network/network.hpp"
#include "engine/runtime/learner.hpp"

#include <cstddef>
#include <cstdint>

namespace saltus {

/// Whether these are weights of a readout, in the arrival schedule, whose updates may wait for the next arrival: nobody
/// reads them before (no feedback follows them), the readout is a leaky one, and they add up: gradient descent, without
/// limits, at a constant rate.
[[nodiscard]] bool may_defer(const Network& network, const Projection& projection);

/// A learner for `neurons` neurons of the projection's target. @param history_blocks arrival schedule: blocks of
/// history kept
template <class Real>
[[nodiscard]] Learner<Real> make_learner(const Network& network, const Projection& projection, std::uint32_t neurons,
                                         const LearningClock& clock, std::size_t history_blocks);

extern template Learner<float> make_learner(const Network&, const Projection&, std::uint32_t, const LearningClock&,
                                            std::size_t);
extern template Learner<double> make_learner(const Network&, const Projection&, std::uint32_t, const LearningClock&,
                                             std::size_t);

} // namespace saltus
