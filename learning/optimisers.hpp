// SPDX-License-Identifier: BSD-3-Clause
// Optimisers on one row of synapses (all synapses of one source), pure functions on arrays.
//
// SGD acts on touched rows only; that is exact, as a gradient of zero changes nothing.
// Adam moves weights even where the gradient is zero, so a row that was left alone for some updates is first caught up
// by repeating the update with G = 0: the result equals the eager form, in which every synapse takes part in every
// update.
#pragma once

#include "engine/core/simd.hpp"
#include "engine/core/stable_math.hpp"
#include "learning/parameters.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace saltus {

/// w <- clip(w - rate G).
template <class Real>
SALTUS_SIMD void sgd_row(Real* __restrict w, const Real* __restrict gradient, std::size_t n, Real rate, Real low,
                         Real high) {
    for (std::size_t k = 0; k < n; ++k) {
        const Real moved = w[k] - rate * gradient[k];
        w[k] = moved < low ? low : (moved > high ? high : moved);
    }
}

/// Update number `step_size`-corrected Adam: m <- b1 m + (1-b1) G, v <- b2 v + (1-b2) G^2, w <- w - s m / (sqrt(v) +
/// eps).
template <class Real>
SALTUS_SIMD void adam_row(Real* __restrict w, Real* __restrict m, Real* __restrict v, const Real* __restrict gradient,
                          std::size_t n, Real step_size, Real b1, Real b2, Real eps, Real low, Real high) {
    for (std::size_t k = 0; k < n; ++k) {
        m[k] = b1 * m[k] + (Real{1} - b1) * gradient[k];
        v[k] = b2 * v[k] + (Real{1} - b2) * (gradient[k] * gradient[k]);
        const Real moved = w[k] - step_size * m[k] / (std::sqrt(v[k]) + eps);
        w[k] = moved < low ? low : (moved > high ? high : moved);
    }
}

/// sqrt(1 - b2^t) / (1 - b1^t), the bias correction of Adam's t-th update, t >= 1.
[[nodiscard]] inline double adam_correction(const Adam& p, std::int64_t t) {
    const auto power = [t](double b) { return b > 0.0 ? stable_exp(stable_log(b) * static_cast<double>(t)) : 0.0; };
    return std::sqrt(1.0 - power(p.beta2)) / (1.0 - power(p.beta1));
}

} // namespace saltus
