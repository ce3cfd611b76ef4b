// SPDX-License-Identifier: BSD-3-Clause
// What event-driven computing is compared with: the network of eprop_recurrent.hpp, time-stepped. Every membrane decays
// at every step; with learning on every eligibility trace and every weight is updated at every learning step. Spikes
// are delivered as every time-stepped simulator does it, along the rows of those that spiked. In float, with
// everything contiguous, in huge pages, and vectorised, multiplications and additions fused where the CPU can; but for
// those pages it knows nothing of, and shares nothing with, the engine.
//
//     v <- alpha v + arrivals;   at an edge: psi = h max(0, 1 - |v - 1| / width);   v >= 1: spike, v <- 0
//     y <- kappa y + arrivals,   E = y - target,   L_j = sum_o B_oj E_o
//     eb <- kappa eb + (1 - kappa) psi_j z_i,   w <- w - eta L_j eb,   w_out <- w_out - eta_out E z_i,   z <- alpha z
#pragma once

#include "engine/core/huge_pages.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace saltus::bench {

/// All that is to be known of the network. Delays are one learning step, time constants all tau_ms.
struct DenseNetwork {
    std::uint32_t neurons = 0, readouts = 0;
    std::vector<std::uint64_t> row_start{}; ///< [neurons + 1] where a source's synapses begin
    std::vector<std::uint32_t> target{};    ///< [synapses] empty: all-to-all, in order
    std::vector<float> weight{};            ///< [synapses]
    std::vector<float> readout_weight{};    ///< [neurons][readouts]
    std::vector<float> feedback{};          ///< [readouts][neurons]; empty: nothing learns
    float tau_ms = 20.0f, step_ms = 1.0f;
    std::uint32_t steps_per_edge = 1;
    float forcing = 1.5f, goal = 1.0f; ///< weight of a forcing input; target of the readouts
    float psi_height = 0.3f, psi_width = 1.0f, eta = 0.0f, readout_eta = 0.0f;
};

class DenseBaseline {
  public:
    /// @throws std::length_error for more than 65,536 neurons with sparse synapses that learn
    explicit DenseBaseline(DenseNetwork network);

    /// Goes on by one step. forced: neurons at which a forcing input arrives in it.
    void step(std::span<const std::uint32_t> forced);

    [[nodiscard]] const std::vector<float>& membrane() const { return v_; }
    /// In the order in which they were given.
    [[nodiscard]] std::vector<float> weight() const;
    [[nodiscard]] const std::vector<float>& readout_weight() const { return net_.readout_weight; }
    [[nodiscard]] std::uint64_t spikes() const { return spikes_; }
    [[nodiscard]] std::uint64_t synaptic_events() const { return events_; }

  private:
    void sort_by_target();
    void deliver(std::span<const std::uint32_t> sources);
    void fire();
    void learn();

    DenseNetwork net_;
    bool learns_;
    float decay_;                             ///< of a membrane, per step
    float edge_decay_;                        ///< of a trace, per learning step
    std::vector<float> v_, z_, psi_, signal_; ///< [neurons]
    HugeVector<float> weight_;                ///< [synapses] by source; sparse and learning: by target
    HugeVector<float> eb_;                    ///< [synapses]
    // Sparse and learning: synapses lie by target, so that only z has to be gathered.
    std::vector<std::uint64_t> column_start_;           ///< [neurons + 1]
    std::vector<std::uint16_t> source_;                 ///< [synapses] by target
    std::vector<std::uint32_t> column_place_;           ///< [synapses] by source: where it lies by target
    std::vector<float> y_;                              ///< [readouts]
    std::vector<std::vector<std::uint32_t>> in_flight_; ///< [steps_per_edge] spikes by the step they arrive in
    std::uint64_t now_ = 0, spikes_ = 0, events_ = 0;
};

} // namespace saltus::bench
