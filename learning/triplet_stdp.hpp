// SPDX-License-Identifier: BSD-3-Clause
// Spike-timing-dependent plasticity of triplets of spikes: Pfister, Gerstner 2006, eqs. 2-4. Two traces on each side,
//
//     r1, r2 <- r + 1 at a presynaptic arrival (nearest: 1),   decaying with tau_plus  and tau_x
//     o1, o2 <- o + 1 at a postsynaptic spike  (nearest: 1),   decaying with tau_minus and tau_y
//
// and a synapse of weight w changes
//
//     at a postsynaptic spike    by   w_max r1 (A2_plus  + A3_plus  o2)     o2 from before this spike
//     at a presynaptic arrival   by - w_max o1 (A2_minus + A3_minus r2)     r2 from before this arrival
//
// and is kept between 0 and w_max.
#pragma once

#include "learning/parameters.hpp"
#include "learning/spike_traces.hpp"

#include <algorithm>

namespace saltus {

/// The two changes of a weight, as functions of the traces. rate: a factor on all four amplitudes.
struct TripletStdpUpdate {
    static constexpr bool slow_traces = true;

    explicit TripletStdpUpdate(const TripletStdp& p)
        : w_max(p.w_max), low(std::min(0.0, p.w_max)), high(std::max(0.0, p.w_max)), a2_plus(p.a2_plus),
          a3_plus(p.a3_plus), a2_minus(p.a2_minus), a3_minus(p.a3_minus) {}

    [[nodiscard]] double potentiated(double w, double rate, double pre, double post_slow) const {
        return std::clamp(w + rate * w_max * pre * (a2_plus + a3_plus * post_slow), low, high);
    }
    [[nodiscard]] double depressed(double w, double rate, double post, double pre_slow) const {
        return std::clamp(w - rate * w_max * post * (a2_minus + a3_minus * pre_slow), low, high);
    }

    double w_max, low, high, a2_plus, a3_plus, a2_minus, a3_minus;
};

[[nodiscard]] inline TripletStdpUpdate stdp_update(const TripletStdp& rule) { return TripletStdpUpdate(rule); }
[[nodiscard]] inline SpikeTraces spike_traces(const TripletStdp& rule) {
    return {.pre_ms = rule.tau_plus_ms,
            .pre_slow_ms = rule.tau_x_ms,
            .post_ms = rule.tau_minus_ms,
            .post_slow_ms = rule.tau_y_ms,
            .pairing = rule.pairing};
}
/// What set_learning_rate replaces.
[[nodiscard]] inline double stdp_rate(const TripletStdp&) { return 1.0; }

} // namespace saltus
