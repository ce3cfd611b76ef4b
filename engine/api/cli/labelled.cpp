// SPDX-License-Identifier: BSD-3-Clause
#include "engine/api/cli/labelled.hpp"

#include "engine/api/cli/report.hpp"
#include "engine/core/error.hpp"
#include "engine/core/random.hpp"
#include "engine/io/event_collector.hpp"
#include "engine/io/text.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <numeric>
#include <optional>
#include <sstream>

namespace saltus::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::int32_t most_classes = 1'000'000;

[[noreturn]] void refuse(const fs::path& file, std::size_t line, const std::string& what, const char* remedy) {
    throw ConfigError(file.string() + ", line " + std::to_string(line), what, remedy);
}

std::optional<std::int32_t> label_of(const std::string& word) {
    std::uint32_t label = 0;
    if (!io::parse(word, label) || label >= most_classes) return std::nullopt;
    return static_cast<std::int32_t>(label);
}

/// Calls take(line number, first word, second word) for the lines of two words.
template <class Take>
void for_each_line(const fs::path& file, const char* remedy, Take&& take) {
    std::ifstream stream(file);
    if (!stream) throw ConfigError(file.string(), "cannot be read", remedy);
    std::string line;
    for (std::size_t number = 1; std::getline(stream, line); ++number) {
        std::istringstream words(line.substr(0, line.find('#')));
        std::string first, second, more;
        if (!(words >> first)) continue;
        if (!(words >> second) || words >> more) refuse(file, number, "there are not two words", remedy);
        take(number, first, second);
    }
}

/// The recording that a list names, with its extension or without.
std::optional<fs::path> recording_named(const fs::path& folder, const std::string& name) {
    const fs::path exact = folder / name;
    if (fs::is_regular_file(exact)) return exact;
    for (const char* extension : {".bs2", ".bin", ".raw", ".aedat4", ".aedat", ".es", ".dat", ".npy", ".csv"}) {
        const fs::path file = exact.string() + extension;
        if (fs::is_regular_file(file)) return file;
    }
    return std::nullopt;
}

std::vector<LabelledFile> from_list(const fs::path& list) {
    constexpr const char* remedy = "write a recording and its label, like 00002.bin 7";
    std::vector<LabelledFile> files;
    for_each_line(list, remedy, [&](std::size_t line, const std::string& name, const std::string& word) {
        const auto file = recording_named(list.parent_path(), name);
        const auto label = label_of(word);
        if (!file) refuse(list, line, "there is no recording '" + name + "' in the list's folder", remedy);
        if (!label) refuse(list, line, "'" + word + "' is no label", remedy);
        files.push_back({*file, *label});
    });
    return files;
}

std::vector<LabelledFile> from_folder(const fs::path& folder) {
    std::vector<LabelledFile> files;
    for (const auto& one : fs::directory_iterator(folder)) {
        const auto label = one.is_directory() ? label_of(one.path().filename().string()) : std::nullopt;
        if (!label) continue;
        for (const auto& file : fs::directory_iterator(one.path()))
            if (file.is_regular_file()) files.push_back({file.path(), *label});
    }
    std::sort(files.begin(), files.end(), [](const LabelledFile& a, const LabelledFile& b) {
        return a.file < b.file; // the order in which a folder is read is nobody's
    });
    return files;
}

} // namespace

std::vector<LabelAt> read_labels(const fs::path& file) {
    constexpr const char* remedy = "write a time in seconds and a label, like 1.5 3; '-' for none";
    std::vector<LabelAt> labels;
    for_each_line(file, remedy, [&](std::size_t line, const std::string& time, const std::string& word) {
        char* end = nullptr;
        const double seconds = std::strtod(time.c_str(), &end);
        const auto label = word == "-" ? std::optional(no_label) : label_of(word);
        if (*end != '\0' || !(seconds >= 0.0 && seconds < 1e9)) refuse(file, line, "'" + time + "' is no time", remedy);
        if (!label) refuse(file, line, "'" + word + "' is no label", remedy);
        const auto t_us = static_cast<std::int64_t>(std::llround(seconds * 1e6));
        if (!labels.empty() && t_us < labels.back().t_us) refuse(file, line, "the time steps back", remedy);
        labels.push_back({t_us, *label});
    });
    if (labels.empty()) throw ConfigError(file.string(), "holds no labels", remedy);
    return labels;
}

std::vector<LabelledFile> find_labelled(const fs::path& place) {
    std::vector<LabelledFile> files = fs::is_directory(place) ? from_folder(place) : from_list(place);
    if (!files.empty()) return files;
    throw ConfigError(place.string(), "holds no labelled recordings",
                      "name a list with lines 'recording label', or a folder of folders 0, 1, ... of recordings");
}

Playlist::Playlist(std::vector<LabelledFile> files, const io::ReadOptions& read, std::int64_t trial_us,
                   std::uint64_t passes, bool shuffle, std::uint64_t seed)
    : files_(std::move(files)), read_(read), trial_us_(trial_us), passes_(passes), seed_(seed), shuffle_(shuffle),
      order_(files_.size()) {}

io::Geometry Playlist::geometry() const {
    const auto source = io::open_source(files_.front().file, read_);
    (void)io::read_to_geometry(*source);
    return source->geometry().width != 0 ? source->geometry() : read_.decode.geometry;
}

void Playlist::begin_pass() {
    std::iota(order_.begin(), order_.end(), 0u);
    if (!shuffle_) return;
    constexpr std::uint64_t orders = 5ULL << 60; // apart from the streams of the network
    RandomStream random(seed_, orders | (played_ / files_.size()));
    for (std::size_t i = order_.size(); i > 1; --i)
        std::swap(order_[i - 1], order_[random.below(static_cast<std::uint32_t>(i))]);
}

bool Playlist::next(std::vector<io::SensorEvent>& events, LabelAt& label) {
    events.clear();
    if (played_ == trials()) return false;
    if (played_ % files_.size() == 0) begin_pass();
    const LabelledFile& one = files_[order_[played_ % files_.size()]];
    const std::int64_t begin_us = static_cast<std::int64_t>(played_++) * trial_us_;
    label = {begin_us, one.label};
    const auto source = io::open_source(one.file, read_);
    io::EventCollector collector(events);
    while (source->read(collector)) {
    }
    decoded_.outside += source->counters().outside;
    decoded_.malformed += source->counters().malformed;
    if (source->fault() && damage_.empty()) damage_ = one.file.string() + ": " + fault_text(source->fault());
    const std::int64_t first_us = events.empty() ? 0 : events.front().t_us;
    const auto fits = [&](const io::SensorEvent& e) { return e.t_us >= first_us && e.t_us - first_us < trial_us_; };
    const auto end = std::stable_partition(events.begin(), events.end(), fits);
    left_out_ += static_cast<std::uint64_t>(events.end() - end);
    events.erase(end, events.end());
    for (io::SensorEvent& event : events) event.t_us += begin_us - first_us;
    return true;
}

} // namespace saltus::cli
