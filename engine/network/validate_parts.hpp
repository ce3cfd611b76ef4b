// SPDX-License-Identifier: BSD-3-Clause
// Private to validate*.cpp: the three parts of the check and the words they share.
#pragma once

#include "engine/core/error.hpp"
#include "engine/network/network.hpp"

#include <concepts>
#include <string>
#include <string_view>

namespace saltus::detail {

/// Longest time constant, refractory period and learning interval: beyond it, ticks times rates overflow.
inline constexpr double longest_ticks = 1e15;
/// Longest delay.
inline constexpr Tick longest_delay_ticks = 1'000'000'000'000'000;
/// Largest weight, either sign; the most that is safe where weights are stored in single precision.
inline constexpr double largest_weight = 1e30;

/// Shortest decimal form that reads back as the same number.
[[nodiscard]] std::string text(double value);
[[nodiscard]] std::string text(std::integral auto value) { return std::to_string(value); }

[[nodiscard]] std::string where(const Population& population);
[[nodiscard]] std::string where(const Projection& projection);

/// A parameter as messages show it: "threshold is -1".
template <class Value>
[[nodiscard]] std::string shown(std::string_view parameter, Value value) {
    return std::string(parameter) + " is " + text(value);
}

/// Throws unless `good`; `allowed` completes "<parameter> is <value>, allowed is <allowed>".
template <class Value>
void require(bool good, const std::string& place, std::string_view parameter, Value value, std::string_view allowed,
             std::string_view remedy) {
    if (!good)
        throw ConfigError(place, shown(parameter, value) + ", allowed is " + std::string(allowed), std::string(remedy));
}

void require_finite(const std::string& place, std::string_view parameter, double value);
void require_positive(const std::string& place, std::string_view parameter, double value);
void require_not_negative(const std::string& place, std::string_view parameter, double value);
/// Finite, and from one tick to longest_ticks.
void require_time_constant(const TimeGrid& grid, const std::string& place, std::string_view parameter, double tau_ms);
/// 0, or half a tick to longest_ticks.
void require_refractory(const TimeGrid& grid, const std::string& place, double refractory_ms);
/// A distribution of weights that can be drawn from and stays within largest_weight.
void require_weights(const std::string& place, std::string_view parameter, const Distribution& weights);
/// A distribution that can be drawn from.
void require_drawable(const std::string& place, std::string_view parameter, const Distribution& distribution);

/// Throws unless the network has such a population.
void require_population(const Network& network, const std::string& place, std::string_view role, PopulationId id);

[[nodiscard]] bool is_input(const Population& population);
/// A readout of any kind, which may carry an error: its model never spikes.
[[nodiscard]] bool is_readout(const Population& population);
[[nodiscard]] inline bool is_spiking(const Population& p) { return !is_input(p) && !is_readout(p); }

void validate_model(const TimeGrid& grid, const std::string& place, const CobaLifParameters& p);
void validate_model(const TimeGrid& grid, const std::string& place, const AdexParameters& p);
void validate_model(const TimeGrid& grid, const std::string& place, const IzhikevichParameters& p);
void validate_projection(const Network& network, const Projection& projection);
void validate_synapse_types(const Network& network, const Projection& projection);
void validate_learning(const Network& network);
void validate_rule(const Network& network, const Projection& projection);
void validate_rewiring(const Network& network, const Projection& projection);
void validate_update(const std::string& place, const ProjectionSpec& spec);

} // namespace saltus::detail
