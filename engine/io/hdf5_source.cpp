// SPDX-License-Identifier: BSD-3-Clause
// HDF5 files of events, by the layout found in them:
//   SHD, SSC    /spikes/times, /spikes/units (shd_file.hpp)
//   DSEC        /events/{p, x, y, t}, /t_offset: Gehrig, Aarents, Gehrig, Scaramuzza 2021, "DSEC: a stereo event camera
//               dataset for driving scenarios"
//   Metavision  /CD/events, a compound {x, y, p, t}
#include "engine/io/hdf5_source.hpp"
#include "engine/core/error.hpp"
#include "engine/io/hdf5_file.hpp"
#include "engine/io/shd_file.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace saltus::io {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t piece = 65536; ///< events read at a time

class Hdf5Source : public Source {
  public:
    Hdf5Source(const fs::path& path, const ReadOptions& options) : geometry_(options.decode.geometry) {
        std::error_code error;
        counters_.bytes = fs::file_size(path, error);
    }

    bool read(EventSink& sink) final {
        if (fault_ || at_end()) return false;
        out_.open(sink);
        if (!read_piece()) fault_ = {FaultKind::corrupt, "HDF5 cannot read further", 0};
        out_.flush();
        out_.account(counters_);
        return true;
    }

    [[nodiscard]] Geometry geometry() const final { return geometry_; }
    [[nodiscard]] const StreamCounters& counters() const final { return counters_; }
    [[nodiscard]] const Fault& fault() const final { return fault_; }
    [[nodiscard]] std::string_view format() const final { return "hdf5"; }

  protected:
    [[nodiscard]] virtual bool at_end() const = 0;
    [[nodiscard]] virtual bool read_piece() = 0;

    void add(std::int64_t t_us, std::int64_t x, std::int64_t y, bool on) {
        const std::int64_t width = geometry_.width == 0 ? 65536 : geometry_.width;
        const std::int64_t height = geometry_.height == 0 ? 65536 : geometry_.height;
        if (x < 0 || y < 0 || x >= width || y >= height) {
            ++counters_.outside;
        } else {
            out_.add({t_us, static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(y), on});
        }
    }

    EventBlock out_;
    StreamCounters counters_;
    Geometry geometry_;

  private:
    Fault fault_;
};

class ShdSource final : public Hdf5Source {
  public:
    ShdSource(const fs::path& path, const ReadOptions& options) : Hdf5Source(path, options), file_(path) {
        geometry_ = {ShdFile::channels, 1};
        last_ = file_.recordings();
        if (!options.recording) return;
        if (*options.recording >= last_) {
            throw ConfigError(path.string(), "has no recording " + std::to_string(*options.recording),
                              "name one from 0 to " + std::to_string(last_ - std::min<std::uint64_t>(last_, 1)));
        }
        next_ = *options.recording;
        last_ = next_ + 1;
    }
    [[nodiscard]] std::uint64_t recordings() const override { return file_.recordings(); }
    [[nodiscard]] std::string_view title() const override { return "HDF5, spikes of SHD or SSC"; }

  private:
    [[nodiscard]] bool at_end() const override { return next_ >= last_; }
    [[nodiscard]] bool read_piece() override { return file_.read(next_++, out_, counters_); }

    ShdFile file_;
    std::uint64_t next_ = 0;
    std::uint64_t last_ = 0;
};

