// SPDX-License-Identifier: BSD-3-Clause
// Recordings of real cameras and of other programs, against their decoded truth.
#include "tests/io/support/collect.hpp"
#include "tests/io/support/put.hpp"
#include "tests/io/support/samples.hpp"
#include "tests/io/support/sha256.hpp"
#include "tests/support/csv.hpp"
#include "tests/support/shared_data.hpp"

#include <nlohmann/json.hpp>

namespace saltus::test {
namespace {

std::string packed(const Events& events) {
    std::string bytes;
    for (const io::SensorEvent& e : events) {
        put_little(bytes, static_cast<std::uint64_t>(e.t_us), 8);
        put_little(bytes, e.x, 2);
        put_little(bytes, e.y, 2);
        put_little(bytes, e.polarity, 1);
    }
    return bytes;
}

void check_event(const io::SensorEvent& event, const nlohmann::json& truth) {
    CHECK(event.t_us == truth[0].get<std::int64_t>());
    CHECK(event.x == truth[1].get<int>());
    CHECK(event.y == truth[2].get<int>());
    CHECK(event.polarity == truth[3].get<int>());
}

void check_recording(const std::filesystem::path& file, const nlohmann::json& truth) {
    io::ReadOptions options;
    options.decode.as_stored = true; // the truth counts rows as the file does
    const Outcome outcome = read_source(file, options);
    INFO(file << ": " << outcome.fault.what);
    CHECK_FALSE(outcome.fault);
    REQUIRE(outcome.events.size() == truth["n"].get<std::size_t>());
    CHECK(outcome.counters.outside == 0);
    CHECK(outcome.counters.malformed == 0);
    CHECK(outcome.counters.backward_steps == 0);
    check_event(outcome.events.front(), truth["first"]);
    check_event(outcome.events.back(), truth["last"]);
    CHECK(sha256(packed(outcome.events)) == truth["sha256"].get<std::string>());
}

TEST_CASE("SHA-256 of the standard's examples", "[io][fast]") {
    CHECK(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(sha256(std::string(1000, 'a')) == "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3");
}

TEST_CASE("recordings decode to their published digests", "[io]") {
    const auto folder = shared_data("data/readers");
    if (!folder) SALTUS_SKIP("no recordings");
    const auto expected = nlohmann::json::parse(read_file(*folder / "expected.json"));
    std::size_t checked = 0;
    for (const auto& [name, truth] : expected.items()) {
        if (!truth.is_object()) continue;
        check_recording(*folder / name, truth);
        ++checked;
    }
    CHECK(checked == 12);
}

Events golden_events(const std::filesystem::path& folder) {
    Events events;
    for (const auto& row : read_csv(folder / "golden.csv")) {
        events.push_back({static_cast<std::int64_t>(row[0]), static_cast<std::uint16_t>(row[1]),
                          static_cast<std::uint16_t>(row[2]), static_cast<std::uint8_t>(row[3])});
    }
    return events;
}

TEST_CASE("one event list in every encoding", "[io]") {
    const auto folder = shared_data("data/readers/golden");
    if (!folder) SALTUS_SKIP("no golden files");
    const Events truth = golden_events(*folder);
    REQUIRE(truth.size() == 1200);
    for (const char* name : {"golden_evt2.raw", "golden_evt21.raw", "golden_evt21_legacy.raw", "golden_evt3_single.raw",
                             "golden_evt3_vector.raw", "golden_evt4.raw", "golden_v2.dat", "golden.aedat31",
                             "golden_dvs.es", "golden_metavision.csv", "golden_rpg.txt"}) {
        INFO(name);
        const Outcome outcome = read_source(*folder / name);
        CHECK_FALSE(outcome.fault);
        CHECK(outcome.counters.malformed == 0);
        CHECK(outcome.geometry == io::Geometry{640, 480});
        REQUIRE(outcome.events == truth);
    }
    for (const char* name :
         {"golden.csv", "golden_faery_packed13.npy", "golden_metavision16.npy", "golden_tonic13.npy"}) {
        INFO(name);
        const Outcome outcome = read_source(*folder / name);
        CHECK_FALSE(outcome.fault);
        CHECK(outcome.geometry == io::Geometry{});
        REQUIRE(outcome.events == truth);
    }
}

/// AEDAT 4 tells Unix time; the golden recordings begin at 1.7e9 s.
Events at_unix_time(Events events) {
    for (io::SensorEvent& e : events) e.t_us += 1'700'000'000'000'000;
    return events;
}

TEST_CASE("one event list in AEDAT 4, however it is packed", "[io]") {
    const auto folder = shared_data("data/readers/golden");
    if (!folder) SALTUS_SKIP("no golden files");
    const Events truth = at_unix_time(golden_events(*folder));
    for (const char* name :
         {"golden_none.aedat4", "golden_lz4.aedat4", "golden_zstd.aedat4", "golden_dv_tcp_server_bytes.bin"}) {
        INFO(name);
        const Outcome outcome = read_source(*folder / name);
        CHECK_FALSE(outcome.fault);
        CHECK(outcome.counters.malformed == 0);
        CHECK(outcome.geometry == io::Geometry{640, 480});
        REQUIRE(outcome.events == truth);
    }
}

TEST_CASE("DVS128 addresses of AEDAT 2, as stored and turned over", "[io]") {
    const auto folder = shared_data("data/readers/golden");
    if (!folder) SALTUS_SKIP("no golden files");
    Events truth = golden_events(*folder);
    std::erase_if(truth, [](const io::SensorEvent& e) { return e.x >= 128 || e.y >= 128; });
    REQUIRE(truth.size() == 48);
    io::ReadOptions stored;
    stored.decode.as_stored = true;
    CHECK(read_source(*folder / "golden_dvs128.aedat2", stored).events == truth);
    for (io::SensorEvent& e : truth) {
        e = {e.t_us, static_cast<std::uint16_t>(127 - e.x), static_cast<std::uint16_t>(127 - e.y),
             static_cast<std::uint8_t>(1 - e.polarity)};
    }
    CHECK(read_source(*folder / "golden_dvs128.aedat2").events == truth);
}

TEST_CASE("AEDAT 4 without a table, cut inside its last packet", "[io]") {
    const auto folder = shared_data("data/readers/golden");
    if (!folder) SALTUS_SKIP("no golden files");
    const Outcome outcome = read_source(*folder / "golden_lz4_notable_truncated.aedat4");
    CHECK(outcome.fault.kind == io::FaultKind::truncated);
    CHECK(outcome.counters.truncated_bytes > 0);
    Events truth = at_unix_time(golden_events(*folder));
    truth.resize(1000);
    CHECK(outcome.events == truth);
}

TEST_CASE("wraps of DAT's clock", "[io]") {
    const auto file = shared_data("data/readers/golden/rollover_v2.dat");
    if (!file) SALTUS_SKIP("no golden files");
    const Outcome outcome = read_source(*file);
    CHECK(outcome.counters.clock_wraps == 1);
    const Events truth{{0xFFFFFFF0, 1, 2, 1}, {0xFFFFFFFF, 1, 2, 0}, {(std::int64_t{1} << 32) + 5, 1, 2, 0}};
    CHECK(outcome.events == truth);
}

TEST_CASE("small AEDAT 3.1 recordings: events that the camera marked as not valid are counted", "[io]") {
    const auto folder = shared_data("data/readers");
    if (!folder) SALTUS_SKIP("no recordings");
    for (const char* name :
         {"aedat2_small.aedat", "aedat31_small.aedat"}) { // both are AEDAT 3.1, whatever their names say
        INFO(name);
        const Outcome outcome = read_source(*folder / name);
        CHECK_FALSE(outcome.fault);
        CHECK(outcome.counters.malformed == 0);
        CHECK(outcome.events.size() + outcome.counters.invalid > 4);
    }
}

TEST_CASE("ES streams of bytes are named as such", "[io]") {
    const auto file = shared_data("data/readers/faery_generic.es");
    if (!file) SALTUS_SKIP("no recordings");
    const Outcome outcome = read_source(*file);
    CHECK(outcome.fault.kind == io::FaultKind::unsupported);
    CHECK(outcome.counters.undecoded_bytes == outcome.counters.bytes);
}

TEST_CASE("real N-MNIST recordings", "[io]") {
    const auto folder = shared_data("data/nmnist");
    if (!folder) SALTUS_SKIP("no N-MNIST");
    for (const char* name : {"1.bs2", "500.bs2", "1000.bs2"}) {
        INFO(name);
        const Outcome outcome = read_source(*folder / name);
        CHECK_FALSE(outcome.fault);
        CHECK(outcome.events.size() == std::filesystem::file_size(*folder / name) / 5);
        CHECK(outcome.events.size() > 1000);
        CHECK(outcome.counters.backward_steps == 0);
        for (const io::SensorEvent& e : outcome.events) REQUIRE((e.x < 34 && e.y < 34 && e.t_us < 400'000));
    }
}

TEST_CASE("clock wraps of EVT2", "[io]") {
    const auto file = shared_data("data/readers/golden/rollover_evt2.raw");
    if (!file) SALTUS_SKIP("no golden files");
    const Outcome outcome = read_source(*file);
    CHECK(outcome.counters.before_time == 1);
    CHECK(outcome.counters.clock_wraps == 1);
    CHECK(outcome.counters.backward_steps == 0);
    constexpr std::int64_t wrap = std::int64_t{1} << 34;
    const std::vector<std::int64_t> times{wrap - 128, wrap - 128 + 63, wrap - 64, wrap - 1, wrap, wrap + 63, wrap + 64};
    REQUIRE(outcome.events.size() == times.size());
    for (std::size_t i = 0; i < times.size(); ++i) CHECK(outcome.events[i].t_us == times[i]);
}

TEST_CASE("clock wraps, vector words and padding of EVT3", "[io]") {
    const auto file = shared_data("data/readers/golden/rollover_evt3.raw");
    if (!file) SALTUS_SKIP("no golden files");
    const Outcome outcome = read_source(*file);
    CHECK(outcome.counters.clock_wraps == 1);
    CHECK(outcome.counters.malformed == 2); // a vector word before any base, and padding
    REQUIRE(outcome.events.size() == 9);
    const Events first{{0xFFEFFF, 10, 20, 1},
                       {0xFFF000, 10, 20, 0},
                       {0xFFFFFF, 11, 20, 0},
                       {1 << 24, 12, 20, 0},
                       {(1 << 24) + 5, 13, 20, 0}};
    CHECK(Events(outcome.events.begin(), outcome.events.begin() + 5) == first);
    CHECK(outcome.events[5].x == 100);
    CHECK(outcome.events[6].x == 111);
    CHECK(outcome.events[7].x == 112);
    CHECK(outcome.events[8].x == 119);
}

} // namespace
} // namespace saltus::test
