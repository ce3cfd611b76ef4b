// SPDX-License-Identifier: BSD-3-Clause
// Spikes of a run as they come: counted, and kept for a picture of its last stretch.
#pragma once

#include "engine/network/network.hpp"
#include "engine/runtime/recorder.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace saltus::cli {

/// How many spikes each population emitted, and what a picture shows of them.
class Activity {
  public:
    /// @param watched populations whose spikes will come @param from, until ticks that the picture shows; none if equal
    Activity(const Network& network, std::vector<PopulationId> watched, Tick from, Tick until);

    void take(std::span<const Spike> spikes);
    [[nodiscard]] std::uint64_t spikes(PopulationId population) const { return counts_[population.index]; }
    [[nodiscard]] const std::vector<PopulationId>& watched() const { return watched_; }

    /// A gnuplot script that draws "<name>.png": a raster of up to 100 neurons of each population, and its rate.
    [[nodiscard]] std::string picture(const std::string& name, const std::string& title) const;

  private:
    [[nodiscard]] std::string raster_rows(PopulationId population) const;
    [[nodiscard]] std::string rate_rows(PopulationId population) const;
    [[nodiscard]] std::uint32_t stride(PopulationId population) const;

    static constexpr std::size_t bins = 200;

    const Network& network_;
    std::vector<PopulationId> watched_;
    Tick from_, until_;
    std::vector<std::uint64_t> counts_;             ///< [populations]
    std::vector<std::vector<std::uint64_t>> rates_; ///< [populations][bins]
    std::vector<Spike> shown_;
};

} // namespace saltus::cli
