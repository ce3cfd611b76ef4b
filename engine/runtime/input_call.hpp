// SPDX-License-Identifier: BSD-3-Clause
// Everything a user can do to a running network, as values: what a recorder writes down and a replay does again.
// Whatever is not here (reading, spike recorders, probes) changes nothing.
#pragma once

#include "engine/core/time.hpp"
#include "engine/network/network.hpp"
#include "engine/runtime/input_event.hpp"

#include <cstdint>
#include <span>
#include <variant>

namespace saltus {

/// Time went on; up to where is said by the `now` that accompanies every call.
struct AdvanceCall {};
struct PushCall {
    PopulationId input;
    std::span<const InputEvent> events;
};
struct TargetCall {
    PopulationId readout;
    Tick from;
    std::span<const double> values;
};
struct CurrentCall {
    PopulationId population;
    Tick from;
    std::span<const double> values;
};
struct RateCall {
    PopulationId sources;
    Tick from;
    std::span<const double> hz;
};
struct TargetSpikesCall {
    PopulationId population;
    std::span<const InputEvent> spikes;
};
struct RewardCall {
    Tick at;
    double value;
    bool terminal;
};
struct LearningCall {
    bool on;
};
struct LearningRateCall {
    ProjectionId projection;
    double rate;
};
struct WeightsCall {
    ProjectionId projection;
    std::span<const double> weights;
};

/// One call, with its arguments as they were given, also where the engine refused (and counted) some of them. Spans are
/// valid during the call only. The order of the alternatives is part of the format of journals: append, never reorder.
using InputCall = std::variant<AdvanceCall, PushCall, TargetCall, CurrentCall, RateCall, TargetSpikesCall, RewardCall,
                               LearningCall, LearningRateCall, WeightsCall>;

/// Is told of every call that did not throw, after it was made. May read the simulation but not call it in turn.
class InputObserver {
  public:
    virtual ~InputObserver() = default;
    /// @param now Simulation::now() after the call
    virtual void called(Tick now, const InputCall& call) = 0;
};

} // namespace saltus
