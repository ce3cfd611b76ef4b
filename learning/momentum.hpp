// SPDX-License-Identifier: BSD-3-Clause
// Gradient descent with momentum (Polyak 1964; Nesterov's form as in Sutskever et al. 2013),
//
//     m <- momentum m + G,    w <- w - rate m     or, nesterov,     w <- w - rate (G + momentum m)
//
// Lazy form: with G = 0 the weight goes on moving. A row that was left alone is caught up, before it is used or read,
// by repeating the missed updates with G = 0: the same bits as if it had taken part in each.
#pragma once

#include "engine/core/simd.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace saltus {

struct Momentum {
    double rate = 1e-3;    ///< >= 0
    double momentum = 0.9; ///< 0 to below 1
    bool nesterov = false;

    static constexpr std::string_view name = "Momentum";
    static constexpr std::size_t memories = 1; ///< m
    static constexpr bool moves_at_zero = true;
    static constexpr bool fades_at_zero = true;

    template <class Real>
    struct Step {
        Real rate, momentum, now, after; ///< w <- w - rate (now G + after m)
        SALTUS_INLINE Real operator()(Real w, Real gradient, Real& m, Real&) const {
            m = momentum * m + gradient;
            return w - rate * (now * gradient + after * m);
        }
    };
    template <class Real>
    [[nodiscard]] Step<Real> step(double rate_now, std::int64_t /*number*/) const {
        const auto mu = static_cast<Real>(momentum);
        return {static_cast<Real>(rate_now), mu, nesterov ? Real{1} : Real{0}, nesterov ? mu : Real{1}};
    }
};

} // namespace saltus
