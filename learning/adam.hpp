// SPDX-License-Identifier: BSD-3-Clause
// Adam (Kingma and Ba 2015) in TensorFlow's form, epsilon outside the correction. The t-th update, t >= 1:
//
//     m <- b1 m + (1 - b1) G,    v <- b2 v + (1 - b2) G^2
//     w <- w - rate sqrt(1 - b2^t)/(1 - b1^t) m / (sqrt(v) + epsilon)
//
// AdamW (Loshchilov and Hutter 2019) is Adam with ProjectionSpec::weight_decay.
// Lazy form: with G = 0 the weight goes on moving. A row that was left alone is caught up, before it is used or read,
// by repeating the missed updates with G = 0: the same bits as if it had taken part in each.
#pragma once

#include "engine/core/simd.hpp"
#include "engine/core/stable_math.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace saltus {

struct Adam {
    double rate = 1e-3;    ///< >= 0
    double beta1 = 0.9;    ///< 0 to below 1
    double beta2 = 0.999;  ///< 0 to below 1
    double epsilon = 1e-8; ///< > 0

    static constexpr std::string_view name = "Adam";
    static constexpr std::size_t memories = 2; ///< m, v
    static constexpr bool moves_at_zero = true;
    static constexpr bool fades_at_zero = true;

    /// sqrt(1 - b2^t) / (1 - b1^t), t >= 1.
    [[nodiscard]] double correction(std::int64_t t) const {
        const auto power = [t](double b) { return b > 0.0 ? stable_exp(stable_log(b) * static_cast<double>(t)) : 0.0; };
        return std::sqrt(1.0 - power(beta2)) / (1.0 - power(beta1));
    }

    template <class Real>
    struct Step {
        Real size, b1, b2, epsilon; ///< size: the rate, corrected
        SALTUS_INLINE Real operator()(Real w, Real gradient, Real& m, Real& v) const {
            m = b1 * m + (Real{1} - b1) * gradient;
            v = b2 * v + (Real{1} - b2) * (gradient * gradient);
            return w - size * m / (std::sqrt(v) + epsilon);
        }
    };
    template <class Real>
    [[nodiscard]] Step<Real> step(double rate_now, std::int64_t number) const {
        return {static_cast<Real>(rate_now * correction(number)), static_cast<Real>(beta1), static_cast<Real>(beta2),
                static_cast<Real>(epsilon)};
    }
};

} // namespace saltus
