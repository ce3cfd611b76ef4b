// SPDX-License-Identifier: BSD-3-Clause
#include "engine/io/recognise.hpp"
#include "engine/io/decoders.hpp"
#include "engine/io/header_lines.hpp"

#include <algorithm>

namespace saltus::io {

bool is_raw(Bytes beginning, RawEncoding encoding) {
    HeaderLines lines("% ");
    RawHeader header;
    lines.take(beginning, [&](std::string_view line) { return header.line(line); });
    return header.encoding() == encoding;
}

bool is_dat(Bytes beginning) {
    if (as_text(beginning).substr(0, 2) != "% ") return false;
    HeaderLines lines("% ");
    if (!lines.take(beginning, [](std::string_view) { return false; }) || beginning.size() < 2) return false;
    const auto type = std::to_integer<int>(beginning[0]);
    return (type == 0x00 || type == 0x0C || type == 0x0E) && std::to_integer<int>(beginning[1]) == 8;
}

namespace {

struct Discard final : EventSink {
    void take(std::span<const SensorEvent>) override {}
};

bool printable(std::byte b) {
    const auto c = std::to_integer<int>(b);
    return c == '\t' || c == '\n' || c == '\r' || (c >= ' ' && c <= '~');
}

} // namespace

bool is_text(Bytes beginning, bool whole) {
    constexpr std::size_t enough = 16384;
    whole = whole && beginning.size() <= enough;
    beginning = beginning.first(std::min(beginning.size(), enough));
    if (!std::all_of(beginning.begin(), beginning.end(), printable)) return false;
    Discard sink;
    const auto decoder = make_text_decoder();
    decoder->feed(beginning, sink);
    if (whole) decoder->finish(sink);
    const StreamCounters& counters = decoder->counters();
    const bool cut_only = !decoder->fault() || decoder->fault().kind == FaultKind::truncated;
    return cut_only && counters.malformed <= counters.events / 8 && (counters.events != 0 || whole);
}

bool is_nmnist(Bytes beginning) {
    constexpr std::size_t record = 5;
    std::uint32_t last_us = 0;
    const std::size_t count = beginning.size() / record;
    for (std::size_t i = 0; i < count; ++i) {
        const std::byte* const from = beginning.data() + record * i;
        const auto y = std::to_integer<std::uint32_t>(from[1]);
        if (y > 240) return false;
        const std::uint32_t t_us = load_big<std::uint32_t>(from + 1) & 0x7f'ffff;
        if (y != 240 && t_us < last_us) return false;
        if (y != 240) last_us = t_us;
    }
    return count >= 8;
}

} // namespace saltus::io
