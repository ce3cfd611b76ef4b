// SPDX-License-Identifier: BSD-3-Clause
// A file of events, opened: read() delivers it piece by piece, whatever its format.
#pragma once

#include "engine/io/decoder.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace saltus::io {

struct ReadOptions {
    std::string format; ///< a name of formats.hpp; empty: found from the content
    DecodeOptions decode;
    /// In files of many recordings (SHD, SSC): which one, from 0; none: all of them, each with its own time from 0.
    std::optional<std::uint64_t> recording;
};

class Source {
  public:
    virtual ~Source() = default;
    Source() = default;
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;

    /// Delivers the next piece; false when the end (or a fault) was reached before. Nothing is thrown for bad content.
    virtual bool read(EventSink& sink) = 0;

    [[nodiscard]] virtual Geometry geometry() const = 0;
    [[nodiscard]] virtual const StreamCounters& counters() const = 0;
    [[nodiscard]] virtual const Fault& fault() const = 0;
    /// Recordings in the file; 1 for formats that hold one.
    [[nodiscard]] virtual std::uint64_t recordings() const { return 1; }
    /// Names of formats.hpp.
    [[nodiscard]] virtual std::string_view format() const = 0;
    [[nodiscard]] virtual std::string_view title() const = 0;
};

/// Opens a file. Throws ConfigError when it cannot be opened, or is of no known format, naming file and remedy.
[[nodiscard]] std::unique_ptr<Source> open_source(const std::filesystem::path& path, const ReadOptions& options = {});

} // namespace saltus::io
