// SPDX-License-Identifier: BSD-3-Clause
// Labels of a stream: from when on which class is right. Read from a file, or those of recordings that are played one
// after the other.
#pragma once

#include "engine/io/sensor_event.hpp"
#include "engine/io/source.hpp"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace saltus::cli {

inline constexpr std::int32_t no_label = -1;

/// From this time on (microseconds since the first event) this class is right, or none is.
struct LabelAt {
    std::int64_t t_us;
    std::int32_t label;
};

/// Lines "seconds label", ascending; '-' for no label; '#' begins a comment. Throws ConfigError with the line.
[[nodiscard]] std::vector<LabelAt> read_labels(const std::filesystem::path& file);

struct LabelledFile {
    std::filesystem::path file;
    std::int32_t label;
};

/// A folder with a folder of recordings for each class, named by its number; or a list, a line "recording label" each,
/// recordings named from the list's folder, with or without their extension. Throws ConfigError.
[[nodiscard]] std::vector<LabelledFile> find_labelled(const std::filesystem::path& place);

/// Plays recordings one after the other, each from the beginning of a trial of its own.
class Playlist {
  public:
    /// @param shuffle each pass in an order of its own, a function of the seed and the number of the pass
    Playlist(std::vector<LabelledFile> files, const io::ReadOptions& read, std::int64_t trial_us, std::uint64_t passes,
             bool shuffle, std::uint64_t seed);

    /// The next trial: its events, times counted from the first trial's beginning. False when there are no more.
    bool next(std::vector<io::SensorEvent>& events, LabelAt& label);
    /// That of the first recording, if its file tells it, else what was given.
    [[nodiscard]] io::Geometry geometry() const;
    [[nodiscard]] std::uint64_t trials() const { return passes_ * files_.size(); }
    [[nodiscard]] std::uint64_t left_out() const { return left_out_; } ///< events after the end of their trial
    /// Of all recordings so far: events outside the geometry, and what was malformed; nothing else.
    [[nodiscard]] const io::StreamCounters& decoded() const { return decoded_; }
    /// Of the first damaged file: its name and fault; empty if there was none.
    [[nodiscard]] const std::string& damage() const { return damage_; }

  private:
    void begin_pass();

    std::vector<LabelledFile> files_;
    io::ReadOptions read_;
    std::int64_t trial_us_;
    std::uint64_t passes_, seed_, played_ = 0, left_out_ = 0;
    bool shuffle_;
    io::StreamCounters decoded_;
    std::vector<std::uint32_t> order_;
    std::string damage_;
};

} // namespace saltus::cli
