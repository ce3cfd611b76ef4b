// SPDX-License-Identifier: BSD-3-Clause
// The Spiking Heidelberg Digits and Speech Commands (SHD, SSC): spike trains of 700 channels of a cochlea model, one
// recording per spoken word, with its label. Cramer, Stradmann, Schemmel, Zenke 2022, "The Heidelberg spiking data sets
// for the systematic evaluation of spiking neural networks".
#pragma once

#include "engine/io/decoder.hpp"
#include "engine/io/sensor_event.hpp"
#include "engine/io/stream_report.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>

namespace saltus::io {

class ShdFile {
  public:
    static constexpr std::uint32_t channels = 700;

    /// Throws ConfigError if it cannot be opened or has not /spikes/times and /spikes/units.
    explicit ShdFile(const std::filesystem::path& path);
    ~ShdFile();

    [[nodiscard]] std::uint64_t recordings() const;
    /// The class of a recording, from 0; nothing if the file has no labels or there is no such recording.
    [[nodiscard]] std::optional<std::int64_t> label(std::uint64_t recording) const;
    /// Delivers the spikes of a recording: x the channel, y 0, polarity 1, times from its start (in the file they are
    /// half floats of seconds, so that near 1 s they lie on a grid of about 1 ms). What is wrong is counted; false if
    /// it cannot be read.
    [[nodiscard]] bool read(std::uint64_t recording, EventBlock& out, StreamCounters& counters) const;

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

} // namespace saltus::io
