// SPDX-License-Identifier: BSD-3-Clause
// Readouts whose weights change at every edge: one low-passed spike train z per row (readout_rule.hpp), where the
// readout has a synaptic current behind one of the current's own, i:
//
//     z <- kappa z + feed i,   i <- sigma i
#pragma once

#include "engine/core/denormals.hpp"
#include "engine/core/simd.hpp"
#include "learning/membrane.hpp"

#include <array>
#include <cstddef>
#include <vector>

namespace saltus {

/// z <- decay z, next to nothing becomes nothing. @return how many are not 0.
SALTUS_SIMD inline std::size_t decay_traces(double* __restrict z, std::size_t n, double decay) {
    std::size_t left = 0;
#pragma GCC ivdep
    for (std::size_t r = 0; r < n; ++r) {
        z[r] = settled(z[r] * decay);
        left += z[r] != 0.0 ? 1 : 0;
    }
    return left;
}

/// z <- decay z + feed i, next to nothing becomes nothing. @return how many are not 0.
SALTUS_SIMD inline std::size_t feed_traces(double* __restrict z, const double* __restrict i, std::size_t n,
                                           double decay, double feed) {
    std::size_t left = 0;
#pragma GCC ivdep
    for (std::size_t r = 0; r < n; ++r) {
        z[r] = settled(z[r] * decay + feed * i[r]);
        left += z[r] != 0.0 ? 1 : 0;
    }
    return left;
}

class ReadoutTraces {
  public:
    ReadoutTraces() = default;
    template <bool currents>
    ReadoutTraces(const LeakMembrane<currents>& membrane, std::size_t rows)
        : z_(rows, 0.0), i_(currents ? rows : 0, 0.0), decay_(membrane.decay), sigma_(membrane.sigma),
          feed_(membrane.feed) {}

    /// z: [rows], of this step.
    [[nodiscard]] const double* data() const { return z_.data(); }
    [[nodiscard]] std::size_t rows() const { return z_.size(); }
    [[nodiscard]] double operator[](std::size_t row) const { return z_[row]; }
    /// Rows whose z is not 0.
    [[nodiscard]] std::size_t traced() const { return traced_; }

    /// @param effect what an arrival adds by the edge (ArrivalKernel)
    void arrive(std::size_t row, const std::array<double, 2>& effect) {
        const double moved = effect[i_.empty() ? 0 : 1];
        traced_ += z_[row] == 0.0 && moved != 0.0 ? 1 : 0;
        z_[row] += moved;
        if (i_.empty()) return;
        flowing_ += i_[row] == 0.0 ? 1 : 0;
        i_[row] += effect[0];
    }

    /// To the next step.
    void end_step() {
        if (flowing_ != 0) {
            traced_ = feed_traces(z_.data(), i_.data(), z_.size(), decay_, feed_);
            flowing_ = decay_traces(i_.data(), i_.size(), sigma_);
        } else if (traced_ != 0) {
            traced_ = decay_traces(z_.data(), z_.size(), decay_);
        }
    }

    template <class Hash>
    void hash_row(std::size_t row, Hash& h) const {
        h.add(z_[row]);
        if (!i_.empty()) h.add(i_[row]);
    }
    [[nodiscard]] std::size_t bytes() const { return (z_.size() + i_.size()) * sizeof(double); }

  private:
    std::vector<double> z_, i_; // [row]; no i without currents
    double decay_ = 0.0, sigma_ = 0.0, feed_ = 0.0;
    std::size_t traced_ = 0, flowing_ = 0; // rows whose z, whose i is not 0
};

} // namespace saltus
