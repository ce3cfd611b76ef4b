// SPDX-License-Identifier: BSD-3-Clause
// Small HDF5 files of the published layouts, made here; and the golden ones.
#include "engine/core/error.hpp"
#include "engine/io/shd_file.hpp"
#include "tests/io/support/collect.hpp"
#include "tests/io/support/hdf5_write.hpp"
#include "tests/io/support/samples.hpp"
#include "tests/io/support/temporary_folder.hpp"
#include "tests/support/csv.hpp"
#include "tests/support/shared_data.hpp"

namespace saltus::test {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("SHD: recordings of spikes with labels", "[io][fast]") {
    const TemporaryFolder folder;
    const fs::path path = folder / "shd.h5";
    write_shd(path, {{{0.25f, 0.5f, 0.5f}, {3, 699, 0}}, {{}, {}}, {{0.0f, 1.0f}, {10, 700}}}, {7, 0, 19});
    const Outcome all = read_source(path);
    CHECK_FALSE(all.fault);
    CHECK(all.geometry == io::Geometry{700, 1});
    CHECK(all.events == Events{{250'000, 3, 0, 1}, {500'000, 699, 0, 1}, {500'000, 0, 0, 1}, {0, 10, 0, 1}});
    CHECK(all.counters.outside == 1); // unit 700
    CHECK(all.counters.backward_steps == 1);
    io::ReadOptions third;
    third.recording = 2;
    CHECK(read_source(path, third).events == Events{{0, 10, 0, 1}});
    third.recording = 3;
    CHECK_THROWS_WITH(read_source(path, third), ContainsSubstring("no recording 3") && ContainsSubstring("0 to 2"));
    const io::ShdFile file(path);
    CHECK(file.recordings() == 3);
    CHECK(file.label(0) == 7);
    CHECK(file.label(2) == 19);
    CHECK_FALSE(file.label(3));
}

TEST_CASE("DSEC: four lists and an offset", "[io][fast]") {
    const TemporaryFolder folder;
    const fs::path path = folder / "events.h5";
    Events events = scene();
    for (io::SensorEvent& e : events) e.t_us += 49'000'000'000;
    write_dsec(path, events, 49'000'000'000, events.size());
    const Outcome outcome = read_source(path);
    CHECK_FALSE(outcome.fault);
    CHECK(outcome.counters.malformed == 0);
    CHECK(outcome.events == events);

    write_dsec(path, events, 49'000'000'000, events.size() - 5); // lists of unequal length
    const Outcome unequal = read_source(path);
    CHECK(unequal.counters.malformed == 5);
    CHECK(unequal.events.size() == events.size() - 5);
}

TEST_CASE("Metavision: a list of compounds", "[io][fast]") {
    const TemporaryFolder folder;
    const fs::path path = folder / "events.hdf5";
    write_metavision(path, scene());
    CHECK(read_source(path).events == scene());
}

TEST_CASE("HDF5 files that are cut or hold something else", "[io][fast]") {
    const TemporaryFolder folder;
    const fs::path path = folder / "other.h5";
    const hid_t file = open_new(path);
    const int number = 1;
    put(file, "/images", H5T_STD_I32LE, H5T_NATIVE_INT, 1, &number);
    H5Fclose(file);
    CHECK_THROWS_WITH(read_source(path), ContainsSubstring("none of the layouts"));
    fs::resize_file(path, 200);
    CHECK_THROWS_WITH(read_source(path), ContainsSubstring("truncated"));
}

TEST_CASE("golden HDF5 files", "[io]") {
    const auto folder = shared_data("data/readers/golden");
    if (!folder) SALTUS_SKIP("no golden files");
    Events truth;
    for (const auto& row : read_csv(*folder / "golden.csv")) {
        truth.push_back({static_cast<std::int64_t>(row[0]), static_cast<std::uint16_t>(row[1]),
                         static_cast<std::uint16_t>(row[2]), static_cast<std::uint8_t>(row[3])});
    }
    CHECK(read_source(*folder / "golden_metavision_noecf.hdf5").events == truth);
    Events dsec = read_source(*folder / "golden_dsec_nofilter.h5").events;
    REQUIRE(dsec.size() == truth.size());
    const std::int64_t offset_us = dsec.front().t_us - truth.front().t_us;
    for (io::SensorEvent& e : dsec) e.t_us -= offset_us;
    CHECK(dsec == truth);
    const io::ShdFile shd(*folder / "golden_shd.h5");
    CHECK(shd.recordings() > 1);
    CHECK(read_source(*folder / "golden_shd.h5").events.size() > 100);
}

} // namespace
} // namespace saltus::test
