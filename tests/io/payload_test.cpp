// SPDX-License-Identifier: BSD-3-Clause
// Datagrams: golden ones, those of an independent encoder, our own, damaged ones.
#include "engine/core/error.hpp"
#include "engine/io/payload_decoder.hpp"
#include "engine/io/payload_encoder.hpp"
#include "tests/io/support/collect.hpp"
#include "tests/io/support/payload_samples.hpp"
#include "tests/io/support/put.hpp"
#include "tests/support/csv.hpp"
#include "tests/support/shared_data.hpp"

namespace saltus::test {
namespace {

using io::make_payload_decoder;
using io::Payload;
using io::payload_named;

struct Decoded {
    Events events;
    io::StreamCounters counters;
    std::uint64_t lost, disordered;
};

Decoded decode_all(std::string_view payload, const std::vector<std::string>& datagrams,
                   const io::DecodeOptions& options = {}, std::int64_t arrival_us = 0) {
    const auto decoder = make_payload_decoder(payload_named(payload), options);
    Collector collector;
    for (const std::string& datagram : datagrams) decoder->decode(io::as_bytes(datagram), arrival_us, collector);
    return {collector.events, decoder->counters(), decoder->lost(), decoder->disordered()};
}

TEST_CASE("golden datagrams", "[io][udp]") {
    const auto folder = shared_data("data/readers/golden");
    if (!folder) SALTUS_SKIP("no golden files");
    Events truth;
    for (const auto& row : read_csv(*folder / "golden.csv")) {
        truth.push_back({static_cast<std::int64_t>(row[0]), static_cast<std::uint16_t>(row[1]),
                         static_cast<std::uint16_t>(row[2]), static_cast<std::uint8_t>(row[3])});
    }
    REQUIRE(truth.size() == 1200);
    const auto read = [&](const char* name) { return unframed(read_file(*folder / name)); };
    CHECK(decode_all("faery_t64", read("golden_faery_t64.udp")).events == truth);
    CHECK(decode_all("spif", read("golden_spif_time.udp")).events == truth);
    Events stamped = truth;
    for (io::SensorEvent& e : stamped) e.t_us = 42;
    CHECK(decode_all("spif", read("golden_spif_notime.udp"), {}, 42).events == stamped);
    Events small = truth;
    std::erase_if(small, [](const io::SensorEvent& e) { return e.x >= 128 || e.y >= 128; });
    REQUIRE(small.size() == 48);
    io::DecodeOptions as_stored;
    as_stored.as_stored = true;
    const Decoded jaer = decode_all("jaer", read("golden_jaer_dvs128.udp"), as_stored);
    CHECK(jaer.events == small);
    CHECK(jaer.lost == 0);
}

TEST_CASE("datagrams of an independent encoder, and our own", "[io][udp][fast]") {
    for (const std::string_view payload : payload_names) {
        INFO(payload);
        const Events events = payload_scene(payload);
        REQUIRE(events.size() > 10);
        const auto datagrams = payload_datagrams(payload, events, 9);
        const Decoded decoded = decode_all(payload, datagrams);
        CHECK(decoded.events == events);
        CHECK(decoded.counters.malformed == 0);
        io::PayloadEncoder encoder(payload_named(payload), payload == "jaer"        ? 4 + 8 * 9
                                                           : payload == "faery_t64" ? 13 * 9
                                                                                    : 72);
        std::vector<std::string> own;
        for (const io::SensorEvent& event : events) {
            if (encoder.add(event) == io::PayloadEncoder::Added::yes) continue;
            own.emplace_back(io::as_text(encoder.datagram()));
            encoder.restart();
            REQUIRE(encoder.add(event) == io::PayloadEncoder::Added::yes);
        }
        own.emplace_back(io::as_text(encoder.datagram()));
        CHECK(own == datagrams);
    }
}

TEST_CASE("events that a payload cannot hold are refused", "[io][udp][fast]") {
    const auto refused = [](Payload payload, io::SensorEvent event) {
        io::PayloadEncoder encoder(payload);
        return encoder.add(event) == io::PayloadEncoder::Added::refused && encoder.refused() == 1 &&
               encoder.datagram().empty();
    };
    CHECK(refused(Payload::spif, {0, 0x8000, 0, 1}));
    CHECK(refused(Payload::faery_t32, {0, 0, 0x8000, 1}));
    CHECK(refused(Payload::faery_t64, {-1, 0, 0, 1}));
    CHECK(refused(Payload::jaer, {0, 128, 0, 1}));
    CHECK_THROWS_AS(io::PayloadEncoder(Payload::spif, 63), ConfigError);
    CHECK_THROWS_AS(payload_named("spiff"), ConfigError);
}

TEST_CASE("what is wrong with datagrams is counted", "[io][udp][fast]") {
    for (const std::string_view payload : payload_names) {
        INFO(payload);
        const Events events = payload_scene(payload);
        auto datagrams = payload_datagrams(payload, events, 9);
        datagrams[0].pop_back();
        const Decoded cut = decode_all(payload, datagrams);
        Events expected = events;
        expected.erase(expected.begin() + 8);
        CHECK(cut.events == expected);
        CHECK(cut.counters.malformed == 1);
        CHECK(cut.counters.truncated_bytes == (payload == "faery_t64" ? 12 : 7));
        io::DecodeOptions small;
        small.geometry = {20, 100};
        if (payload == "jaer") continue;
        const Decoded within = decode_all(payload, payload_datagrams(payload, events, 9), small);
        CHECK(within.counters.outside > 0);
        CHECK(within.counters.outside + within.events.size() == events.size());
    }
    // Times of 32 bits wrap, and that is undone.
    const Events wrapping{{0xfffffff0, 1, 2, 1}, {0x1'0000'0005, 3, 4, 0}};
    for (const std::string_view payload : {"spif", "faery_t32"})
        CHECK(decode_all(payload, payload_datagrams(payload, wrapping, 1)).events == wrapping);
}

TEST_CASE("sequence numbers tell what is lost", "[io][udp][fast]") {
    const auto numbered = [](std::initializer_list<std::uint32_t> numbers) {
        std::vector<std::string> list;
        for (const std::uint32_t n : numbers) put_big(list.emplace_back(), n, 4);
        return decode_all("jaer", list);
    };
    CHECK(numbered({1, 2, 3}).lost == 0);
    CHECK(numbered({5, 6, 10, 11}).lost == 3);
    CHECK(numbered({5, 7, 6, 8}).lost == 1); // gone, and late
    CHECK(numbered({5, 7, 6, 8}).disordered == 1);
    CHECK(numbered({5, 5}).disordered == 1);
    CHECK(numbered({0xffffffff, 0, 2}).lost == 1);
}

} // namespace
} // namespace saltus::test
