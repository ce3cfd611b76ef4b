// SPDX-License-Identifier: BSD-3-Clause
// Errors of a readout and the learning signals they become: L_j = sum_o B_jo E_o (Bellec et al. 2020, eq. 4).
#pragma once

#include "engine/core/simd.hpp"
#include "engine/core/stable_math.hpp"
#include "learning/parameters.hpp"

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

/// One block of add_learning_signal; the sums stay in registers.
template <std::size_t block, bool anew, class Real>
SALTUS_INLINE void add_signal_block(Real* __restrict signal, const Real* __restrict feedback, std::size_t stride,
                                    const Real* __restrict error, std::size_t outputs) {
    Real sum[block];
    for (std::size_t k = 0; k < block; ++k) sum[k] = anew ? Real{0} : signal[k];
    for (std::size_t o = 0; o < outputs; ++o) {
        for (std::size_t k = 0; k < block; ++k) sum[k] += error[o] * feedback[o * stride + k];
    }
    for (std::size_t k = 0; k < block; ++k) signal[k] = sum[k];
}

/// signal[j] += sum_o error[o] feedback[o][j], outputs in index order. signal: [stride], feedback: [outputs][stride],
/// stride a multiple of 16 (the padding holds zeros).
/// @tparam anew signal counts as 0 before, whatever it holds
template <bool anew, class Real>
SALTUS_SIMD void add_learning_signal(Real* __restrict signal, const Real* __restrict feedback, std::size_t stride,
                                     const Real* __restrict error, std::size_t outputs) {
    std::size_t j = 0;
    for (; j + 64 <= stride; j += 64) add_signal_block<64, anew>(signal + j, feedback + j, stride, error, outputs);
    for (; j < stride; j += 16) add_signal_block<16, anew>(signal + j, feedback + j, stride, error, outputs);
}

} // namespace saltus
