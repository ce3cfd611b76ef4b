// SPDX-License-Identifier: BSD-3-Clause
// Errors of a readout and the learning signals they become: L_j = sum_o B_jo E_o (Bellec et al. 2020, eq. 4).
#pragma once

#include "engine/core/simd.hpp"
#include "engine/core/stable_math.hpp"
#include "learning/parameters.hpp"

#include <cstddef>
#include <span>

namespace saltus {

/// softmax, in place; the largest entry is subtracted first, and the sum runs in index order.
inline void softmax(std::span<double> y) {
    double largest = y[0];
    for (const double value : y) largest = value > largest ? value : largest;
    double sum = 0.0;
    for (double& value : y) {
        value = stable_exp(value - largest);
        sum += value;
    }
    for (double& value : y) value /= sum;
}

/// Error of a readout; y and target: [outputs]; y is overwritten by the error.
inline void readout_error(Error kind, std::span<double> y, std::span<const double> target) {
    if (kind == Error::cross_entropy) softmax(y);
    for (std::size_t o = 0; o < y.size(); ++o) y[o] -= target[o];
}

/// signal[j] += sum_o error[o] feedback[o][j], outputs in index order. feedback: [outputs][stride].
template <class Real>
SALTUS_SIMD void add_learning_signal(Real* __restrict signal, const Real* __restrict feedback, std::size_t stride,
                                     std::size_t neurons, const Real* error, std::size_t outputs) {
    constexpr std::size_t chunk = 32;
    std::size_t j = 0;
    for (; j + chunk <= neurons; j += chunk) {
        Real sum[chunk];
        for (std::size_t k = 0; k < chunk; ++k) sum[k] = signal[j + k];
        for (std::size_t o = 0; o < outputs; ++o) {
            for (std::size_t k = 0; k < chunk; ++k) sum[k] += error[o] * feedback[o * stride + j + k];
        }
        for (std::size_t k = 0; k < chunk; ++k) signal[j + k] = sum[k];
    }
    for (; j < neurons; ++j) {
        Real sum = signal[j];
        for (std::size_t o = 0; o < outputs; ++o) sum += error[o] * feedback[o * stride + j];
        signal[j] = sum;
    }
}

} // namespace saltus
