// SPDX-License-Identifier: BSD-3-Clause
// Details of the formats that the samples do not reach: clocks, what is left out and how it is counted, hostile
// lengths.
#include "tests/io/support/collect.hpp"
#include "tests/io/support/put.hpp"
#include "tests/io/support/samples.hpp"

#include <initializer_list>

namespace saltus::test {
namespace {

using io::FaultKind;

std::string words(int bytes, std::initializer_list<std::uint64_t> list) {
    std::string out;
    for (const std::uint64_t word : list) put_little(out, word, bytes);
    return out;
}

Outcome evt3(std::initializer_list<std::uint64_t> list) {
    return decode("evt3", "% format EVT3;height=480;width=640\n% end\n" + words(2, list));
}

TEST_CASE("EVT3: repeated, changed and wrong TIME_HIGH", "[io][fast]") {
    const Outcome outcome = evt3({
        0x8005,
        0x6123,
        0x0007,
        0x2001, // high 5, low 0x123, row 7, x 1
        0x8005,
        0x2002, // repeated: the time stays
        0x8006,
        0x2003, // changed: the lower part starts at 0
        0x8004,
        0x2004, // back by 2, no wrap: counted, ignored
        0x8800 | 0x7ff,
        0x6fff,
        0x2005,
        0x8000, // up to the end, and around
        0x2006,
    });
    REQUIRE(outcome.events.size() == 6);
    CHECK(outcome.events[0] == io::SensorEvent{0x5123, 1, 7, 0});
    CHECK(outcome.events[1].t_us == 0x5123);
    CHECK(outcome.events[2].t_us == 0x6000);
    CHECK(outcome.events[3].t_us == 0x6000);
    CHECK(outcome.events[4].t_us == 0xffffff);
    CHECK(outcome.events[5].t_us == 1 << 24);
    CHECK(outcome.counters.clock_errors == 1);
    CHECK(outcome.counters.clock_wraps == 1);
    CHECK(outcome.counters.backward_steps == 0);
}

TEST_CASE("EVT3: what comes too early or lies outside is left out and counted", "[io][fast]") {
    const Outcome outcome = evt3({
        0x2001, 0x0007, 0x2001,                   // no time, then no time but a row
        0x4fff,                                   // a vector without a base
        0x8005, 0x2a00 | 0x7f, 0x2800 | 640,      // x 0x27f = 639, polarity 1; x 640
        0x3000 | 632, 0x4fff, 0x5001,             // 8 of 12 columns lie inside; the next base, 644, outside
        0x0000 | 480, 0x2005, 0x3000 | 1, 0x5003, // a row below the image
        0x9999, 0x1000, 0xa001, 0xe000,           // padding, undefined, trigger, other
    });
    CHECK(outcome.counters.before_time == 2);
    CHECK(outcome.counters.outside == 1 + 4 + 1 + 1 + 2);
    CHECK(outcome.counters.malformed == 1 + 2);
    CHECK(outcome.counters.other == 2);
    REQUIRE(outcome.events.size() == 1 + 8);
    CHECK(outcome.events[0] == io::SensorEvent{0x5000, 639, 7, 1});
    CHECK(outcome.events[8] == io::SensorEvent{0x5000, 639, 7, 0});
}

TEST_CASE("EVT2: clock, order of bytes, counters", "[io][fast]") {
    const std::uint64_t pixel = 1ull << 28 | 5ull << 22 | 10 << 11 | 20, high = 8ull << 28;
    const std::string head = "% format EVT2;height=480;width=640\n% end\n";
    const Outcome outcome = decode("evt2", head + words(4, {pixel, high | 0xfffffff, pixel, high | 2, pixel, high | 1,
                                                            pixel, 1ull << 28 | 640 << 11, 0xA0000000, 0x50000000}));
    constexpr std::int64_t wrap = std::int64_t{1} << 34;
    const Events truth{{wrap - 64 + 5, 10, 20, 1}, {wrap + 128 + 5, 10, 20, 1}, {wrap + 64 + 5, 10, 20, 1}};
    CHECK(outcome.events == truth);
    CHECK(outcome.counters.before_time == 1);
    CHECK(outcome.counters.clock_wraps == 1);
    CHECK(outcome.counters.clock_errors == 1); // a step back that is no wrap is kept
    CHECK(outcome.counters.backward_steps == 1);
    CHECK(outcome.counters.outside == 1);
    CHECK(outcome.counters.other == 1);
    CHECK(outcome.counters.malformed == 1);

    std::string big;
    put_big(big, high | 2, 4);
    put_big(big, pixel, 4);
    CHECK(decode("evt2", "% evt 2.0\n% endianness big\n% end\n" + big).events == Events{{128 + 5, 10, 20, 1}});
}

TEST_CASE("RAW: the header names another encoding, or the camera the geometry", "[io][fast]") {
    const Outcome other = decode("evt2", "% evt 3.0\n% end\n1234");
    CHECK(other.fault.kind == FaultKind::not_this_format);
    CHECK(other.counters.undecoded_bytes == 4);
    CHECK(decode("evt2", "% evt 2.0\n% plugin_name hal_plugin_gen3_fx3\n% end\n").geometry == io::Geometry{640, 480});
    CHECK(decode("evt3", "% evt 3.0\n% plugin_name hal_plugin_gen41_evk3\n% end\n").geometry ==
          io::Geometry{1280, 720});
    CHECK(decode("evt3", "% geometry 320x240\n% format EVT3;height=7;width=9\n% end\n").geometry == io::Geometry{9, 7});
    CHECK(decode("evt3", "% evt 3.0\n% geometry 99999999x1\n% end\n").geometry == io::Geometry{});
}

TEST_CASE("EVT4: a mask is taken for one wherever it comes", "[io][fast]") {
    const std::string head = "% format EVT4;height=480;width=640\n% end\n";
    const std::uint64_t vector = 13ull << 28 | 1ull << 22 | 600 << 11 | 3, high = 14ull << 28;
    // The first mask, before any time, looks like a TIME_HIGH; the second reaches over the edge; a third is missing.
    const Outcome outcome =
        decode("evt4", head + words(4, {vector, high | 7, high | 2, vector, 1u << 31 | 1, 12ull << 28}));
    CHECK(outcome.events == Events{{129, 600, 3, 1}, {129, 631, 3, 1}});
    CHECK(outcome.counters.before_time == 6);
    CHECK(outcome.fault.kind == FaultKind::truncated);
    CHECK(outcome.counters.truncated_bytes == 4);
}

TEST_CASE("DAT: wraps, and records of another kind", "[io][fast]") {
    const std::string head = "% Version 2\n";
    std::string body("\x0c\x08", 2);
    for (const std::uint64_t t : {0xfffffff0u, 5u, 3u}) body += words(4, {t, 1u << 28 | 2 << 14 | 1});
    const Outcome outcome = decode("dat", head + body);
    constexpr std::int64_t wrap = std::int64_t{1} << 32;
    CHECK(outcome.events == Events{{0xfffffff0, 1, 2, 1}, {wrap + 5, 1, 2, 1}, {wrap + 3, 1, 2, 1}});
    CHECK(outcome.counters.clock_wraps == 1);
    CHECK(outcome.counters.backward_steps == 1);
    CHECK(decode("dat", head + "\x0e\x08").fault.kind == FaultKind::unsupported);
    CHECK(decode("dat", head + "\x0c\x09").fault.kind == FaultKind::unsupported);
}

std::string aedat3_packet(std::int32_t size, std::int32_t overflow, std::int32_t capacity, std::int32_t number) {
    std::string out = words(2, {1, 1});
    for (const std::int32_t field : {size, 4, overflow, capacity, number, number}) {
        put_little(out, static_cast<std::uint32_t>(field), 4);
    }
    return out;
}

TEST_CASE("AEDAT 3.1: the upper half of the time, and lengths that cannot be", "[io][fast]") {
    const std::string head = "#!AER-DAT3.1\r\n#!END-HEADER\r\n", event = words(4, {3 << 17 | 4 << 2 | 3, 9});
    const Outcome two =
        decode("aedat3", head + aedat3_packet(8, 0, 1, 1) + event + aedat3_packet(8, 2, 2, 1) + event + event);
    CHECK(two.events == Events{{9, 3, 4, 1}, {(std::int64_t{2} << 31) + 9, 3, 4, 1}}); // unused places are passed over
    CHECK(two.counters.clock_wraps == 2);
    CHECK_FALSE(two.fault);
    CHECK(decode("aedat3", head + aedat3_packet(16, 0, 1, 1) + event + event).counters.malformed == 1);
    for (const std::string& bad : {aedat3_packet(-8, 0, 1, 1), aedat3_packet(8, -1, 1, 1), aedat3_packet(8, 0, -1, 1),
                                   aedat3_packet(8, 0, 1, 2), aedat3_packet(0, 0, 1, 1)}) {
        CHECK(decode("aedat3", head + bad + event).fault.kind == FaultKind::corrupt);
    }
    const Outcome endless = decode("aedat3", head + aedat3_packet(8, 0, INT32_MAX, INT32_MAX) + event);
    CHECK(endless.events.size() == 1);
    CHECK(endless.fault.kind == FaultKind::truncated);
    CHECK(decode("aedat3", "#!AER-DAT3.1\r\n#Format: RAW,Serial-TS\r\n#!END-HEADER\r\nx").fault.kind ==
          FaultKind::unsupported);
}

const Sample& sample_of(std::string_view format, std::string_view what) {
    for (const Sample& sample : samples()) {
        if (sample.format == format && sample.what == what) return sample;
    }
    throw std::logic_error("no such sample");
}

TEST_CASE("AEDAT 4: damaged packets are counted, those behind them are read", "[io][fast]") {
    for (const char* what : {"not packed", "LZ4, with a table", "Zstandard"}) {
        INFO(what);
        const Sample& sample = sample_of("aedat4", what);
        std::string bytes = sample.bytes;
        for (std::size_t i = 8; i < 24; ++i) bytes[sample.data_from + i] = '\x55'; // the first packet's body
        const Outcome outcome = decode("aedat4", bytes);
        CHECK(outcome.counters.malformed == 1);
        CHECK_FALSE(outcome.fault);
        CHECK(outcome.events == Events(sample.events.begin() + 7, sample.events.end()));
    }
    std::string bytes = sample_of("aedat4", "not packed").bytes;
    bytes[sample_of("aedat4", "not packed").data_from + 7] = '\x80'; // a negative size
    CHECK(decode("aedat4", bytes).fault.kind == FaultKind::corrupt);
    bytes[16] = '\x7f'; // the header's length
    CHECK(decode("aedat4", bytes).fault.kind == FaultKind::too_large);
}

TEST_CASE("AEDAT 4: a packet that unpacks to more than there is room for is refused", "[io][fast]") {
    const Sample& sample = sample_of("aedat4", "Zstandard");
    io::DecodeOptions options;
    options.packet_bytes = 64; // less than one packet
    const auto decoder = io::find_format("aedat4")->make_decoder(options);
    const Outcome outcome = decode(*decoder, sample.bytes, [](std::size_t left) { return left; });
    CHECK(outcome.counters.malformed > 5);
    CHECK(outcome.events.size() < sample.events.size());
    CHECK_FALSE(outcome.fault);
}

TEST_CASE("text: what is no event is counted, what may be cut is named", "[io][fast]") {
    const std::string long_line = "1,2,3,1" + std::string(600, ' ') + "\n";
    const Outcome outcome = decode("text", "t,x,y,p\n10,1,2,1\n\n# note\n11,1,2\n12,70000,2,1\n13,1,2,2\nx,1,2,1\n" +
                                               long_line + "14,1,2,-1\n15,3,4,on");
    CHECK(outcome.events == Events{{10, 1, 2, 1}, {14, 1, 2, 0}, {15, 3, 4, 1}});
    CHECK(outcome.counters.malformed == 5);
    CHECK_FALSE(outcome.fault); // the last line ends with its polarity
    const Outcome cut = decode("text", "%geometry:640,480\n1,2,1,100\n1,2,1,20");
    CHECK(cut.events == Events{{100, 1, 2, 1}});
    CHECK(cut.fault.kind == FaultKind::truncated);
    CHECK(cut.counters.truncated_bytes == 8);
    CHECK(decode("text", "name,of,things\n1,2,3,4\n").fault.kind == FaultKind::not_this_format);
}

TEST_CASE("text: rows that could be read both ways wait for one that cannot", "[io][fast]") {
    CHECK(decode("text", "1,0,1,1\n0,1,1,0\n5,7,1,900\n").events == Events{{1, 1, 0, 1}, {0, 0, 1, 1}, {900, 5, 7, 1}});
    CHECK(decode("text", "1,0,1,1\n0,1,1,0\n900,5,7,1\n").events == Events{{1, 0, 1, 1}, {0, 1, 1, 0}, {900, 5, 7, 1}});
    CHECK(decode("text", "1,0,1,1\n0,1,1,0\n").events == Events{{1, 0, 1, 1}, {0, 1, 1, 0}});
    io::DecodeOptions options;
    options.text_columns = "p,-,x,y,t_ns";
    CHECK(decode("text", "1,99,3,4,5600\n", options).events == Events{{6, 3, 4, 1}});
    options.text_columns = "t,x,y";
    CHECK(decode("text", "1,2,3\n", options).fault.kind == FaultKind::unsupported);
}

std::string npy(const std::string& dict) {
    std::string out("\x93NUMPY\x01\x00", 8);
    put_little(out, dict.size(), 2);
    return out + dict;
}

TEST_CASE("npy: types that hold no events are named; counts are not trusted", "[io][fast]") {
    const std::string rest = "], 'fortran_order': False, 'shape': (2,), }\n";
    const std::string good = "('t', '<u8'), ('x', '<u2'), ('y', '<u2'), ('p', '|u1')";
    const std::string record = words(8, {70}) + words(2, {1, 2}) + words(1, {1});
    CHECK(decode("npy", npy("{'descr': [" + good + rest) + record + record).events.size() == 2);
    const Outcome fewer = decode("npy", npy("{'descr': [" + good + rest) + record);
    CHECK(fewer.events == Events{{70, 1, 2, 1}});
    CHECK(fewer.fault.kind == FaultKind::truncated);
    CHECK(decode("npy", npy("{'descr': [" + good + rest) + record + record + "more").counters.undecoded_bytes == 4);
    for (const char* fields :
         {"('t', '<f8'), ('x', '<u2'), ('y', '<u2'), ('p', '|u1')", "('t', '<u8'), ('x', '<u2'), ('y', '<u2')",
          "('t', '<u8'), ('ts', '<u8'), ('x', '<u2'), ('y', '<u2'), ('p', '|u1')",
          "('t', '<u8'), ('x', '<u2', (3,)), ('y', '<u2'), ('p', '|u1')", "('t', '<u9999')", "('t'"}) {
        INFO(fields);
        CHECK(decode("npy", npy("{'descr': [" + std::string(fields) + rest)).fault.kind == FaultKind::unsupported);
    }
    CHECK(decode("npy", npy("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }")).fault.kind ==
          FaultKind::unsupported);
    CHECK(decode("npy", npy("{'descr': [" + good + "], 'shape': (2, 3), }")).fault.kind == FaultKind::unsupported);
    std::string huge("\x93NUMPY\x02\x00\xff\xff\xff\xff", 12);
    CHECK(decode("npy", huge).fault.kind == FaultKind::too_large);
    const std::string far = words(8, {UINT64_MAX}) + words(2, {1, 2}) + words(1, {1});
    CHECK(decode("npy", npy("{'descr': [" + good + rest) + far + record).counters.malformed == 1);
}

TEST_CASE("ES: a beginning that is none is told by its first 16 bytes, however they come", "[io][fast]") {
    for (const std::string bytes : {"Ev Stream, but not quite", "Event Stream\x03..\x01", "Event Stream\x02..\x07."}) {
        INFO(bytes);
        const Outcome whole = decode("es", bytes);
        CHECK((whole.fault.kind == FaultKind::not_this_format || whole.fault.kind == FaultKind::unsupported));
        for (std::size_t size = 1; size < bytes.size(); ++size) {
            require_same(whole, decode_split("es", bytes, [=](std::size_t) { return size; }));
        }
    }
}

TEST_CASE("a stream without a single byte is no fault, and nothing follows a fault", "[io][fast]") {
    for (const io::Format& format : io::formats()) {
        if (format.make_decoder == nullptr) continue;
        INFO(format.name);
        const Outcome nothing = decode(format.name, "");
        CHECK(nothing.events.empty());
        CHECK((!nothing.fault || nothing.fault.kind == FaultKind::truncated));
    }
}

} // namespace
} // namespace saltus::test
