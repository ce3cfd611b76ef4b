// SPDX-License-Identifier: BSD-3-Clause
// Interval schedule: the gradient of a synapse at the interval's end is the sum, over its arrivals s, of
//
//     u_j(s) = g-component of M_j(s .. end) e_z,
//
// what a unit arrival at step s has contributed by then (for rules with two entry traces, one such for each). u_j is
// shared by all synapses onto j, and no synapse holds any state but its weight. It is obtained from the recorded
// coefficients of each step by pulling the row vector that reads the gradient back through the one-step maps: a few
// multiply-adds per neuron and step, vectorised across neurons. This is a sum over one neuron's own traces; nothing is
// propagated between neurons or through the network's dynamics.
//
// With `memory` > 0, traces do not start anew: arrivals up to so many steps before the interval count for its gradient
// too. The row vector is pulled on through those steps, without the part that reads g: their own L has been used.
#pragma once

#include "learning/trace_map.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace saltus {

/// One pull-back step for n neurons. r: [traces][stride]; psi, signal: [n]; third: [n], or anything if the rule has
/// none; unit: [n] for each entry trace.
template <TraceRule Rule, class Real>
SALTUS_SIMD void pull_back_step(const Rule& rule_in, std::size_t n, std::size_t stride, const Real* __restrict psi,
                                const Real* __restrict signal, const Real* __restrict third, Real* __restrict r,
                                Real* __restrict unit, Real* __restrict second_unit) {
    const Rule rule = rule_in;
#pragma GCC ivdep
    for (std::size_t j = 0; j < n; ++j) {
        std::array<Real, Rule::traces> row;
#pragma GCC unroll 8
        for (std::size_t k = 0; k < Rule::traces; ++k) row[k] = r[k * stride + j];
        Real extra{0};
        if constexpr (Rule::has_third) extra = third[j];
        const TraceMap<Real, Rule::traces> map = rule.template step<Real>(psi[j], signal[j], extra);
        pull_back<Real, Rule::traces>(map, row);
#pragma GCC unroll 8
        for (std::size_t k = 0; k < Rule::traces; ++k) r[k * stride + j] = row[k];
        unit[j] = row[0];
        if constexpr (Rule::entries > 1) second_unit[j] = row[1];
    }
}

/// What a history has to hold for a rule.
struct HistoryShape {
    std::size_t entries = 1; ///< traces that arrivals are added to, 1 or 2
    bool has_third = false;
    std::size_t memory = 0; ///< steps before the interval whose arrivals still count
};

/// History of one learning population over one interval (and `memory` steps before), and the unit gradients made from
/// it. Arrays are time-major: [step][neuron], rows padded to `stride`. Steps are numbered from the start of the present
/// interval: -memory ... steps - 1.
template <class Real>
class IntervalTraces {
  public:
    static constexpr std::size_t max_traces = 5;

    /// @param neurons size of the learning population @param steps learning steps per interval
    IntervalTraces(std::size_t neurons, std::size_t steps, HistoryShape shape = {})
        : neurons_(neurons), stride_((neurons + 15) / 16 * 16), steps_(static_cast<std::ptrdiff_t>(steps)),
          memory_(static_cast<std::ptrdiff_t>(shape.memory)), rows_(steps + shape.memory), psi_(stride_ * rows_),
          signal_(stride_ * rows_), third_(shape.has_third ? stride_ * rows_ : 0), row_(stride_ * max_traces),
          recorded_(rows_, 0) {
        for (std::size_t k = 0; k < shape.entries; ++k) unit_[k].resize(stride_ * rows_);
    }

    [[nodiscard]] std::size_t steps() const { return static_cast<std::size_t>(steps_); }
    /// Distance of rows: neurons rounded up to a multiple of 16.
    [[nodiscard]] std::size_t stride() const { return stride_; }

