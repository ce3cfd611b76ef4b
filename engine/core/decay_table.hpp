// SPDX-License-Identifier: BSD-3-Clause
// Decay factors exp(-n h / tau) of one time-constant class. Short gaps come from a table, long ones from stable_exp:
// the same function fills both, so where the table ends cannot be seen in the results. Neurons that each have a time
// constant of their own hold a DecayRate instead: 8 bytes, no table, the same bits.
#pragma once

#include "engine/core/stable_math.hpp"
#include "engine/core/time.hpp"

#include <array>
#include <cassert>
#include <cstddef>

namespace saltus {

/// exp(-n h / tau), computed for each gap. In place of a DecayTable wherever a model's constants say so.
class DecayRate {
  public:
    /// @param step_ms length of one step; @param tau_ms time constant; both positive.
    constexpr DecayRate(double step_ms, double tau_ms) : rate_(-step_ms / tau_ms) {}

    /// exp(-n h / tau) for n >= 0 steps.
    [[nodiscard]] constexpr double operator()(Tick n) const { return stable_exp(rate_ * static_cast<double>(n)); }

    /// The step as a multiple of the time constant, negative: ln of the factor of one step.
    [[nodiscard]] constexpr double rate() const { return rate_; }

  private:
    double rate_;
};

class DecayTable {
  public:
    static constexpr std::size_t table_size = 1024;

    DecayTable() : DecayTable(1.0, 1.0) {}

    /// @param step_ms length of one step; @param tau_ms time constant; both positive.
    DecayTable(double step_ms, double tau_ms) : rate_(step_ms, tau_ms) {
        for (std::size_t n = 0; n < table_size; ++n) factor_[n] = rate_(static_cast<Tick>(n));
    }

    /// exp(-n h / tau) for n >= 0 steps.
    [[nodiscard]] double operator()(Tick n) const {
        assert(n >= 0);
        const auto index = static_cast<std::size_t>(n);
        return index < table_size ? factor_[index] : rate_(n);
    }

    /// The step as a multiple of the time constant, negative: ln of the factor of one step.
    [[nodiscard]] double rate() const { return rate_.rate(); }

  private:
    DecayRate rate_;
    std::array<double, table_size> factor_{};
};

} // namespace saltus
