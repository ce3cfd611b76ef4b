// SPDX-License-Identifier: BSD-3-Clause
// Small HDF5 files of the published layouts.
#pragma once

#include "tests/io/support/outcome.hpp"

#include <hdf5.h>

#include <filesystem>

namespace saltus::test {

struct Spikes {
    std::vector<float> times_s;
    std::vector<std::uint16_t> units;
};

hid_t open_new(const std::filesystem::path& path);
void put(hid_t file, const char* name, hid_t file_type, hid_t memory_type, hsize_t count, const void* data);

void write_shd(const std::filesystem::path& path, const std::vector<Spikes>& recordings,
               const std::vector<std::int64_t>& labels);
/// `polarities`: how many of the list of polarities, to make lists of unequal length.
void write_dsec(const std::filesystem::path& path, const Events& events, std::int64_t offset_us,
                std::size_t polarities);
void write_metavision(const std::filesystem::path& path, const Events& events);

} // namespace saltus::test
