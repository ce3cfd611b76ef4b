// SPDX-License-Identifier: BSD-3-Clause
// Running a decoder over bytes that are cut up in some way, and what came of it. Knows nothing of Catch2: the fuzzers
// use it too.
#pragma once

#include "engine/io/formats.hpp"

#include <functional>
#include <span>
#include <string_view>
#include <vector>

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

/// Whether two outcomes agree in every event and counter and in the fault.
[[nodiscard]] bool same(const Outcome& a, const Outcome& b);

/// What must hold for any bytes, well-formed or hostile: the first promise that is broken, null if none is.
/// `seed` chooses how the bytes are cut up.
[[nodiscard]] const char* broken_promise(std::string_view format, std::string_view bytes, std::uint64_t seed);

} // namespace saltus::test
