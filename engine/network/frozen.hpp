// SPDX-License-Identifier: BSD-3-Clause
// The compiled form of a projection: rows contiguous per source, split by delay. Built once, at freeze; only its
// weights change afterwards (and, where a projection rewires, which targets a row has). Each slice of the target
// population has rows of its own, from all sources.
#pragma once

#include "engine/core/executor.hpp"
#include "engine/core/huge_pages.hpp"
#include "engine/core/time.hpp"
#include "engine/network/network.hpp"
#include "engine/network/partitioning.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace saltus {

/// The synapses of one source that share a delay.
struct DelayGroup {
    Tick delay;
    std::size_t first; ///< index of its first synapse
};

/// Synapses of one projection onto one slice. Targets are numbered within the slice. Sparse: 8 bytes each in single
/// precision (target, weight), sorted by (source, delay, target); where a projection rewires, one group a source.
/// Dense: one weight each, [sources][stride], targets implicit.
template <class Real>
struct SynapseRows {
    static constexpr std::size_t nowhere = ~std::size_t{0};

    bool dense = false;
    bool skip_diagonal = false; ///< dense, self-connections barred: weight [i][i] is not a synapse and stays 0
    std::uint32_t sources = 0;
    std::uint32_t targets = 0;            ///< neurons of the slice
    std::uint32_t first_target = 0;       ///< number of the slice's first neuron within its population
    std::size_t stride = 0;               ///< dense: distance of rows
    HugeVector<std::uint32_t> row_groups; ///< [sources + 1] first delay group of each source
    RawHugeVector<DelayGroup> groups;     ///< [all groups + 1], the last one a sentinel
    RawHugeVector<std::uint32_t> target;  ///< [synapses]; empty if dense
    RawHugeVector<Real> weight;           ///< [synapses], or [sources][stride]

    /// Number of places in group g.
    [[nodiscard]] std::size_t count(std::uint32_t g) const {
        return dense ? targets : groups[g + 1].first - groups[g].first;
    }
    /// Target of place k of group g.
    [[nodiscard]] std::uint32_t target_of(std::uint32_t g, std::size_t k) const {
        return dense ? static_cast<std::uint32_t>(k) : target[groups[g].first + k];
    }
    [[nodiscard]] std::uint32_t group_count() const { return static_cast<std::uint32_t>(groups.size() - 1); }
    /// The place of group g that is no synapse, the barred diagonal of a dense projection; or `nowhere`.
    [[nodiscard]] std::size_t barred(std::uint32_t g) const {
        const std::size_t k = std::size_t{g} - first_target; // dense: group g belongs to source g
        return skip_diagonal && k < targets ? k : nowhere;
    }
    /// Whether place k of group g is a synapse.
    [[nodiscard]] bool exists(std::uint32_t g, std::size_t k) const { return k != barred(g); }
    /// Number of synapses in group g.
    [[nodiscard]] std::size_t synapses(std::uint32_t g) const { return count(g) - (barred(g) != nowhere ? 1 : 0); }
    /// Number of synapses in all.
    [[nodiscard]] std::size_t size() const {
        if (!dense) return target.size();
        return std::size_t{sources} * targets - (skip_diagonal ? targets : 0);
    }
    [[nodiscard]] std::size_t bytes() const {
        return weight.size() * sizeof(Real) + target.size() * sizeof(target[0]) + groups.size() * sizeof(groups[0]) +
               row_groups.size() * sizeof(row_groups[0]);
    }
};

/// Compiles one projection of a validated network. @param slices those of the target population, ascending.
/// @param executor makes blocks of rows side by side; which one it is changes nothing.
/// @return the rows onto each of them.
template <class Real>
[[nodiscard]] std::vector<SynapseRows<Real>> compile_rows(const Network& network, ProjectionId id,
                                                          std::span<const Slice> slices, Executor& executor);

extern template std::vector<SynapseRows<float>> compile_rows<float>(const Network&, ProjectionId,
                                                                    std::span<const Slice>, Executor&);
extern template std::vector<SynapseRows<double>> compile_rows<double>(const Network&, ProjectionId,
                                                                      std::span<const Slice>, Executor&);

} // namespace saltus
