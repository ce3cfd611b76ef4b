// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>

namespace saltus {

/// Bytes that a running network holds for its synapses, by what they are for; neurons, spikes in flight and input not
/// counted.
struct MemoryUse {
    std::size_t rows = 0;     ///< weights, targets, delays
    std::size_t traces = 0;   ///< what learning synapses and their rows keep besides: traces, memories of optimisers
    std::size_t history = 0;  ///< what their targets record for them: products of trace maps, steps of an interval
    std::size_t feedback = 0; ///< matrices of learning signals

    [[nodiscard]] std::size_t total() const { return rows + traces + history + feedback; }
    MemoryUse& operator+=(const MemoryUse& other) {
        rows += other.rows;
        traces += other.traces;
        history += other.history;
        feedback += other.feedback;
        return *this;
    }
};

} // namespace saltus
