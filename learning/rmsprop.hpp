// SPDX-License-Identifier: BSD-3-Clause
// RMSprop (Tieleman and Hinton 2012): steps in units of the gradient's recent size, per synapse,
//
//     v <- decay v + (1 - decay) G^2,    w <- w - rate G / (sqrt(v) + epsilon)
//
// Lazy form: with G = 0 the weight stays and v decays. v of a row that was left alone is caught up at the row's next
// update by repeating the missed decays: the same bits as if it had taken part in each.
#pragma once

#include "engine/core/simd.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace saltus {

struct RmsProp {
    double rate = 1e-3;    ///< >= 0
    double decay = 0.9;    ///< per update, 0 to below 1
    double epsilon = 1e-8; ///< > 0

    static constexpr std::string_view name = "RmsProp";
    static constexpr std::size_t memories = 1; ///< v
    static constexpr bool moves_at_zero = false;
    static constexpr bool fades_at_zero = true;

    template <class Real>
    struct Step {
        Real rate, decay, epsilon;
        SALTUS_INLINE Real operator()(Real w, Real gradient, Real& v, Real&) const {
            v = decay * v + (Real{1} - decay) * (gradient * gradient);
            return w - rate * gradient / (std::sqrt(v) + epsilon);
        }
    };
    template <class Real>
    [[nodiscard]] Step<Real> step(double rate_now, std::int64_t /*number*/) const {
        return {static_cast<Real>(rate_now), static_cast<Real>(decay), static_cast<Real>(epsilon)};
    }
};

} // namespace saltus
