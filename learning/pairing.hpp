// SPDX-License-Identifier: BSD-3-Clause
// Rules that pair both orders of pre and post. One learning step; s counts the arrivals of this step, x is their
// low-pass (this step's included), p the target's factor, q its low-pass (this step's not included: q <- trail (q + p),
// last):
//
//     e  = after p x + before q s,    x <- decay x,    s <- 0
//
// S-TLLR (Apolinario and Roy 2025): p = psi_j, after = alpha_post, before = alpha_pre (either sign), and
//     g <- g + L_j e                                  (InstantHead)
// Reward-modulated STDP (Fremaux and Gerstner 2016): p = spikes of j in this step, after = A+, before = -A-, and
//     eb <- kappa eb + e,   g <- g - R eb             (LowPassHead with gain 1 and L_j = -R, the reward)
// q is the third coefficient, and p comes in the place of psi.
#pragma once

#include "learning/eprop.hpp"
#include "learning/instant.hpp"

namespace saltus {

struct PairingMembrane {
    static constexpr std::size_t s = 0, x = 1;
    static constexpr std::size_t traces = 2;
    static constexpr std::size_t entries = 2;
    static constexpr std::size_t shared = 2;
    static constexpr bool has_third = true;

    double decay;  ///< of x per learning step
    double after;  ///< worth of the target's factor after an arrival
    double before; ///< worth of the target's factor before an arrival

    template <class Real, std::size_t all>
    [[nodiscard]] SALTUS_INLINE std::array<Real, traces> fill(TraceMap<Real, all>& m, Real p, Real q) const {
        m[packed(x, x)] = static_cast<Real>(decay);
        return {static_cast<Real>(before) * q, static_cast<Real>(after) * p};
    }
};

using StllrMap = RuleMap<PairingMembrane, InstantHead>;
using RewardStdpMap = RuleMap<PairingMembrane, LowPassHead<false>>;

} // namespace saltus
