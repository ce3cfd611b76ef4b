// SPDX-License-Identifier: BSD-3-Clause
// Running a decoder over bytes that are cut up in some way.
#pragma once

#include "engine/io/formats.hpp"
#include "tests/support/catch.hpp"

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace saltus::io {

/// For Catch2's messages; found by argument-dependent look-up.
inline std::ostream& operator<<(std::ostream& out, const SensorEvent& e) {
    return out << "(t " << e.t_us << ", x " << e.x << ", y " << e.y << ", p " << int{e.polarity} << ")";
}

} // namespace saltus::io

namespace saltus::test {

using Events = std::vector<io::SensorEvent>;

struct Collector final : io::EventSink {
    Events events;
    void take(std::span<const io::SensorEvent> list) override { events.insert(events.end(), list.begin(), list.end()); }
};

/// What came of a stream.
struct Outcome {
    Events events;
    io::StreamCounters counters;
    io::Fault fault;
    io::Geometry geometry;
};

/// Size of the next chunk, given how many bytes are left.
using NextChunk = std::function<std::size_t(std::size_t)>;

Outcome decode(io::Decoder& decoder, std::string_view bytes, const NextChunk& next_chunk);
/// In one piece.
Outcome decode(std::string_view format, std::string_view bytes, io::DecodeOptions options = {});
/// Cut up.
Outcome decode_split(std::string_view format, std::string_view bytes, const NextChunk& next_chunk);

/// Checks that two outcomes agree in every event and counter and in the fault.
void require_same(const Outcome& a, const Outcome& b);
/// The same as a plain answer, for loops over thousands of cases.
[[nodiscard]] bool same(const Outcome& a, const Outcome& b);

[[nodiscard]] std::string read_file(const std::filesystem::path& path);

/// Reads a file through open_source().
Outcome read_source(const std::filesystem::path& path, const io::ReadOptions& options = {});

} // namespace saltus::test
