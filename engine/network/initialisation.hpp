// SPDX-License-Identifier: BSD-3-Clause
// What weights to start with: distributions for ProjectionSpec::weight, from the number of synapses that a neuron has
// and, for spiking neurons, how much they are to make its membrane fluctuate.
//
// Scaled by fan-in: standard deviation gain / sqrt(n). Kaiming (He et al. 2015) gain sqrt 2, LeCun 1, Glorot and Bengio
// 2010 sqrt(2 / (fan-in + fan-out)).
// Fluctuation-driven (Rossbroich, Gygax, Zenke 2022): n inputs at rate nu, each of whose spikes moves the membrane by
// w e(t), give it the mean and variance
//
//     mu_U = n mu_W nu E1,    sigma_U^2 = n (sigma_W^2 + mu_W^2) nu E2,    E1 = int e dt, E2 = int e^2 dt,
//
// so with xi = (threshold - mu_U) / sigma_U, the distance to threshold in fluctuations (1 to 3 there),
//
//     mu_W = mu_U / (n nu E1),    sigma_W^2 = ((threshold - mu_U) / xi)^2 / (n nu E2) - mu_W^2.
//
// e(t) is exp(-t/tau_m) with delta synapses (E1 = tau_m, E2 = tau_m / 2), the difference of two exponentials with
// exponential currents (E1 = tau_s, E2 = tau_s^2 / (2 (tau_s + tau_m))), and with alpha-shaped currents of peak w the
// filtered (t/tau_s) e^(1 - t/tau_s). The membrane's filter has an area of 1, so E1 is the current's, e tau_s; by
// Parseval's theorem E2 = (1/2 pi) int (e tau_s)^2 / ((1 + (tau_s x)^2)^2 (1 + (tau_m x)^2)) dx
// = (e tau_s)^2 (tau_s + 2 tau_m) / (4 (tau_s + tau_m)^2).
#pragma once

#include "engine/core/error.hpp"
#include "engine/network/connectors.hpp"
#include "models/alpha_lif.hpp"
#include "models/cuba_lif.hpp"
#include "models/lif.hpp"

#include <cmath>

namespace saltus {

/// Normal with standard deviation gain / sqrt(fan_in). @param fan_in synapses onto a neuron, > 0
[[nodiscard]] inline Normal scaled_normal(double fan_in, double gain = 1.0) {
    if (!(fan_in > 0.0)) throw ConfigError("scaled weights", "fan_in is not above 0", "give the number of synapses");
    return {0.0, gain / std::sqrt(fan_in)};
}
/// Uniform with the same mean and standard deviation.
[[nodiscard]] inline Uniform scaled_uniform(double fan_in, double gain = 1.0) {
    const double reach = std::sqrt(3.0) * scaled_normal(fan_in, gain).standard_deviation;
    return {-reach, reach};
}
[[nodiscard]] inline Normal kaiming_normal(double fan_in) { return scaled_normal(fan_in, std::sqrt(2.0)); }
[[nodiscard]] inline Uniform kaiming_uniform(double fan_in) { return scaled_uniform(fan_in, std::sqrt(2.0)); }
[[nodiscard]] inline Normal glorot_normal(double fan_in, double fan_out) {
    return scaled_normal(0.5 * (fan_in + fan_out));
}
[[nodiscard]] inline Uniform glorot_uniform(double fan_in, double fan_out) {
    return scaled_uniform(0.5 * (fan_in + fan_out));
}

/// How the inputs of one projection are to drive a membrane.
struct Fluctuations {
    double fan_in;      ///< n: synapses onto a neuron
    double rate_hz;     ///< nu: spikes per second of each source
    double xi = 2.0;    ///< distance of the mean to threshold, in standard deviations; > 0
    double mean = 0.0;  ///< mu_U: what this projection adds to the mean membrane potential
    double share = 1.0; ///< of the variance that this projection brings about, 0 to 1; the shares of all add up to 1
    /// Integrals of the response to one spike of weight 1: E1 and E2, in ms.
    double area_ms = 0.0, square_ms = 0.0;
};

/// Throws ConfigError where no weights do this.
[[nodiscard]] inline Normal fluctuation_driven(const Fluctuations& f, double threshold) {
    const auto refuse = [](const char* what, const char* remedy) {
        throw ConfigError("fluctuation-driven weights", what, remedy);
    };
    if (!(f.fan_in > 0.0 && f.rate_hz > 0.0)) refuse("fan_in or rate_hz is not above 0", "give both");
    if (!(f.xi > 0.0)) refuse("xi is not above 0", "1 to 3 are usual");
    if (!(f.share >= 0.0 && f.share <= 1.0)) refuse("share is not within 0 to 1", "1 for a single projection");
    const double events_per_ms = f.fan_in * f.rate_hz * 1e-3;
    const double mean = f.mean / (events_per_ms * f.area_ms);
    const double spread = (threshold - f.mean) / f.xi;
    const double variance = f.share * spread * spread / (events_per_ms * f.square_ms) - mean * mean;
    if (!(variance >= 0.0))
        refuse("the mean alone makes the membrane fluctuate more than xi allows", "lower the mean, or xi");
    return {mean, std::sqrt(variance)};
}

/// Onto LIF neurons with delta synapses, without normalised_input; adaptive ones by their threshold at rest.
[[nodiscard]] inline Normal fluctuation_driven(Fluctuations f, const LifParameters& target) {
    if (target.normalised_input)
        throw ConfigError("fluctuation-driven weights", "normalised_input is true, whose gain depends on the tick",
                          "clear normalised_input");
    f.area_ms = target.tau_m_ms;
    f.square_ms = 0.5 * target.tau_m_ms;
    return fluctuation_driven(f, target.threshold);
}
/// Onto CuBa LIF neurons; with different synaptic time constants their mean stands for both.
[[nodiscard]] inline Normal fluctuation_driven(Fluctuations f, const CubaLifParameters& target) {
    const double tau_s_ms = 0.5 * (target.tau_e_ms + target.tau_i_ms);
    f.area_ms = tau_s_ms;
    f.square_ms = 0.5 * tau_s_ms * tau_s_ms / (tau_s_ms + target.tau_m_ms);
    return fluctuation_driven(f, target.threshold);
}
/// Onto neurons with alpha-shaped currents; with different synaptic time constants their mean stands for both.
[[nodiscard]] inline Normal fluctuation_driven(Fluctuations f, const AlphaLifParameters& target) {
    const double tau_s_ms = 0.5 * (target.tau_e_ms + target.tau_i_ms), both_ms = tau_s_ms + target.tau_m_ms;
    f.area_ms = 2.718281828459045 * tau_s_ms;
    f.square_ms = 0.25 * f.area_ms * f.area_ms * (both_ms + target.tau_m_ms) / (both_ms * both_ms);
    return fluctuation_driven(f, target.threshold);
}

} // namespace saltus
