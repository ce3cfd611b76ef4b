// SPDX-License-Identifier: BSD-3-Clause
// Errors of a readout and the learning signals they become: L_j = sum_o B_jo E_o (Bellec et al. 2020, eq. 4).
#pragma once

#include "engine/core/simd.hpp"
#include "engine/core/stable_math.hpp"
#include "learning/parameters.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

namespace saltus {

/// y <- e^(y - shift).
SALTUS_SIMD inline void exponentials(double* y, std::size_t n, double shift) {
    for (std::size_t o = 0; o < n; ++o) y[o] = stable_exp(y[o] - shift);
}

/// softmax, in place; the largest entry is subtracted first, and the sum runs in index order.
inline void softmax(std::span<double> y) {
    double largest = y[0];
    for (const double value : y) largest = value > largest ? value : largest;
    exponentials(y.data(), y.size(), largest);
    double sum = 0.0;
    for (const double value : y) sum += value;
    const double inverse = 1.0 / sum;
    for (double& value : y) value *= inverse;
}

/// Error of a readout; y and target: [outputs]; y is overwritten by the error.
inline void readout_error(Error kind, std::span<double> y, std::span<const double> target) {
    if (kind == Error::cross_entropy) softmax(y);
    if (kind == Error::label || kind == Error::value) {
        for (std::size_t o = 0; o < y.size(); ++o) y[o] = kind == Error::value ? -1.0 : -target[o];
        return;
    }
    for (std::size_t o = 0; o < y.size(); ++o) y[o] -= target[o];
}

/// Several outputs of add_learning_signal in one pass.
template <std::size_t several, bool anew, class Real>
SALTUS_INLINE void add_signal_of(Real* __restrict signal, const Real* __restrict feedback, std::size_t stride,
                                 const Real* __restrict error) {
    if (stride % 16 != 0) __builtin_unreachable(); // no loop for a rest
    std::array<Real, several> e;
    for (std::size_t o = 0; o < several; ++o) e[o] = error[o];
#pragma GCC ivdep
    for (std::size_t j = 0; j < stride; ++j) {
        Real sum = anew ? Real{0} : signal[j];
#pragma GCC unroll 4
        for (std::size_t o = 0; o < several; ++o) sum += e[o] * feedback[o * stride + j];
        signal[j] = sum;
    }
}

/// signal[j] += sum_o error[o] feedback[o][j], outputs in index order. signal: [stride], feedback: [outputs][stride],
/// stride a multiple of 16 (the padding holds zeros).
/// @tparam anew signal counts as 0 before, whatever it holds
template <bool anew, class Real>
SALTUS_SIMD void add_learning_signal(Real* __restrict signal, const Real* __restrict feedback, std::size_t stride,
                                     const Real* __restrict error, std::size_t outputs) {
    switch (outputs % 4) {
        case 0:
            if constexpr (anew) std::fill_n(signal, stride, Real{0});
            break;
        case 1: add_signal_of<1, anew>(signal, feedback, stride, error); break;
        case 2: add_signal_of<2, anew>(signal, feedback, stride, error); break;
        default: add_signal_of<3, anew>(signal, feedback, stride, error); break;
    }
    for (std::size_t o = outputs % 4; o < outputs; o += 4)
        add_signal_of<4, false>(signal, feedback + o * stride, stride, error + o);
}

} // namespace saltus
