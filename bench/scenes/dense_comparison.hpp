// SPDX-License-Identifier: BSD-3-Clause
// The forced network of eprop_recurrent.hpp in the dense baseline: the same synapses, weights, feedback and spikes.
#pragma once

#include "bench/scenes/dense_baseline.hpp"
#include "bench/scenes/eprop_recurrent.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace saltus::bench {

class DenseRun {
  public:
    /// Takes wiring and weights from a simulation at tick 0. Not for Learns::at_intervals.
    explicit DenseRun(const ForcedNetwork& parameters);

    /// By one piece.
    void advance();
    /// By a millisecond. forced: neurons at which a forcing input arrives at its end.
    void advance_ms(std::span<const std::uint32_t> forced);
    [[nodiscard]] const DenseBaseline& baseline() const { return baseline_; }

  private:
    std::uint32_t steps_per_ms_;
    std::vector<std::vector<std::uint32_t>> forced_; ///< [milliseconds of a piece] neurons forced in it
    DenseBaseline baseline_;
};

} // namespace saltus::bench
