// SPDX-License-Identifier: BSD-3-Clause
#include "tests/io/support/hdf5_write.hpp"
#include "tests/io/support/samples.hpp"
#include "tests/io/support/temporary_folder.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace saltus::test {

hid_t open_new(const std::filesystem::path& path) {
    return H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
}

void put(hid_t file, const char* name, hid_t file_type, hid_t memory_type, hsize_t count, const void* data) {
    const hid_t space = H5Screate_simple(1, &count, nullptr);
    const hid_t links = H5Pcreate(H5P_LINK_CREATE);
    H5Pset_create_intermediate_group(links, 1);
    const hid_t set = H5Dcreate2(file, name, file_type, space, links, H5P_DEFAULT, H5P_DEFAULT);
    if (H5Dwrite(set, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) < 0) throw std::runtime_error("H5Dwrite");
    H5Dclose(set);
    H5Pclose(links);
    H5Sclose(space);
}

namespace {

/// IEEE half precision, which HDF5 has no name for.
hid_t half_float() {
    const hid_t type = H5Tcopy(H5T_IEEE_F32LE);
    H5Tset_fields(type, 15, 10, 5, 0, 10);
    H5Tset_size(type, 2);
    H5Tset_ebias(type, 15);
    return type;
}

} // namespace

void write_shd(const std::filesystem::path& path, const std::vector<Spikes>& recordings,
               const std::vector<std::int64_t>& labels) {
    const hid_t file = open_new(path), half = half_float();
    std::vector<hvl_t> times, units;
    for (const Spikes& s : recordings) {
        times.push_back({s.times_s.size(), const_cast<float*>(s.times_s.data())});
        units.push_back({s.units.size(), const_cast<std::uint16_t*>(s.units.data())});
    }
    put(file, "/spikes/times", H5Tvlen_create(half), H5Tvlen_create(H5T_NATIVE_FLOAT), times.size(), times.data());
    put(file, "/spikes/units", H5Tvlen_create(H5T_STD_U16LE), H5Tvlen_create(H5T_NATIVE_UINT16), units.size(),
        units.data());
    put(file, "/labels", H5T_STD_I64LE, H5T_NATIVE_INT64, labels.size(), labels.data());
    H5Tclose(half);
    H5Fclose(file);
}

void write_dsec(const std::filesystem::path& path, const Events& events, std::int64_t offset_us,
                std::size_t polarities) {
    const hid_t file = open_new(path);
    std::vector<std::uint32_t> t;
    std::vector<std::uint16_t> x, y;
    std::vector<std::uint8_t> p;
    for (const io::SensorEvent& e : events) {
        t.push_back(static_cast<std::uint32_t>(e.t_us - offset_us));
        x.push_back(e.x);
        y.push_back(e.y);
        p.push_back(e.polarity);
    }
    put(file, "/events/t", H5T_STD_U32LE, H5T_NATIVE_UINT32, t.size(), t.data());
    put(file, "/events/x", H5T_STD_U16LE, H5T_NATIVE_UINT16, x.size(), x.data());
    put(file, "/events/y", H5T_STD_U16LE, H5T_NATIVE_UINT16, y.size(), y.data());
    put(file, "/events/p", H5T_STD_U8LE, H5T_NATIVE_UINT8, polarities, p.data());
    put(file, "/t_offset", H5T_STD_I64LE, H5T_NATIVE_INT64, 1, &offset_us);
    H5Fclose(file);
}

void write_metavision(const std::filesystem::path& path, const Events& events) {
    struct Row {
        std::uint16_t x, y;
        std::int16_t p;
        std::int64_t t;
    };
    std::vector<Row> rows;
    for (const io::SensorEvent& e : events) rows.push_back({e.x, e.y, static_cast<std::int16_t>(e.polarity), e.t_us});
    const hid_t type = H5Tcreate(H5T_COMPOUND, sizeof(Row));
    H5Tinsert(type, "x", offsetof(Row, x), H5T_NATIVE_UINT16);
    H5Tinsert(type, "y", offsetof(Row, y), H5T_NATIVE_UINT16);
    H5Tinsert(type, "p", offsetof(Row, p), H5T_NATIVE_INT16);
    H5Tinsert(type, "t", offsetof(Row, t), H5T_NATIVE_INT64);
    const hid_t file = open_new(path);
    put(file, "/CD/events", type, type, rows.size(), rows.data());
    H5Fclose(file);
    H5Tclose(type);
}

std::vector<Sample> hdf5_samples() {
    const TemporaryFolder folder;
    const auto path = folder / "sample.h5";
    std::vector<Sample> list;
    const auto add = [&](const char* what, const Events& events) {
        std::ifstream file(path, std::ios::binary);
        list.push_back(
            {"hdf5", what, {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()}, events});
    };
    write_shd(path, {{{0.25f, 0.5f}, {3, 699}}, {{}, {}}, {{0.0f, 1.0f}, {10, 20}}}, {7, 0, 19});
    add("SHD", {{250'000, 3, 0, 1}, {500'000, 699, 0, 1}, {0, 10, 0, 1}, {1'000'000, 20, 0, 1}});
    write_dsec(path, scene(), 0, scene().size());
    add("DSEC", scene());
    write_metavision(path, scene());
    add("Metavision", scene());
    return list;
}

} // namespace saltus::test
