// SPDX-License-Identifier: BSD-3-Clause
// Spikes of a run in a file: .csv with "t_s,population,neuron", the time exact to the picosecond, or .npy with records
// (tick i8, population u4, neuron u4).
#pragma once

#include "engine/io/file_sink.hpp"
#include "engine/network/network.hpp"
#include "engine/runtime/recorder.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace saltus::cli {

class SpikeFile {
  public:
    virtual ~SpikeFile() = default;
    virtual void take(std::span<const Spike> spikes) = 0;
    /// Puts the file in its place. Throws ConfigError if anything could not be written.
    virtual void finish() = 0;
    [[nodiscard]] std::uint64_t spikes() const { return spikes_; }

  protected:
    std::uint64_t spikes_ = 0;
};

/// Throws ConfigError for another extension, or a place that cannot be written to.
[[nodiscard]] std::unique_ptr<SpikeFile> open_spike_file(const std::string& path, const Network& network);

} // namespace saltus::cli