    /// Surrogate derivatives of step s (0-based in the interval), to be filled by the caller: [neurons].
    [[nodiscard]] Real* psi(std::size_t s) { return recorded_[row(s)] = 1, &psi_[row(s) * stride_]; }
    /// Learning signals of step s, to be filled by the caller: [neurons], readable and writable up to stride().
    [[nodiscard]] Real* signal(std::size_t s) { return &signal_[row(s) * stride_]; }
    /// Third coefficients of step s, to be filled by the caller: [neurons]. Only for rules that have one.
    [[nodiscard]] Real* third(std::size_t s) { return &third_[row(s) * stride_]; }
    /// After finish(), until the next step is recorded: what a unit arrival at step s contributed to the gradient by
    /// way of an entry trace: [neurons].
    [[nodiscard]] const Real* unit_gradient(std::ptrdiff_t s, std::size_t entry = 0) const {
        return &unit_[entry][finished_row(s) * stride_];
    }

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
        next_interval();
        for (std::ptrdiff_t s = steps_; s-- > 0;) pull_back_through(rule, finished_row(s));
        std::fill_n(&row_[Rule::g * stride_], stride_, Real{0});
        if constexpr (Rule::has_rate_sum) std::fill_n(&row_[Rule::es * stride_], stride_, Real{0});
        for (std::ptrdiff_t s = -1; s >= -memory_; --s) pull_back_through(rule, finished_row(s));
        forget();
    }

    /// Ends the interval without a gradient.
    void discard() {
        next_interval();
        forget();
    }

    /// Feeds the recorded steps of one neuron to a hash.
    template <class Hash>
    void hash(std::size_t neuron, Hash& h) const {
        for (std::ptrdiff_t s = -memory_; s < steps_; ++s) {
            const std::size_t r = row(s);
            h.add(recorded_[r]);
            if (!recorded_[r]) continue;
            const std::size_t at = r * stride_ + neuron;
            h.add(psi_[at]);
            h.add(signal_[at]);
            if (!third_.empty()) h.add(third_[at]);
        }
    }

    /// Bytes held for this history.
    [[nodiscard]] std::size_t bytes() const {
        return (psi_.size() + signal_.size() + third_.size() + unit_[0].size() + unit_[1].size() + row_.size()) *
                   sizeof(Real) +
               recorded_.size();
    }

  private:
    /// Place of step s of the present interval in the ring; s >= -memory - steps.
    [[nodiscard]] std::size_t row(std::ptrdiff_t s) const {
        return (first_ + static_cast<std::size_t>(s + memory_ + static_cast<std::ptrdiff_t>(rows_))) % rows_;
    }
    [[nodiscard]] std::size_t row(std::size_t s) const { return row(static_cast<std::ptrdiff_t>(s)); }
    /// The same for the interval that ended last.
    [[nodiscard]] std::size_t finished_row(std::ptrdiff_t s) const { return row(s - steps_); }

    void next_interval() { first_ = (first_ + static_cast<std::size_t>(steps_)) % rows_; }

    template <class Rule>
    void pull_back_through(const Rule& rule, std::size_t r) {
        const std::size_t at = r * stride_;
        if (!recorded_[r]) clear(at);
        pull_back_step<Rule, Real>(rule, neurons_, stride_, &psi_[at], &signal_[at],
                                   Rule::has_third ? &third_[at] : nullptr, row_.data(), &unit_[0][at],
                                   Rule::entries > 1 ? &unit_[1][at] : nullptr);
    }
    void clear(std::size_t at) {
        std::fill_n(&psi_[at], stride_, Real{0});
        std::fill_n(&signal_[at], stride_, Real{0});
        if (!third_.empty()) std::fill_n(&third_[at], stride_, Real{0});
    }
    /// Steps that the next interval does not remember.
    void forget() {
        for (std::ptrdiff_t s = 0; s < steps_; ++s) recorded_[row(s)] = 0;
    }

    std::size_t neurons_, stride_;
    std::ptrdiff_t steps_, memory_;
    std::size_t rows_;                       ///< steps + memory
    std::size_t first_ = 0;                  ///< place of step -memory of the present interval
    std::vector<Real> psi_, signal_, third_; // [rows][stride]
    std::array<std::vector<Real>, 2> unit_;  // [entry][rows][stride]
    std::vector<Real> row_;                  // [max_traces][stride]
    std::vector<std::uint8_t> recorded_;     // [rows]
};

} // namespace saltus
