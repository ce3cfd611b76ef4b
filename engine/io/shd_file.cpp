// SPDX-License-Identifier: BSD-3-Clause
// Layout: /spikes/times [N] of float16 (s) and /spikes/units [N] of u16, both of variable length; /labels [N].
#include "engine/io/shd_file.hpp"
#include "engine/core/error.hpp"
#include "engine/io/hdf5_file.hpp"

#include <algorithm>
#include <cmath>
#include <span>

namespace saltus::io {
namespace {

/// One element of a data set of variable length, converted to T; its memory is HDF5's and given back at the end.
template <class T>
class VariableLength {
  public:
    VariableLength(const Hdf5Column& column, std::uint64_t index, hid_t element)
        : type_(H5Tvlen_create(element), H5Tclose) {
        read_ = type_ && column.read(index, 1, type_.get(), &list_);
    }
    ~VariableLength() {
        const hsize_t one = 1;
        const Hdf5Id space(H5Screate_simple(1, &one, nullptr), H5Sclose);
        if (read_) H5Dvlen_reclaim(type_.get(), space.get(), H5P_DEFAULT, &list_);
    }
    VariableLength(const VariableLength&) = delete;
    VariableLength& operator=(const VariableLength&) = delete;

    explicit operator bool() const { return read_; }
    [[nodiscard]] std::span<const T> values() const { return {static_cast<const T*>(list_.p), list_.len}; }

  private:
    Hdf5Id type_;
    hvl_t list_{};
    bool read_ = false;
};

bool is_variable_length(const Hdf5Column& column) {
    const QuietHdf5 quiet;
    const Hdf5Id type(column ? H5Dget_type(column.id()) : -1, H5Tclose);
    return type && H5Tget_class(type.get()) == H5T_VLEN;
}

} // namespace

struct ShdFile::Parts {
    Hdf5Id file;
    Hdf5Column times, units, labels;
};

ShdFile::ShdFile(const std::filesystem::path& path) : parts_(std::make_unique<Parts>()) {
    parts_->file = open_hdf5(path);
    parts_->times = Hdf5Column(parts_->file.get(), "/spikes/times");
    parts_->units = Hdf5Column(parts_->file.get(), "/spikes/units");
    parts_->labels = Hdf5Column(parts_->file.get(), "/labels");
    if (!is_variable_length(parts_->times) || !is_variable_length(parts_->units)) {
        throw ConfigError(path.string(), "has no /spikes/times and /spikes/units of variable length",
                          "name a file of the SHD or SSC data set");
    }
    parts_->times.require_filters(path);
    parts_->units.require_filters(path);
}

ShdFile::~ShdFile() = default;

std::uint64_t ShdFile::recordings() const { return std::min(parts_->times.size(), parts_->units.size()); }

std::optional<std::int64_t> ShdFile::label(std::uint64_t recording) const {
    std::int64_t label = 0;
    if (!parts_->labels || !parts_->labels.read(recording, 1, H5T_NATIVE_INT64, &label)) return {};
    return label;
}

bool ShdFile::read(std::uint64_t recording, EventBlock& out, StreamCounters& counters) const {
    const VariableLength<float> times(parts_->times, recording, H5T_NATIVE_FLOAT);
    const VariableLength<std::uint16_t> units(parts_->units, recording, H5T_NATIVE_UINT16);
    if (!times || !units) return false;
    const std::size_t spikes = std::min(times.values().size(), units.values().size());
    counters.malformed += std::max(times.values().size(), units.values().size()) - spikes;
    for (std::size_t i = 0; i < spikes; ++i) {
        const double t_us = 1e6 * static_cast<double>(times.values()[i]);
        constexpr double longest_us = 1e15;
        if (!(t_us >= 0.0 && t_us < longest_us)) {
            ++counters.malformed;
        } else if (units.values()[i] >= channels) {
            ++counters.outside;
        } else {
            out.add({std::llround(t_us), units.values()[i], 0, 1});
        }
    }
    return true;
}

} // namespace saltus::io
