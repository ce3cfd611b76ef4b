// SPDX-License-Identifier: BSD-3-Clause
// e-prop: online learning with eligibility traces (Bellec et al. 2020, eqs. 3-5, 22-25; Neftci, Mostafa, Zenke 2019,
// section "forward methods"). One learning step of a synapse i -> j; e and the traces behind it are those of
// membrane.hpp:
//
//     e    = psi_j (z - beta eps)            eligibility; z holds this step's arrivals
//     eb  <- kappa eb + c e                  low-passed eligibility; c = 1 - kappa or 1
//     g   <- g + L_j eb (+ V_j z)            gradient; V_j: what the voltage regulariser asks for, if there is one
//     es  <- es + e                          for the firing-rate regulariser (interval schedule)
//
// psi is 0 while j is refractory. Also the head of reward-modulated STDP (pairing.hpp).
#pragma once

#include "learning/membrane.hpp"
#include "learning/rule_map.hpp"

namespace saltus {

/// @tparam rate_sum the trace es is kept @tparam voltage the third coefficient is V_j, on trace h of the membrane
template <bool rate_sum, bool voltage = false, std::size_t h = 0>
struct LowPassHead {
    static constexpr std::size_t eb = 0, g = 1;
    static constexpr std::size_t es = 2; // only if rate_sum
    static constexpr std::size_t traces = rate_sum ? 3 : 2;
    static constexpr bool has_rate_sum = rate_sum;
    static constexpr bool has_third = voltage;

    double kappa; ///< decay of the low-pass per learning step
    double gain;  ///< c

    /// Of every map.
    [[nodiscard]] std::array<double, traces> diagonal() const requires(!rate_sum) { return {kappa, 1.0}; }

    template <class Real, class Rows>
    SALTUS_INLINE void fill(const Rows& rows, Real signal, Real third) const {
        const auto c = static_cast<Real>(gain), k = static_cast<Real>(kappa);
        rows.take(eb, c);
        rows.keep(eb, eb, k);
        rows.take(g, signal, c);
        rows.keep(g, eb, signal * k);
        rows.keep(g, g, Real{1});
        if constexpr (voltage) rows.add(g, h, third);
        if constexpr (rate_sum) {
            rows.take(es, Real{1});
            rows.keep(es, es, Real{1});
        }
    }
};

/// e-prop onto LIF or adaptive LIF neurons.
template <bool adaptive, bool rate_sum>
using EpropMap = RuleMap<LifMembrane<adaptive>, LowPassHead<rate_sum>>;

} // namespace saltus
