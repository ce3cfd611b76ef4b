// SPDX-License-Identifier: BSD-3-Clause
// Spike-timing-dependent plasticity of pairs of spikes. With the traces
//
//     r <- r + 1 at a presynaptic arrival (nearest: r <- 1),    tau_plus  dr/dt = -r
//     o <- o + 1 at a postsynaptic spike  (nearest: o <- 1),    tau_minus do/dt = -o
//
// a synapse of weight w changes
//
//     at a postsynaptic spike    by   lambda w_max (1 - w / w_max)^mu_plus r
//     at a presynaptic arrival   by - lambda alpha w_max (w / w_max)^mu_minus o
//
// and is kept between 0 and w_max. Exponents of 0: additive; of 1: multiplicative, soft bounds. Song, Miller, Abbott
// 2000; van Rossum, Bi, Turrigiano 2000; Guetig, Aharonov, Rotter, Sompolinsky 2003, eqs. 1-3; review: Morrison,
// Diesmann, Gerstner 2008. `nearest` is the symmetric scheme there: every spike pairs with the last one of the other
// side.
#pragma once

#include "engine/core/stable_math.hpp"
#include "learning/parameters.hpp"
#include "learning/spike_traces.hpp"

#include <algorithm>

namespace saltus {

/// x^exponent for x in [0, 1]; 0^0 = 1.
[[nodiscard]] inline double unit_power(double x, double exponent) {
    if (exponent == 0.0) return 1.0;
    if (exponent == 1.0) return x;
    return x < 1e-300 ? 0.0 : stable_exp(exponent * stable_log(x));
}

/// The two changes of a weight, as functions of the traces.
struct PairStdpUpdate {
    static constexpr bool slow_traces = false;

    explicit PairStdpUpdate(const PairStdp& p)
        : w_max(p.w_max), low(std::min(0.0, p.w_max)), high(std::max(0.0, p.w_max)), alpha(p.alpha), mu_plus(p.mu_plus),
          mu_minus(p.mu_minus) {}

    /// A postsynaptic spike. pre: r.
    [[nodiscard]] double potentiated(double w, double rate, double pre, double /*post_slow*/) const {
        const double room = mu_plus == 0.0 ? 1.0 : unit_power(std::clamp(1.0 - w / w_max, 0.0, 1.0), mu_plus);
        return std::clamp(w + rate * w_max * room * pre, low, high);
    }
    /// A presynaptic arrival. post: o.
    [[nodiscard]] double depressed(double w, double rate, double post, double /*pre_slow*/) const {
        const double size = mu_minus == 0.0 ? 1.0 : unit_power(std::clamp(w / w_max, 0.0, 1.0), mu_minus);
        return std::clamp(w - rate * alpha * w_max * size * post, low, high);
    }

    double w_max, low, high, alpha, mu_plus, mu_minus;
};

[[nodiscard]] inline PairStdpUpdate stdp_update(const PairStdp& rule) { return PairStdpUpdate(rule); }
[[nodiscard]] inline SpikeTraces spike_traces(const PairStdp& rule) {
    return {.pre_ms = rule.tau_plus_ms, .post_ms = rule.tau_minus_ms, .pairing = rule.pairing};
}
/// What set_learning_rate replaces.
[[nodiscard]] inline double stdp_rate(const PairStdp& rule) { return rule.lambda; }

} // namespace saltus
