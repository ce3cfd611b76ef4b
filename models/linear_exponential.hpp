// SPDX-License-Identifier: BSD-3-Clause
// Zeros of  h(t) = (p + q t) e^(-k t) + r + s t,  k >= 0: at most three, isolated by repeated differentiation.
//
//     h''(t) = k (k (p + q t) - 2 q) e^(-k t)   has at most one zero, t = 2/k - p/q, in closed form;
//     so h' is monotone before and after it, with at most one zero in each part; so h is monotone between all of these.
//
// Where two alpha-shaped currents, one of them divided out, cancel (models/alpha_lif.hpp).
#pragma once

#include "engine/core/stable_math.hpp"
#include "models/current_crossing.hpp"

namespace saltus {

struct LinearExponential {
    double p, q, k, r, s;

    [[nodiscard]] double value(double t) const { return (p + q * t) * stable_exp(-k * t) + (r + s * t); }
    [[nodiscard]] double slope(double t) const { return (q - k * (p + q * t)) * stable_exp(-k * t) + s; }
    [[nodiscard]] double curvature(double t) const { return k * (k * (p + q * t) - 2.0 * q) * stable_exp(-k * t); }

    /// The first zero inside (low, high), or high.
    [[nodiscard]] double first_zero(double low, double high) const {
        const double inflection = q != 0.0 && k != 0.0 ? 2.0 / k - p / q : low;
        if (inflection > low && inflection < high) {
            const double zero = zero_in_half(low, inflection);
            if (zero < inflection) return zero;
            low = inflection;
        }
        return zero_in_half(low, high);
    }

  private:
    /// The same where h' is monotone.
    [[nodiscard]] double zero_in_half(double low, double high) const {
        const auto rate = [&](double t) { return slope(t); };
        const auto bend = [&](double t) { return curvature(t); };
        if ((slope(low) < 0.0) != (slope(high) < 0.0)) {
            const double extremum = monotone_root(rate, bend, low, high);
            const double zero = zero_in_monotone(low, extremum);
            if (zero < extremum) return zero;
            low = extremum;
        }
        return zero_in_monotone(low, high);
    }
    [[nodiscard]] double zero_in_monotone(double low, double high) const {
        if ((value(low) < 0.0) == (value(high) < 0.0)) return high;
        return monotone_root([&](double t) { return value(t); }, [&](double t) { return slope(t); }, low, high);
    }
};

} // namespace saltus
