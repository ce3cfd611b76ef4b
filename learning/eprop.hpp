// SPDX-License-Identifier: BSD-3-Clause
// e-prop: online learning with eligibility traces (Bellec et al. 2020, eqs. 3-5, 22-25; Neftci, Mostafa, Zenke 2019,
// section "forward methods"). One learning step of a synapse i -> j, z_i holding this step's arrivals:
//
//     e    = psi_j (z - beta eps)            eligibility; beta = 0 for plain LIF
//     eps <- psi_j z + (rho - beta psi_j) eps
//     eb  <- kappa eb + c e                  low-passed eligibility; c = 1 - kappa or 1
//     g   <- g + L_j eb                      gradient
//     es  <- es + e                          for the firing-rate regulariser (interval schedule)
//     z   <- alpha z
//
// The reset is not part of the derivative (it is "detached"); psi is 0 while j is refractory.
#pragma once

#include "learning/trace_map.hpp"

namespace saltus {

/// One-step map of e-prop. @tparam adaptive the target neuron has an adaptive threshold
/// @tparam rate_sum the trace es is kept
template <bool adaptive, bool rate_sum>
struct EpropMap {
    static constexpr std::size_t traces = 3 + (adaptive ? 1 : 0) + (rate_sum ? 1 : 0);
    static constexpr std::size_t z = 0;
    static constexpr std::size_t eps = 1; // only if adaptive
    static constexpr std::size_t eb = adaptive ? 2 : 1;
    static constexpr std::size_t g = eb + 1;
    static constexpr std::size_t es = eb + 2; // only if rate_sum
    static constexpr bool has_rate_sum = rate_sum;

    double alpha; ///< membrane decay per learning step
    double rho;   ///< adaptation decay per learning step
    double beta;  ///< threshold increase per spike
    double kappa; ///< decay of the low-pass per learning step
    double gain;  ///< c

    /// The diagonal of every map; with adaptation it depends on psi.
    [[nodiscard]] std::array<double, traces> diagonal() const requires(!adaptive && !rate_sum) {
        return {alpha, kappa, 1.0};
    }

    template <class Real>
    [[nodiscard]] SALTUS_INLINE TraceMap<Real, traces> step(Real psi, Real signal) const {
        const auto c = static_cast<Real>(gain);
        TraceMap<Real, traces> m{};
        m[packed(z, z)] = static_cast<Real>(alpha);
        m[packed(eb, z)] = c * psi;
        m[packed(eb, eb)] = static_cast<Real>(kappa);
        m[packed(g, z)] = signal * (c * psi);
        m[packed(g, eb)] = signal * static_cast<Real>(kappa);
        m[packed(g, g)] = 1;
        if constexpr (adaptive) {
            const Real raised = static_cast<Real>(beta) * psi;
            m[packed(eps, z)] = psi;
            m[packed(eps, eps)] = static_cast<Real>(rho) - raised;
            m[packed(eb, eps)] = -(c * raised);
            m[packed(g, eps)] = -(signal * (c * raised));
            if constexpr (rate_sum) m[packed(es, eps)] = -raised;
        }
        if constexpr (rate_sum) {
            m[packed(es, z)] = psi;
            m[packed(es, es)] = 1;
        }
        return m;
    }
};

} // namespace saltus
