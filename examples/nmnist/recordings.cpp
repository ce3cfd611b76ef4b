// SPDX-License-Identifier: BSD-3-Clause
#include "examples/nmnist/recordings.hpp"

#include "engine/core/random.hpp"
#include "engine/io/event_collector.hpp"
#include "engine/io/source.hpp"
#include "examples/common/data_error.hpp"
#include "examples/common/words.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <sstream>

namespace saltus::examples::nmnist {
namespace {

constexpr std::int64_t last_us = (trial_ms - 2) * 1000; ///< later ones would arrive after the trial

std::vector<io::SensorEvent> read_events(const std::filesystem::path& file) {
    io::ReadOptions options;
    options.format = "nmnist";
    options.decode.geometry = {side, side};
    const auto source = io::open_source(file, options);
    std::vector<io::SensorEvent> events;
    io::EventCollector collector(events);
    while (source->read(collector)) {
    }
    if (source->fault()) {
        throw DataError(file.string() + ", byte " + std::to_string(source->fault().offset) + ": " +
                        source->fault().what);
    }
    return events;
}

std::filesystem::path recording_file(const std::filesystem::path& folder, const std::string& number) {
    const std::filesystem::path bin = folder / (number + ".bin");
    return std::filesystem::exists(bin) ? bin : folder / (number + ".bs2");
}

} // namespace

std::vector<Recording> read_recordings(const std::filesystem::path& list) {
    std::ifstream file(list);
    if (!file) throw DataError(list.string() + ": cannot be read");
    std::vector<Recording> recordings;
    std::size_t line_number = 1;
    std::string line;
    std::getline(file, line); // the header
    while (std::getline(file, line)) {
        ++line_number;
        std::istringstream fields(line);
        std::string number, label_text;
        if (!(fields >> number)) continue;
        fields >> label_text;
        std::uint32_t index = 0, label = classes;
        if (!parse_number(number, index) || !parse_number(label_text, label) || label >= classes) {
            throw DataError(list.string() + ", line " + std::to_string(line_number) +
                            ": there is no number of a recording and label from 0 to 9");
        }
        recordings.push_back({read_events(recording_file(list.parent_path(), number)), label});
    }
    if (recordings.empty()) throw DataError(list.string() + ": it names no recordings");
    return recordings;
}

std::filesystem::path default_folder() {
    const char* chosen = std::getenv("SALTUS_DATA");
    const bool named = chosen != nullptr && *chosen != '\0';
    const std::filesystem::path folder = named ? chosen : SALTUS_SOURCE_DIR "/../shared/data";
    return (folder / "nmnist").lexically_normal();
}

Trial encode(const Recording& recording, const Encoding& encoding, const Motion& motion) {
    constexpr double middle = 0.5 * side;
    Trial trial;
    trial.label = recording.label;
    std::vector<std::int64_t> open_from(encoding.inputs(), std::numeric_limits<std::int64_t>::min());
    for (const io::SensorEvent& event : recording.events) {
        if (event.t_us < 0 || event.t_us > last_us) continue;
        const double right = event.x + 0.5 - middle, down = event.y + 0.5 - middle; // of the pixel's middle
        const double x = middle + motion.xx * right + motion.xy * down + motion.x_px;
        const double y = middle + motion.yx * right + motion.yy * down + motion.y_px;
        if (!(x >= 0.0 && x < side && y >= 0.0 && y < side)) continue;
        const auto saccade = static_cast<std::uint32_t>(event.t_us / saccade_us);
        const std::uint32_t window = std::min(saccade, encoding.windows - 1);
        const auto pixel = (window * side + static_cast<std::uint32_t>(y)) * side + static_cast<std::uint32_t>(x);
        const std::uint32_t neuron = 2 * pixel + event.polarity;
        if (event.t_us < open_from[neuron]) continue;
        open_from[neuron] = event.t_us + encoding.pause_us;
        trial.input.push_back({event.t_us, neuron});
    }
    return trial;
}

Motion random_motion(std::uint64_t seed, std::uint64_t presentation, const Motions& most) {
    constexpr std::uint64_t motions = 6ULL << 60; // apart from the streams of weights and orders
    RandomStream random(seed, motions | presentation);
    const auto up_to = [&](double limit) { return limit * (2.0 * random.uniform() - 1.0); };
    const double t = up_to(most.distortion); // tangent of half the angle: no sine, the same bits everywhere
    const double cosine = (1.0 - t * t) / (1.0 + t * t), sine = 2.0 * t / (1.0 + t * t);
    const double wide = 1.0 + up_to(most.distortion), high = 1.0 + up_to(most.distortion);
    Motion motion{wide * cosine, -wide * sine, high * sine, high * cosine, 0.0, 0.0};
    motion.xy += up_to(most.distortion);
    motion.x_px = up_to(most.shift_px);
    motion.y_px = up_to(most.shift_px);
    return motion;
}

} // namespace saltus::examples::nmnist
