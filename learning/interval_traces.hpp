// SPDX-License-Identifier: BSD-3-Clause
// Interval schedule: the gradient of a synapse at the interval's end is the sum, over its arrivals s, of
//
//     u_j(s) = g-component of M_j(s .. end) e_z,
//
// what a unit arrival at step s has contributed by then. u_j is shared by all synapses onto j, and no synapse holds any
// state but its weight. It is obtained from the recorded (psi, L) of each step by pulling the row vector that reads the
// gradient back through the one-step maps: a few multiply-adds per neuron and step, vectorised across neurons.
// This is a sum over one neuron's own traces; nothing is propagated between neurons or through the network's dynamics.
#pragma once

#include "learning/trace_map.hpp"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace saltus {

/// One pull-back step for n neurons. r: [traces][stride]; psi, signal, unit: [n].
template <TraceRule Rule, class Real>
SALTUS_SIMD void pull_back_step(const Rule& rule_in, std::size_t n, std::size_t stride, const Real* __restrict psi,
                                const Real* __restrict signal, Real* __restrict r, Real* __restrict unit) {
    const Rule rule = rule_in;
#pragma GCC ivdep
    for (std::size_t j = 0; j < n; ++j) {
        std::array<Real, Rule::traces> row;
#pragma GCC unroll 8
        for (std::size_t k = 0; k < Rule::traces; ++k) row[k] = r[k * stride + j];
        const TraceMap<Real, Rule::traces> map = rule.template step<Real>(psi[j], signal[j]);
        pull_back<Real, Rule::traces>(map, row);
#pragma GCC unroll 8
        for (std::size_t k = 0; k < Rule::traces; ++k) r[k * stride + j] = row[k];
        unit[j] = row[Rule::z];
    }
}

/// History of one learning population over one interval, and the unit gradients made from it.
/// Arrays are time-major: [step of the interval][neuron], rows padded to `stride`.
template <class Real>
class IntervalTraces {
  public:
    static constexpr std::size_t max_traces = 5;

    /// @param neurons size of the learning population @param steps learning steps per interval
    IntervalTraces(std::size_t neurons, std::size_t steps)
        : neurons_(neurons), stride_((neurons + 15) / 16 * 16), steps_(steps), psi_(stride_ * steps),
          signal_(stride_ * steps), unit_(stride_ * steps), row_(stride_ * max_traces), recorded_(steps, 0) {}

    [[nodiscard]] std::size_t steps() const { return steps_; }
    /// Distance of rows: neurons rounded up to a multiple of 16.
    [[nodiscard]] std::size_t stride() const { return stride_; }

    /// Surrogate derivatives of step s (0-based in the interval), to be filled by the caller: [neurons].
    [[nodiscard]] Real* psi(std::size_t s) { return recorded_[s] = 1, &psi_[s * stride_]; }
    /// Learning signals of step s, to be filled by the caller: [neurons], readable and writable up to stride().
    [[nodiscard]] Real* signal(std::size_t s) { return &signal_[s * stride_]; }
    /// After finish(): what a unit arrival at step s contributed to the gradient: [neurons].
    [[nodiscard]] const Real* unit_gradient(std::size_t s) const { return &unit_[s * stride_]; }

    /// Ends the interval. Steps that were not recorded (learning was off) count as psi = L = 0.
    /// @param scale factor on the gradient @param rate_factor r_j of the rate regulariser [neurons], or null.
    template <TraceRule Rule>
    void finish(const Rule& rule, Real scale, const Real* rate_factor) {
        static_assert(Rule::traces <= max_traces);
        std::fill(row_.begin(), row_.end(), Real{0});
        for (std::size_t j = 0; j < neurons_; ++j) row_[Rule::g * stride_ + j] = scale;
        if constexpr (Rule::has_rate_sum) {
            if (rate_factor != nullptr) {
                for (std::size_t j = 0; j < neurons_; ++j) row_[Rule::es * stride_ + j] = scale * rate_factor[j];
            }
        }
        for (std::size_t s = steps_; s-- > 0;) {
            if (!recorded_[s]) clear(s);
            pull_back_step<Rule, Real>(rule, neurons_, stride_, &psi_[s * stride_], &signal_[s * stride_], row_.data(),
                                       &unit_[s * stride_]);
            recorded_[s] = 0;
        }
    }

    /// Ends the interval without a gradient.
    void discard() { std::fill(recorded_.begin(), recorded_.end(), std::uint8_t{0}); }

    /// Feeds the recorded steps of one neuron to a hash.
    template <class Hash>
    void hash(std::size_t neuron, Hash& h) const {
        for (std::size_t s = 0; s < steps_; ++s) {
            h.add(recorded_[s]);
            if (!recorded_[s]) continue;
            h.add(psi_[s * stride_ + neuron]);
            h.add(signal_[s * stride_ + neuron]);
        }
    }

    /// Bytes held for this history.
    [[nodiscard]] std::size_t bytes() const { return (psi_.size() * 3 + row_.size()) * sizeof(Real); }

  private:
    void clear(std::size_t s) {
        std::fill_n(&psi_[s * stride_], stride_, Real{0});
        std::fill_n(&signal_[s * stride_], stride_, Real{0});
    }

    std::size_t neurons_, stride_, steps_;
    std::vector<Real> psi_, signal_, unit_; // [steps][stride]
    std::vector<Real> row_;                 // [max_traces][stride]
    std::vector<std::uint8_t> recorded_;    // [steps]
};

} // namespace saltus
