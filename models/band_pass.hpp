// SPDX-License-Identifier: BSD-3-Clause
// A band-pass filter of second order, gain 1 at its centre: the bilinear transform of
//
//     H(s) = (s / Q) / (s^2 + s / Q + 1),
//
// with a = sin(w) / (2 Q), w = 2 pi f / f_s, in transposed direct form II:
//
//     y = b x + s1;   s1 <- s2 - a1 y;   s2 <- -b x - a2 y
//     b = a / (1 + a),   a1 = -2 cos(w) / (1 + a),   a2 = (1 - a) / (1 + a)
//
// Bristow-Johnson, "Cookbook formulae for audio equalizer biquad filter coefficients". A bank of them with centres
// spaced evenly on a logarithmic scale is the simplest cochlea.
#pragma once

#include "engine/core/stable_math.hpp"

#include <cassert>
#include <cstddef>

namespace saltus {

/// Sine and cosine of x in 0 to pi, within 1e-15, the same bits on every CPU.
struct SineCosine {
    double sine, cosine;
};
[[nodiscard]] constexpr SineCosine stable_sine_cosine(double x) {
    constexpr double half_pi = 1.5707963267948966, pi_low = 6.123233995736766e-17;
    const double r = (x - half_pi) - pi_low; // sin x = cos r, cos x = -sin r, |r| <= pi / 2
    const double q = r * r;
    double s = 0.0, c = 0.0; // Taylor series to r^23, r^24, from the smallest term
    for (int n = 11; n >= 1; --n) {
        s = -(1.0 + s) * q / ((2.0 * n) * (2.0 * n + 1.0));
        c = -(1.0 + c) * q / ((2.0 * n - 1.0) * (2.0 * n));
    }
    return {1.0 + c, -(r + r * s)};
}

class BandPass {
  public:
    /// @param centre of the sampling rate, above 0 and below 0.5 @param quality centre divided by width, above 0
    BandPass(double centre, double quality) {
        assert(centre > 0.0 && centre < 0.5 && quality > 0.0);
        const auto [sine, cosine] = stable_sine_cosine(6.283185307179586 * centre);
        const double a = sine / (2.0 * quality);
        b_ = a / (1.0 + a);
        a1_ = -2.0 * cosine / (1.0 + a);
        a2_ = (1.0 - a) / (1.0 + a);
    }

    double operator()(double x) {
        const double y = b_ * x + s1_;
        s1_ = s2_ - a1_ * y;
        s2_ = -b_ * x - a2_ * y;
        return y;
    }

  private:
    double b_, a1_, a2_;
    double s1_ = 0.0, s2_ = 0.0;
};

/// Centre k of n, from `low` to `high`, evenly spaced on a logarithmic scale.
[[nodiscard]] inline double centre_frequency(std::size_t k, std::size_t n, double low, double high) {
    if (n < 2) return low;
    return low * stable_exp(stable_log(high / low) * (static_cast<double>(k) / static_cast<double>(n - 1)));
}

} // namespace saltus
