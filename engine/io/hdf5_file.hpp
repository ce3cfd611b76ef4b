// SPDX-License-Identifier: BSD-3-Clause
// What the readers of HDF5 layouts share: handles that close themselves, errors that do not print, data sets read in
// pieces. Internal: this header shows HDF5. Debian's HDF5 is not made for several threads: read HDF5 files from one at
// a time.
#pragma once

#include <hdf5.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <utility>

namespace saltus::io {

/// An HDF5 identifier; closed when this ends. Negative: there is nothing.
class Hdf5Id {
  public:
    using Close = herr_t (*)(hid_t);

    Hdf5Id() = default;
    Hdf5Id(hid_t id, Close close) : id_(id), close_(close) {}
    Hdf5Id(Hdf5Id&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
    Hdf5Id& operator=(Hdf5Id&& other) noexcept {
        std::swap(id_, other.id_);
        std::swap(close_, other.close_);
        return *this;
    }
    ~Hdf5Id() {
        if (id_ >= 0) close_(id_);
    }
    [[nodiscard]] hid_t get() const { return id_; }
    explicit operator bool() const { return id_ >= 0; }

  private:
    hid_t id_ = -1;
    Close close_ = nullptr;
};

/// As long as this lives HDF5 prints nothing: errors are told by return values.
class QuietHdf5 {
  public:
    QuietHdf5() {
        H5Eget_auto2(H5E_DEFAULT, &print_, &data_);
        H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    }
    ~QuietHdf5() { H5Eset_auto2(H5E_DEFAULT, print_, data_); }
    QuietHdf5(const QuietHdf5&) = delete;
    QuietHdf5& operator=(const QuietHdf5&) = delete;

  private:
    H5E_auto2_t print_ = nullptr;
    void* data_ = nullptr;
};

/// A data set of one dimension.
class Hdf5Column {
  public:
    Hdf5Column() = default;
    /// Opens `path` ("/events/x") if it is there.
    Hdf5Column(hid_t file, const std::string& path);

    explicit operator bool() const { return static_cast<bool>(set_); }
    [[nodiscard]] std::uint64_t size() const { return size_; }
    [[nodiscard]] hid_t id() const { return set_.get(); }
    /// Reads `count` elements from `first` on, as `type`; false if that fails.
    [[nodiscard]] bool read(std::uint64_t first, std::size_t count, hid_t type, void* to) const;
    /// Throws ConfigError if it is packed with a filter that is not installed.
    void require_filters(const std::filesystem::path& file) const;

  private:
    Hdf5Id set_;
    std::uint64_t size_ = 0;
};

/// Opens a file for reading. Throws ConfigError if it cannot be opened.
[[nodiscard]] Hdf5Id open_hdf5(const std::filesystem::path& path);

/// Whether all links of `path` exist.
[[nodiscard]] bool hdf5_has(hid_t file, const std::string& path);

} // namespace saltus::io
