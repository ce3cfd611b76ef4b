// SPDX-License-Identifier: BSD-3-Clause
// Small random experiments, the same for a seed on every machine and with every standard library.
#pragma once

#include "tests/oracle/scenario.hpp"

#include <cstdint>
#include <optional>

namespace saltus_oracle {

/// What is set here holds throughout the scenario; what is not is drawn, where sensible once per
/// population, projection or readout.
struct Options {
    std::optional<double> tick_ms;
    std::optional<Tick> clock_ticks;
    std::optional<PopulationKind> neurons; ///< lif or adaptive_lif
    std::optional<Reset> reset;
    std::optional<SpikeEffect> spike_effect;
    std::optional<RefractoryMode> refractory_mode;
    std::optional<bool> constant_drive;
    std::optional<SurrogateShape> surrogate;
    std::optional<bool> multapses; ///< never onto readouts: symmetric feedback has one B per pair
    std::optional<ScheduleKind> schedule;
    std::optional<ErrorKind> error;
    std::optional<FeedbackKind> feedback;
    std::optional<OptimiserKind> optimiser;
    std::optional<bool> regularised;
    std::optional<bool> reset_state;
};

/// 5 to 50 neurons, 200 to 400 ticks; with the interval schedule at least three whole intervals.
/// Clamping and SpikeEffect::next_tick are combined only where both are asked for.
/// Throws std::invalid_argument where the options contradict each other.
Scenario random_scenario(std::uint64_t seed, const Options& options = {});

} // namespace saltus_oracle
