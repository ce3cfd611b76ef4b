// SPDX-License-Identifier: BSD-3-Clause
// Plain gradient descent,
//
//     w <- w - rate G
//
// Lazy form: a gradient of zero changes nothing, so rows without arrivals are left alone; exact.
#pragma once

#include "engine/core/simd.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace saltus {

struct Sgd {
    double rate = 1e-3; ///< >= 0

    static constexpr std::string_view name = "Sgd";
    static constexpr std::size_t memories = 0;
    static constexpr bool moves_at_zero = false;
    static constexpr bool fades_at_zero = false;

    template <class Real>
    struct Step {
        Real rate;
        SALTUS_INLINE Real operator()(Real w, Real gradient, Real&, Real&) const { return w - rate * gradient; }
    };
    template <class Real>
    [[nodiscard]] Step<Real> step(double rate_now, std::int64_t /*number*/) const {
        return {static_cast<Real>(rate_now)};
    }
};

} // namespace saltus
