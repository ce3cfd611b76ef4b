// SPDX-License-Identifier: BSD-3-Clause
// Delta rule of a leaky readout (Bellec et al. 2020, eq. 29): the exact gradient of the readout's weights. One learning
// step of a synapse j -> o, z_j holding this step's arrivals, E_o the error:
//
//     g <- g + E_o z,    z <- kappa z
#pragma once

#include "learning/trace_map.hpp"

namespace saltus {

struct ReadoutMap {
    static constexpr std::size_t traces = 2;
    static constexpr std::size_t z = 0;
    static constexpr std::size_t g = 1;
    static constexpr bool has_rate_sum = false;

    double kappa; ///< decay of the readout per learning step

    template <class Real>
    [[nodiscard]] SALTUS_INLINE TraceMap<Real, traces> step(Real /*psi*/, Real error) const {
        return {static_cast<Real>(kappa), error, Real{1}};
    }
};

} // namespace saltus
