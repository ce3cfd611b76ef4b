// SPDX-License-Identifier: BSD-3-Clause
// Decay factors exp(-n h / tau) of one time-constant class. Short gaps come from a table, long ones from stable_exp:
// the same function fills both, so where the table ends cannot be seen in the results.
#pragma once

#include "engine/core/stable_math.hpp"
#include "engine/core/time.hpp"

#include <array>
#include <cassert>
#include <cstddef>

namespace saltus {

class DecayTable {
  public:
    static constexpr std::size_t table_size = 1024;

    DecayTable() : DecayTable(1.0, 1.0) {}

    /// @param step_ms length of one step; @param tau_ms time constant; both positive.
    DecayTable(double step_ms, double tau_ms) : rate_(-step_ms / tau_ms) {
        for (std::size_t n = 0; n < table_size; ++n) factor_[n] = compute(static_cast<Tick>(n));
    }

    /// exp(-n h / tau) for n >= 0 steps.
    [[nodiscard]] double operator()(Tick n) const {
        assert(n >= 0);
        const auto index = static_cast<std::size_t>(n);
        return index < table_size ? factor_[index] : compute(n);
    }

    /// The step as a multiple of the time constant, negative: ln of the factor of one step.
    [[nodiscard]] double rate() const { return rate_; }

  private:
    [[nodiscard]] double compute(Tick n) const { return stable_exp(rate_ * static_cast<double>(n)); }

    double rate_;
    std::array<double, table_size> factor_{};
};

} // namespace saltus
