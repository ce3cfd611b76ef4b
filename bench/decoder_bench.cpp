// SPDX-License-Identifier: BSD-3-Clause
// Decoders: events per second of decoding alone, on one core, from memory in chunks of 64 KiB. The scene resembles a
// moving edge: several rows per microsecond, one to a few events on each. With SALTUS_DATA (the folder of the
// recordings), a recording of a camera too.
#include "bench/bench_support.hpp"
#include "engine/io/encoders.hpp"
#include "engine/io/formats.hpp"

#include <array>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>

namespace saltus::bench {
namespace {

using Events = std::vector<io::SensorEvent>;

constexpr std::size_t scene_events = 1'000'000;
constexpr std::size_t chunk_bytes = std::size_t{64} << 10;

struct Memory final : io::ByteSink {
    std::string bytes;
    void write(io::Bytes more) override { bytes += io::as_text(more); }
    void overwrite(std::uint64_t offset, io::Bytes with) override {
        std::memcpy(bytes.data() + offset, with.data(), with.size());
    }
};

/// Looks at every event, so that none of the work can be left out.
struct Checksum final : io::EventSink {
    std::uint64_t events = 0, sum = 0;
    void take(std::span<const io::SensorEvent> list) override {
        events += list.size();
        sum += static_cast<std::uint64_t>(list.back().t_us) + list.back().x;
    }
};

/// About `per_row` events in a row, `rows` rows in a microsecond, both at random.
Events scene(std::uint32_t per_row, std::uint32_t rows) {
    RandomStream random(1, per_row);
    Events events;
    for (std::int64_t t_us = 1000; events.size() < scene_events; t_us += 1 + random.below(2)) {
        for (std::uint32_t row = random.below(2 * rows); row > 0; --row) {
            const auto y = static_cast<std::uint16_t>(random.below(720));
            const auto p = static_cast<std::uint8_t>(random.below(2));
            std::uint32_t x = random.below(1000);
            for (std::uint32_t n = 1 + random.below(2 * per_row - 1); n > 0; --n, x += 1 + random.below(3)) {
                events.push_back({t_us, static_cast<std::uint16_t>(x), y, p});
            }
        }
    }
    return events;
}

std::string encoded(std::string_view format, const Events& events, io::Packing packing = io::Packing::none) {
    Memory memory;
    const auto encoder = io::find_write_format(format)->make(memory, {{1280, 720}, packing});
    encoder->take(events);
    encoder->finish();
    require(encoder->refused() == 0, "an event was refused");
    return memory.bytes;
}

void put(std::string& out, std::uint64_t value, int bytes) { io::append_little(out, value, bytes); }

std::string evt2(const Events& events) {
    std::string out = "% format EVT2;height=720;width=1280\n% end\n";
    std::int64_t high = -1;
    for (const io::SensorEvent& e : events) {
        if (e.t_us >> 6 != high) put(out, 8u << 28 | static_cast<std::uint64_t>(high = e.t_us >> 6), 4);
        put(out,
            std::uint64_t{e.polarity} << 28 | static_cast<std::uint64_t>(e.t_us & 63) << 22 | std::uint64_t{e.x} << 11 |
                e.y,
            4);
    }
    return out;
}

std::string dat(const Events& events) {
    std::string out = "% Version 2\n% Width 1280\n% Height 720\n";
    put(out, 0x080C, 2);
    for (const io::SensorEvent& e : events) {
        put(out, static_cast<std::uint64_t>(e.t_us), 4);
        put(out, std::uint64_t{e.polarity} << 28 | std::uint64_t{e.y} << 14 | e.x, 4);
    }
    return out;
}

void run(benchmark::State& state, std::string_view format, const std::string& bytes, std::uint64_t expected) {
    double seconds = 0.0;
    std::uint64_t events = 0;
    for (auto _ : state) {
        const auto decoder = io::find_format(format)->make_decoder({});
        Checksum sink;
        const Stopwatch watch;
        for (io::Bytes rest = io::as_bytes(bytes); !rest.empty();) {
            const std::size_t size = std::min(chunk_bytes, rest.size());
            decoder->feed(rest.first(size), sink);
            rest = rest.subspan(size);
        }
        decoder->finish(sink);
        seconds += watch.seconds();
        events += sink.events;
        benchmark::DoNotOptimize(sink.sum);
        require(sink.events == expected && !decoder->fault(), "events got lost");
    }
    state.counters["million_events_per_second"] = 1e-6 * static_cast<double>(events) / seconds;
    state.counters["ns_per_event"] = 1e9 * seconds / static_cast<double>(events);
    state.counters["bytes_per_event"] = static_cast<double>(bytes.size()) / static_cast<double>(expected);
    state.counters["GB_per_second"] =
        1e-9 * static_cast<double>(bytes.size()) * static_cast<double>(state.iterations()) / seconds;
}

void decode_evt3(benchmark::State& state) {
    const Events events = scene(static_cast<std::uint32_t>(state.range(0)), 4);
    run(state, "evt3", encoded("evt3", events), events.size());
}
BENCHMARK(decode_evt3)->ArgName("events_per_row")->Arg(1)->Arg(2)->Arg(4)->Arg(16)->MinTime(0.3);

/// A recording of a camera, if there is one.
void decode_evt3_recording(benchmark::State& state) {
    const char* const folder = std::getenv("SALTUS_DATA");
    std::ifstream file(std::string(folder == nullptr ? "" : folder) + "/readers/openeb_evt3.raw", std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (bytes.empty()) return state.SkipWithError("no recording: SALTUS_DATA names no folder that holds it");
    constexpr std::uint64_t events = 219'596;
    run(state, "evt3", bytes, events);
}
BENCHMARK(decode_evt3_recording)->MinTime(0.3);

void decode(benchmark::State& state, std::string_view format, io::Packing packing) {
    const Events events = scene(2, 4);
    const std::string bytes = format == "evt2"  ? evt2(events)
                              : format == "dat" ? dat(events)
                                                : encoded(format, events, packing);
    run(state, format, bytes, events.size());
}
BENCHMARK_CAPTURE(decode, evt2, "evt2", io::Packing::none)->MinTime(0.2);
BENCHMARK_CAPTURE(decode, dat, "dat", io::Packing::none)->MinTime(0.2);
BENCHMARK_CAPTURE(decode, es, "es", io::Packing::none)->MinTime(0.2);
BENCHMARK_CAPTURE(decode, npy, "npy", io::Packing::none)->MinTime(0.2);
BENCHMARK_CAPTURE(decode, text, "text", io::Packing::none)->MinTime(0.2);
BENCHMARK_CAPTURE(decode, aedat4, "aedat4", io::Packing::none)->MinTime(0.2);
BENCHMARK_CAPTURE(decode, aedat4_lz4, "aedat4", io::Packing::lz4)->MinTime(0.2);
BENCHMARK_CAPTURE(decode, aedat4_zstd, "aedat4", io::Packing::zstd)->MinTime(0.2);

} // namespace
} // namespace saltus::bench
