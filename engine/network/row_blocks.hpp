// SPDX-License-Identifier: BSD-3-Clause
// The rows of a projection in blocks of neighbouring sources, which can be made side by side.
#pragma once

#include "engine/core/executor.hpp"
#include "engine/network/network.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>

namespace saltus {

struct Plan;
class Pairs;

/// The synapses that make_synapses gives, in as many pieces as there are blocks; which thread makes which block when
/// changes nothing.
class RowBlocks {
  public:
    /// @param network validated; outlives this. @param executor draws what rows cannot be made without (the pairs of a
    /// fixed in-degree); not kept.
    RowBlocks(const Network& network, ProjectionId id, Executor& executor);
    RowBlocks(const RowBlocks&) = delete;
    RowBlocks& operator=(const RowBlocks&) = delete;
    ~RowBlocks();

    [[nodiscard]] std::uint32_t count() const { return (sources_ + block_size_ - 1) / block_size_; }
    /// Block b has the sources from first_source(b) up to first_source(b + 1).
    [[nodiscard]] std::uint32_t first_source(std::uint32_t block) const {
        return static_cast<std::uint32_t>(std::min<std::uint64_t>(std::uint64_t{block} * block_size_, sources_));
    }
    /// Hands out the rows of one block in the order of their sources; sources without synapses are left out. May be
    /// called from several threads at a time.
    void make(std::uint32_t block, const RowVisit& visit) const;

  private:
    std::unique_ptr<const Plan> plan_;
    std::unique_ptr<const Pairs> pairs_;
    std::uint32_t sources_, block_size_ = 1;
};

} // namespace saltus
