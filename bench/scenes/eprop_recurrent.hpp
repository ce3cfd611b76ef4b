// SPDX-License-Identifier: BSD-3-Clause
// A recurrent network under e-prop whose spikes are forced, so that its rate is what is asked for and every simulator
// does the same work: the scene in which NEST's event-driven e-prop was measured.
//
//     N leaky neurons of 20 ms with fan-in 100, spikes forced at a rate; 2 readouts whose error is not zero at any
//     1 ms step; piecewise linear surrogate; plain gradient descent
//
// Between spikes membranes move about rest by what arrives, so about half of the neurons are within the surrogate's
// full width (awake: psi > 0), and few within half of it.
#pragma once

#include "bench/scenes/scene.hpp"

namespace saltus::bench {

enum class Learns { no, at_arrivals, at_intervals };

struct ForcedNetwork {
    std::uint32_t neurons = 1000;
    std::uint32_t fan_in = 100; ///< equal to neurons: all-to-all, stored densely
    double rate_hz = 10.0;      ///< of the neurons that are forced
    double active = 1.0;        ///< share of neurons that are forced at all
    double width = 1.0;         ///< half width of the surrogate's support, in thresholds
    Learns learns = Learns::at_arrivals;
    Picoseconds tick{1'000'000'000}; ///< the learning clock stays at 1 ms
    double piece_s = 0.5;
    double eta_factor = 1.0; ///< on the learning rates, which are small
    bool taught = true;      ///< readouts have a target that they never reach: an error at every step
};

inline constexpr double forced_tau_ms = 20.0, forcing_weight = 1.5, forced_eta = 1e-7, readout_eta = 1e-6,
                        forced_target = 1.0;
inline constexpr std::uint32_t forced_readouts = 2;
/// Deviation of the recurrent weights: they move membranes, but never to threshold.
[[nodiscard]] double forced_deviation(const ForcedNetwork& p);

/// The description, with its populations and projections.
struct ForcedDescription {
    Network network;
    PopulationId force{}, hidden{}, readout{};
    ProjectionId recurrent{}, output{};
};
[[nodiscard]] ForcedDescription describe(const ForcedNetwork& parameters);
/// Spikes of the neurons, as input events of a piece, on the tick's grid and whole milliseconds.
[[nodiscard]] std::vector<InputEvent> forced_spikes(const ForcedNetwork& parameters);

[[nodiscard]] SceneRun forced_run(const ForcedNetwork& parameters, const SimulationOptions& options);

} // namespace saltus::bench
