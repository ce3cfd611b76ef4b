// SPDX-License-Identifier: BSD-3-Clause
// Reward-based e-prop with an actor and a critic (Bellec et al. 2020, eqs. 5, 36, 37). The eligibility is low-passed as
// in e-prop, weighted with the learning signal, and discounted until the temporal-difference error delta comes:
//
//     g  <- g + delta f                   delta_n = r_n + gamma V_n - V_(n-1), f as the step before left it
//     eb <- kappa eb + c e
//     f  <- discount f + L_j eb           F_gamma(L eb)
//
// w <- w - rate g: L_j descends -log(policy of the action taken) and -c_V V, so a positive delta makes both grow. Onto
// the readouts themselves (actor, critic) e = z and there is no low-pass:  f <- discount f + E_o z. delta is the third
// coefficient.
#pragma once

#include "learning/membrane.hpp"
#include "learning/rule_map.hpp"

namespace saltus {

struct RewardHead {
    static constexpr std::size_t eb = 0, f = 1, g = 2, es = 0;
    static constexpr std::size_t traces = 3;
    static constexpr bool has_rate_sum = false;
    static constexpr bool has_third = true;

    double kappa;    ///< decay of the low-pass per learning step
    double gain;     ///< c
    double discount; ///< gamma, per learning step

    template <class Real, class Rows>
    SALTUS_INLINE void fill(const Rows& rows, Real signal, Real delta) const {
        const auto c = static_cast<Real>(gain), k = static_cast<Real>(kappa);
        rows.take(eb, c);
        rows.keep(eb, eb, k);
        rows.take(f, signal, c);
        rows.keep(f, eb, signal * k);
        rows.keep(f, f, static_cast<Real>(discount));
        rows.keep(g, f, delta);
        rows.keep(g, g, Real{1});
    }
};

/// Without a low-pass.
struct RewardReadoutHead {
    static constexpr std::size_t f = 0, g = 1, es = 0;
    static constexpr std::size_t traces = 2;
    static constexpr bool has_rate_sum = false;
    static constexpr bool has_third = true;

    double discount; ///< gamma, per learning step

    template <class Real, class Rows>
    SALTUS_INLINE void fill(const Rows& rows, Real signal, Real delta) const {
        rows.take(f, signal);
        rows.keep(f, f, static_cast<Real>(discount));
        rows.keep(g, f, delta);
        rows.keep(g, g, Real{1});
    }
};

template <bool adaptive, bool currents = false>
using RewardMap = RuleMap<LifMembrane<adaptive, currents>, RewardHead>;
template <bool currents = false>
using RewardReadoutMap = RuleMap<LeakMembrane<currents>, RewardReadoutHead>;

} // namespace saltus
