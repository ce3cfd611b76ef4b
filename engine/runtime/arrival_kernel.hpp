// SPDX-License-Identifier: BSD-3-Clause
// What one arrival adds to a rule's entry traces by the edge of its learning step:
//     membrane, delta synapses   h:  gain exp(-wait/tau)
//     membrane, currents         i:  exp(-wait/tau_s),   h: P(wait), what the current has moved the membrane by
//     pairing                    s:  1,                  x: exp(-wait/tau)
#pragma once

#include "engine/core/decay_table.hpp"
#include "models/psp_kernel.hpp"

#include <array>
#include <cstddef>
#include <optional>

namespace saltus {

class ArrivalKernel {
  public:
    ArrivalKernel() = default;
    /// One trace. @param tick_ms length of a tick
    ArrivalKernel(double tick_ms, double tau_ms, double gain) : gain_(gain), decay_(tick_ms, tau_ms) {}

    [[nodiscard]] static ArrivalKernel current(double tick_ms, double tau_m_ms, double tau_s_ms) {
        ArrivalKernel kernel(tick_ms, tau_s_ms, 1.0);
        kernel.entries_ = 2;
        kernel.membrane_ = DecayTable(tick_ms, tau_m_ms);
        kernel.potential_.emplace(tau_m_ms / tick_ms, tau_s_ms / tick_ms);
        return kernel;
    }
    [[nodiscard]] static ArrivalKernel pairing(double tick_ms, double tau_ms) {
        ArrivalKernel kernel(tick_ms, tau_ms, 1.0);
        kernel.entries_ = 2;
        return kernel;
    }

    [[nodiscard]] std::size_t entries() const { return entries_; }

    /// @param wait ticks from the arrival to the edge
    [[nodiscard]] std::array<double, 2> operator()(Tick wait) const {
        if (entries_ == 1) return {gain_ * decay_(wait), 0.0};
        if (!potential_) return {1.0, decay_(wait)};
        return {decay_(wait), (*potential_)(static_cast<double>(wait), membrane_(wait), decay_(wait))};
    }

  private:
    std::size_t entries_ = 1;
    double gain_ = 1.0;
    DecayTable decay_, membrane_;
    std::optional<PspKernel> potential_;
};

} // namespace saltus
