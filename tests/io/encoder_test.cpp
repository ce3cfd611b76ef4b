// SPDX-License-Identifier: BSD-3-Clause
// Every writer: what it writes, our reader of that format reads; refused events are counted; portions do not matter.
#include "engine/core/random.hpp"
#include "engine/io/encoders.hpp"
#include "tests/io/support/collect.hpp"
#include "tests/io/support/samples.hpp"

#include <cstring>

namespace saltus::test {
namespace {

using Catch::Matchers::ContainsSubstring;

struct Memory final : io::ByteSink {
    std::string bytes;
    void write(io::Bytes more) override { bytes += io::as_text(more); }
    void overwrite(std::uint64_t offset, io::Bytes with) override {
        REQUIRE(offset + with.size() <= bytes.size());
        std::memcpy(bytes.data() + offset, with.data(), with.size());
    }
};

std::string encode(const io::WriteFormat& format, const Events& events, const io::EncodeOptions& options,
                   std::size_t portion = SIZE_MAX) {
    Memory memory;
    const auto encoder = format.make(memory, options);
    for (std::size_t i = 0; i < events.size(); i += std::min(portion, events.size() - i)) {
        encoder->take(std::span(events).subspan(i, std::min(portion, events.size() - i)));
    }
    encoder->finish();
    REQUIRE(encoder->refused() == 0);
    REQUIRE(encoder->events() == events.size());
    return memory.bytes;
}

/// Dense rows (so that vectors are written), equal times, silences of up to 30 s.
Events busy_scene(std::uint64_t seed) {
    RandomStream random(seed, 1);
    Events events;
    std::int64_t t = random.below(5000);
    while (events.size() < 10'000) {
        const auto y = static_cast<std::uint16_t>(random.below(480));
        const auto p = static_cast<std::uint8_t>(random.below(2));
        std::uint32_t x = random.below(640);
        for (std::uint32_t n = random.below(40); n > 0 && x < 640; --n, x += 1 + random.below(4)) {
            events.push_back({t, static_cast<std::uint16_t>(x), y, p});
        }
        t += random.below(3) * random.below(2000);
        if (random.below(200) == 0) t += random.below(3'000'000);
        if (random.below(2000) == 0) t += 30'000'000;
    }
    return events;
}

TEST_CASE("what a writer writes, the reader of that format reads", "[io][fast]") {
    REQUIRE(io::write_formats().size() == 5);
    for (const io::WriteFormat& format : io::write_formats()) {
        for (const io::Packing packing : {io::Packing::none, io::Packing::lz4, io::Packing::zstd}) {
            if (packing != io::Packing::lz4 && format.name != "aedat4") continue;
            INFO(format.name);
            const io::EncodeOptions options{{640, 480}, packing};
            const Events events = busy_scene(3);
            const std::string bytes = encode(format, events, options);
            const io::Format* found = io::detect(io::as_bytes(bytes), true);
            REQUIRE(found != nullptr);
            CHECK(found->name == format.name);
            const Outcome outcome = decode(format.name, bytes);
            CHECK_FALSE(outcome.fault);
            CHECK(outcome.counters.malformed == 0);
            REQUIRE(outcome.events == events);
            if (format.needs_geometry || format.name == "evt3") CHECK(outcome.geometry == io::Geometry{640, 480});
            CHECK((encode(format, events, options, 7) == bytes));
        }
    }
}

TEST_CASE("files without events are files", "[io][fast]") {
    for (const io::WriteFormat& format : io::write_formats()) {
        INFO(format.name);
        const Outcome outcome = decode(format.name, encode(format, {}, {{640, 480}, io::Packing::lz4}));
        CHECK_FALSE(outcome.fault);
        CHECK(outcome.events.empty());
    }
}

void check_refused(const char* name, const Events& events, const char* reason) {
    INFO(name << ": " << reason);
    Memory memory;
    const auto encoder = io::find_write_format(name)->make(memory, {{640, 480}, io::Packing::none});
    encoder->take(events);
    encoder->finish();
    CHECK(encoder->refused() == 1);
    CHECK(encoder->events() == events.size() - 1);
    CHECK_THAT(encoder->reason(), ContainsSubstring(reason));
    CHECK(decode(name, memory.bytes).events.size() == events.size() - 1);
}

TEST_CASE("what a format cannot hold is refused, counted and named", "[io][fast]") {
    const io::SensorEvent good{1000, 5, 6, 1};
    check_refused("evt3", {good, {1001, 2048, 0, 1}}, "2047");
    check_refused("evt3", {good, {999, 5, 6, 1}}, "steps back");
    check_refused("evt3", {good, {1'700'000'000'000'000, 5, 6, 1}}, "begin at 0");
    check_refused("es", {good, {999, 5, 6, 1}}, "steps back");
    check_refused("es", {good, {1001, 640, 6, 1}}, "geometry");
    check_refused("es", {good, {1'700'000'000'000'000, 5, 6, 1}}, "begin at 0");
    check_refused("aedat4", {good, {1001, 5, 480, 1}}, "geometry");
    check_refused("npy", {good, {-1, 5, 6, 1}}, "below 0");
}

TEST_CASE("vectors make EVT3 smaller than one word per event", "[io][fast]") {
    Events events;
    for (std::uint16_t y = 0; y < 100; ++y) {
        for (std::uint16_t x = 0; x < 640; ++x) events.push_back({100 + y, x, y, 1});
    }
    const std::string bytes = encode(*io::find_write_format("evt3"), events, {{640, 480}, io::Packing::none});
    CHECK(bytes.size() < events.size()); // 8 bytes for 32 events
    CHECK(decode("evt3", bytes).events == events);
}

} // namespace
} // namespace saltus::test
