// SPDX-License-Identifier: BSD-3-Clause
// The compiled form of a projection: rows contiguous per source, split by delay. Built once, at freeze; only its
// weights change afterwards.
#pragma once

#include "engine/core/time.hpp"
#include "engine/network/network.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace saltus {

/// The synapses of one source that share a delay.
struct DelayGroup {
    Tick delay;
    std::size_t first; ///< index of its first synapse
};

/// Synapses of one projection. Sparse: 8 bytes each in single precision (target, weight), sorted by
/// (source, delay, target). Dense: one weight each, [sources][stride], targets implicit.
template <class Real>
struct SynapseRows {
    bool dense = false;
    bool skip_diagonal = false; ///< dense, self-connections barred: weight [i][i] is not a synapse and stays 0
    std::uint32_t sources = 0;
    std::uint32_t targets = 0;
    std::size_t stride = 0;                ///< dense: distance of rows
    std::vector<std::uint32_t> row_groups; ///< [sources + 1] first delay group of each source
    std::vector<DelayGroup> groups;        ///< [all groups + 1], the last one a sentinel
    std::vector<std::uint32_t> target;     ///< [synapses]; empty if dense
    std::vector<Real> weight;              ///< [synapses], or [sources][stride]

    /// Number of synapses in group g.
    [[nodiscard]] std::size_t count(std::uint32_t g) const {
        return dense ? targets : groups[g + 1].first - groups[g].first;
    }
    /// Target of synapse k of group g.
    [[nodiscard]] std::uint32_t target_of(std::uint32_t g, std::size_t k) const {
        return dense ? static_cast<std::uint32_t>(k) : target[groups[g].first + k];
    }
    [[nodiscard]] std::uint32_t group_count() const { return static_cast<std::uint32_t>(groups.size() - 1); }
    /// Whether place k of group g is a synapse: not so on the barred diagonal of a dense projection.
    [[nodiscard]] bool exists(std::uint32_t g, std::size_t k) const { return !(skip_diagonal && k == g); }
    /// Number of synapses in all.
    [[nodiscard]] std::size_t size() const {
        if (!dense) return target.size();
        return std::size_t{sources} * targets - (skip_diagonal ? sources : 0);
    }
};

/// Compiles one projection of a validated network.
template <class Real>
[[nodiscard]] SynapseRows<Real> compile_rows(const Network& network, ProjectionId id);

extern template SynapseRows<float> compile_rows<float>(const Network&, ProjectionId);
extern template SynapseRows<double> compile_rows<double>(const Network&, ProjectionId);

} // namespace saltus
