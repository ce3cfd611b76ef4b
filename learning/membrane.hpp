// SPDX-License-Identifier: BSD-3-Clause
// How an arrival moves the target's membrane, and what that is worth to its spiking: the first traces of a rule.
//
//     e    = psi (h - beta eps)               h: derivative of the membrane by the weight; beta = 0 without adaptation
//     eps <- psi h + (rho - beta psi) eps     derivative of the adaptation
//     h   <- alpha h + feed i - fall e        fall = 0 unless the reset is part of the gradient
//     i   <- sigma i                          derivative of the synaptic current, if there are currents
//
// Delta synapses: an arrival adds to h. Currents (CuBa LIF; Neftci, Mostafa, Zenke 2019, eqs. 1-2): it adds to i, and
// to h what the current has moved the membrane by up to the edge (ArrivalKernel); over a step it is feed = P(step)
// (models/psp_kernel.hpp). The reset is usually left out of the derivative, "detached"; with it (soft reset only)
// fall = threshold * exp(-(time from the spike's effect to the next edge)/tau_m).
#pragma once

#include "learning/trace_map.hpp"

#include <array>
#include <cstddef>

namespace saltus {

/// LIF, adaptive LIF, CuBa LIF.
template <bool adaptive, bool currents = false, bool reset = false>
struct LifMembrane {
    static constexpr std::size_t h = currents ? 1 : 0;
    static constexpr std::size_t eps = h + 1; // only if adaptive
    static constexpr std::size_t traces = 1 + (adaptive ? 1 : 0) + (currents ? 1 : 0);
    static constexpr std::size_t entries = currents ? 2 : 1;
    static constexpr std::size_t shared = reset ? entries - 1 : entries;
    static constexpr bool has_third = false;
    static constexpr bool is_adaptive = adaptive;

    double alpha;       ///< membrane decay per learning step
    double rho = 0.0;   ///< adaptation decay per learning step
    double beta = 0.0;  ///< threshold increase per spike
    double sigma = 0.0; ///< current decay per learning step
    double feed = 0.0;  ///< what a unit current moves the membrane by in a learning step
    double fall = 0.0;  ///< what a unit eligibility takes off h

    /// Of every map; with adaptation or the reset it depends on psi, and currents have two entry traces.
    [[nodiscard]] std::array<double, traces> diagonal() const requires(!adaptive && !currents && !reset) {
        return {alpha};
    }

    template <class Real, std::size_t all>
    [[nodiscard]] SALTUS_INLINE std::array<Real, traces> fill(TraceMap<Real, all>& m, Real psi, Real /*third*/) const {
        std::array<Real, traces> e{};
        e[h] = psi;
        m[packed(h, h)] = static_cast<Real>(alpha);
        if constexpr (currents) {
            m[packed(0, 0)] = static_cast<Real>(sigma);
            m[packed(h, 0)] = static_cast<Real>(feed);
        }
        if constexpr (adaptive) {
            const Real raised = static_cast<Real>(beta) * psi;
            e[eps] = -raised;
            m[packed(eps, h)] = psi;
            m[packed(eps, eps)] = static_cast<Real>(rho) - raised;
        }
        if constexpr (reset) {
            static_assert(!adaptive, "h reads eps and eps reads h: not triangular");
            m[packed(h, h)] -= static_cast<Real>(fall) * psi;
        }
        return e;
    }
};

/// A readout, or a target whose spiking plays no part: e = h, h <- decay h, behind a synaptic current + feed i.
template <bool currents = false>
struct LeakMembrane {
    static constexpr std::size_t h = currents ? 1 : 0;
    static constexpr std::size_t traces = h + 1;
    static constexpr std::size_t entries = traces;
    static constexpr std::size_t shared = traces;
    static constexpr bool has_third = false;

    double decay;       ///< per learning step
    double sigma = 0.0; ///< current decay per learning step
    double feed = 0.0;  ///< what a unit current moves the output by in a learning step

    [[nodiscard]] std::array<double, traces> diagonal() const requires(!currents) { return {decay}; }

    template <class Real, std::size_t all>
    [[nodiscard]] SALTUS_INLINE std::array<Real, traces> fill(TraceMap<Real, all>& m, Real /*psi*/,
                                                              Real /*third*/) const {
        std::array<Real, traces> e{};
        e[h] = Real{1};
        m[packed(h, h)] = static_cast<Real>(decay);
        if constexpr (currents) {
            m[packed(0, 0)] = static_cast<Real>(sigma);
            m[packed(h, 0)] = static_cast<Real>(feed);
        }
        return e;
    }
};

} // namespace saltus
