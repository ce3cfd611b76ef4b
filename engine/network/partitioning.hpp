// SPDX-License-Identifier: BSD-3-Clause
// How a network is cut into partitions. A partition owns slices of populations: their neurons and every synapse onto
// them. The cut decides who computes what, never what comes out.
#pragma once

#include "engine/network/network.hpp"

#include <cstdint>
#include <vector>

namespace saltus {

/// Neurons [begin, end) of one population, owned by one partition.
struct Slice {
    std::uint32_t population;
    std::uint32_t begin, end;
    std::uint32_t partition;

    [[nodiscard]] std::uint32_t size() const { return end - begin; }
};

/// How the neurons are dealt out. Work is expected from the description alone: synapses onto a neuron, each by how
/// often its source spikes, which is known of Poisson sources and taken to be 10 Hz of all others, plus the neuron
/// itself.
enum class Partitioning {
    by_population, ///< whole populations, the heaviest first, each to the lightest partition
    balanced,      ///< every population is cut into as many slices as there are partitions, of equal expected work
    edge_cut       ///< blocks of neurons that are wired to each other stay together, as far as balance allows
};

/// The slices of all populations with state that are cut, ascending by (population, begin). Input populations have no
/// state and belong to nobody. Populations that never spike (readouts) are kept whole and get the partition number
/// `partitions`: they are computed after all others, in one place, as their errors are sums over all of them.
/// @param partitions at least 1; more than there are neurons leaves some of them empty.
[[nodiscard]] std::vector<Slice> make_slices(const Network& network, Partitioning policy, std::uint32_t partitions);

} // namespace saltus