class DsecSource final : public Hdf5Source {
  public:
    DsecSource(const fs::path& path, const ReadOptions& options, Hdf5Id file)
        : Hdf5Source(path, options), file_(std::move(file)) {
        const char* const names[] = {"/events/t", "/events/x", "/events/y", "/events/p"};
        std::uint64_t most = 0;
        size_ = UINT64_MAX;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            columns_[i] = Hdf5Column(file_.get(), names[i]);
            if (!columns_[i])
                throw ConfigError(path.string(), std::string("has no list ") + names[i], "name a DSEC file");
            columns_[i].require_filters(path);
            size_ = std::min(size_, columns_[i].size());
            most = std::max(most, columns_[i].size());
            values_[i].resize(piece);
        }
        counters_.malformed += most - size_; // lists of unequal length: what has no partner
        read_offset();
    }
    [[nodiscard]] std::string_view title() const override { return "HDF5, events of DSEC"; }

  private:
    [[nodiscard]] bool at_end() const override { return next_ >= size_; }

    [[nodiscard]] bool read_piece() override {
        const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(piece, size_ - next_));
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (!columns_[i].read(next_, count, H5T_NATIVE_INT64, values_[i].data())) return false;
        }
        const auto& [t, x, y, p] = values_;
        for (std::size_t i = 0; i < count; ++i) {
            const auto t_us = static_cast<std::uint64_t>(t[i]) + static_cast<std::uint64_t>(offset_us_);
            add(static_cast<std::int64_t>(t_us), x[i], y[i], p[i] > 0);
        }
        next_ += count;
        return true;
    }

    void read_offset() {
        const QuietHdf5 quiet;
        if (!hdf5_has(file_.get(), "/t_offset")) return;
        const Hdf5Id set(H5Dopen2(file_.get(), "/t_offset", H5P_DEFAULT), H5Dclose);
        const Hdf5Id space(set ? H5Dget_space(set.get()) : -1, H5Sclose);
        if (!space || H5Sget_simple_extent_npoints(space.get()) != 1) return;
        if (H5Dread(set.get(), H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, &offset_us_) < 0) ++counters_.malformed;
    }

    Hdf5Id file_;
    std::array<Hdf5Column, 4> columns_; ///< t, x, y, p
    std::array<std::vector<std::int64_t>, 4> values_;
    std::int64_t offset_us_ = 0;
    std::uint64_t size_ = 0;
    std::uint64_t next_ = 0;
};

class MetavisionSource final : public Hdf5Source {
  public:
    MetavisionSource(const fs::path& path, const ReadOptions& options, Hdf5Id file)
        : Hdf5Source(path, options), file_(std::move(file)), events_(file_.get(), "/CD/events"),
          type_(H5Tcreate(H5T_COMPOUND, sizeof(Row)), H5Tclose), rows_(piece) {
        if (!events_) throw ConfigError(path.string(), "has no list /CD/events", "name a Metavision file");
        events_.require_filters(path);
        H5Tinsert(type_.get(), "x", offsetof(Row, x), H5T_NATIVE_INT64);
        H5Tinsert(type_.get(), "y", offsetof(Row, y), H5T_NATIVE_INT64);
        H5Tinsert(type_.get(), "p", offsetof(Row, p), H5T_NATIVE_INT64);
        H5Tinsert(type_.get(), "t", offsetof(Row, t), H5T_NATIVE_INT64);
    }
    [[nodiscard]] std::string_view title() const override { return "HDF5, events of Metavision"; }

  private:
    struct Row {
        std::int64_t x, y, p, t;
    };

    [[nodiscard]] bool at_end() const override { return next_ >= events_.size(); }

    [[nodiscard]] bool read_piece() override {
        const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(piece, events_.size() - next_));
        if (!events_.read(next_, count, type_.get(), rows_.data())) return false;
        for (std::size_t i = 0; i < count; ++i) add(rows_[i].t, rows_[i].x, rows_[i].y, rows_[i].p > 0);
        next_ += count;
        return true;
    }

    Hdf5Id file_;
    Hdf5Column events_;
    Hdf5Id type_;
    std::vector<Row> rows_;
    std::uint64_t next_ = 0;
};

} // namespace

std::unique_ptr<Source> open_hdf5_source(const fs::path& path, const ReadOptions& options) {
    Hdf5Id file = open_hdf5(path);
    if (hdf5_has(file.get(), "/spikes/times")) return std::make_unique<ShdSource>(path, options);
    if (options.recording.value_or(0) != 0) {
        throw ConfigError(path.string(), "holds one recording, there is no " + std::to_string(*options.recording),
                          "leave the number out");
    }
    if (hdf5_has(file.get(), "/events/t")) return std::make_unique<DsecSource>(path, options, std::move(file));
    if (hdf5_has(file.get(), "/CD/events")) return std::make_unique<MetavisionSource>(path, options, std::move(file));
    throw ConfigError(path.string(), "is an HDF5 file with none of the layouts of SHD, SSC, DSEC and Metavision",
                      "convert it to one of them, or to text, with the program that wrote it");
}

} // namespace saltus::io
