// SPDX-License-Identifier: BSD-3-Clause
// SuperSpike (Zenke and Ganguli 2018; Neftci, Mostafa, Zenke 2019, appendix B): gradient of the van Rossum distance of
// spike trains. The eligibility, psi_j times the postsynaptic potential h of i's spikes, is filtered by the kernel of
// the distance, a double exponential; L_j is the error filtered by the same kernel
// (spike_error.hpp), and c d_j more where rates are kept (RateRegularisation). One learning step:
//
//     el  <- el + e                              e = psi_j h, of membrane.hpp
//     elf <- keep elf + rise el                  keep = exp(-step/tau_decay), rise = 1 - keep
//     g   <- g + L_j elf
//     el  <- decay el                            decay = exp(-step/tau_rise), last
//
// In this order, as in the published code (which has rise = step/tau_decay and keep = 1 - rise, Euler's form).
//
// With an ActivityPenalty there is also g <- g + c w_ij R_j^4, R_j the target's low-passed spikes. That reads a weight
// which does not change within an interval, so it is no trace: c times the sum of R_j^4 is kept for each neuron.
#pragma once

#include "learning/membrane.hpp"
#include "learning/rule_map.hpp"

namespace saltus {

struct DoubleFilterHead {
    static constexpr std::size_t el = 0, elf = 1, g = 2, es = 0;
    static constexpr std::size_t traces = 3;
    static constexpr bool has_rate_sum = false;
    static constexpr bool has_third = false;

    double decay; ///< of el per learning step
    double keep;  ///< of elf per learning step
    double rise;  ///< what elf takes of el

    [[nodiscard]] std::array<double, traces> diagonal() const { return {decay, keep, 1.0}; }

    template <class Real, class Rows>
    SALTUS_INLINE void fill(const Rows& rows, Real signal, Real /*third*/) const {
        const auto d = static_cast<Real>(decay), k = static_cast<Real>(keep), r = static_cast<Real>(rise);
        rows.take(el, d);
        rows.keep(el, el, d);
        rows.take(elf, r);
        rows.keep(elf, el, r);
        rows.keep(elf, elf, k);
        rows.take(g, signal, r);
        rows.keep(g, el, signal * r);
        rows.keep(g, elf, signal * k);
        rows.keep(g, g, Real{1});
    }
};

template <bool currents>
using SuperSpikeMap = RuleMap<LifMembrane<false, currents>, DoubleFilterHead>;

} // namespace saltus
