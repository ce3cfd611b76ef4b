// SPDX-License-Identifier: BSD-3-Clause
// How a network is to be run. Of these only the precision changes results.
#pragma once

#include "engine/core/executor.hpp"
#include "engine/network/partitioning.hpp"

#include <cstddef>
#include <cstdint>

namespace saltus {

/// Precision of weights and traces. Neuron state is always double.
enum class Precision { single_precision, double_precision };

struct SimulationOptions {
    Precision precision = Precision::single_precision;
    /// Arrival schedule: closed blocks that trace maps are kept for, of 16 learning steps with adaptive neurons, of
    /// some time constants else. Synapses silent for longer are caught up by a sweep, once per horizon; more blocks
    /// cost memory and save sweeps. At least 1.
    std::size_t history_blocks = 16;
    /// Parts that are computed side by side; at least 1. A few for each thread even out their work; each has a queue
    /// of its own, so more than that cost time.
    std::uint32_t partitions = 1;
    Partitioning partitioning = Partitioning::balanced;
    /// Threads that run them, the calling one included; at least 1.
    std::uint32_t threads = 1;
    Execution execution = Execution::tbb; ///< with more than one thread
};

} // namespace saltus
