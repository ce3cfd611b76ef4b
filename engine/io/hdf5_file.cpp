// SPDX-License-Identifier: BSD-3-Clause
#include "engine/io/hdf5_file.hpp"
#include "engine/core/error.hpp"

namespace saltus::io {

Hdf5Id open_hdf5(const std::filesystem::path& path) {
    const QuietHdf5 quiet;
    Hdf5Id file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
    if (!file) throw ConfigError(path.string(), "cannot be opened by HDF5", "it may be truncated; fetch it again");
    return file;
}

bool hdf5_has(hid_t file, const std::string& path) {
    const QuietHdf5 quiet;
    for (auto end = path.find('/', 1);; end = path.find('/', end + 1)) {
        if (H5Lexists(file, path.substr(0, end).c_str(), H5P_DEFAULT) <= 0) return false;
        if (end == std::string::npos) return true;
    }
}

Hdf5Column::Hdf5Column(hid_t file, const std::string& path) {
    if (!hdf5_has(file, path)) return;
    const QuietHdf5 quiet;
    Hdf5Id set(H5Dopen2(file, path.c_str(), H5P_DEFAULT), H5Dclose);
    if (!set) return;
    const Hdf5Id space(H5Dget_space(set.get()), H5Sclose);
    hsize_t size = 0;
    if (!space || H5Sget_simple_extent_ndims(space.get()) != 1) return;
    if (H5Sget_simple_extent_dims(space.get(), &size, nullptr) != 1) return;
    size_ = size;
    set_ = std::move(set);
}

bool Hdf5Column::read(std::uint64_t first, std::size_t count, hid_t type, void* to) const {
    const QuietHdf5 quiet;
    if (first > size_ || count > size_ - first) return false;
    const hsize_t from = first, length = count;
    const Hdf5Id file_space(H5Dget_space(set_.get()), H5Sclose);
    const Hdf5Id memory_space(H5Screate_simple(1, &length, nullptr), H5Sclose);
    if (!file_space || !memory_space) return false;
    if (H5Sselect_hyperslab(file_space.get(), H5S_SELECT_SET, &from, nullptr, &length, nullptr) < 0) return false;
    return H5Dread(set_.get(), type, memory_space.get(), file_space.get(), H5P_DEFAULT, to) >= 0;
}

void Hdf5Column::require_filters(const std::filesystem::path& file) const {
    const QuietHdf5 quiet;
    const Hdf5Id plist(H5Dget_create_plist(set_.get()), H5Pclose);
    const int filters = plist ? H5Pget_nfilters(plist.get()) : 0;
    for (int i = 0; i < filters; ++i) {
        unsigned flags = 0, config = 0;
        std::size_t values = 0;
        char name[64] = "";
        const H5Z_filter_t filter =
            H5Pget_filter2(plist.get(), static_cast<unsigned>(i), &flags, &values, nullptr, sizeof name, name, &config);
        if (filter < 0 || H5Zfilter_avail(filter) > 0) continue;
        name[sizeof name - 1] = '\0';
        throw ConfigError(
            file.string(),
            "is packed with the HDF5 filter " + std::to_string(filter) + " (" + name + "), which is not installed",
            "install its plugin (HDF5_PLUGIN_PATH), or repack the file where it is: h5repack -f GZIP=4 IN OUT");
    }
}

} // namespace saltus::io
