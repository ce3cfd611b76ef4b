// SPDX-License-Identifier: BSD-3-Clause
// N-MNIST: digits in front of a moving event camera, 34 x 34 pixels, three saccades in 306 ms, about 4100 events each.
// Orchard, Jayawant, Cohen, Thakor 2015, "Converting static image datasets to spiking neuromorphic datasets using
// saccades".
#pragma once

#include "engine/io/sensor_event.hpp"
#include "engine/runtime/input_event.hpp"
#include "examples/common/trials.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace saltus::examples::nmnist {

inline constexpr std::uint32_t side = 34, classes = 10; ///< pixels; digits
inline constexpr std::int64_t trial_ms = 310;           ///< a recording is over by then
inline constexpr std::int64_t saccade_us = 102'000;

struct Recording {
    std::vector<io::SensorEvent> events;
    std::uint32_t label = 0;
};

/// The recordings "<number>.bs2" (or .bin) that a list in the same folder names, a line "number label" each after a
/// header line. Throws DataError that names the file, and the line.
[[nodiscard]] std::vector<Recording> read_recordings(const std::filesystem::path& list);

/// The folder "nmnist" in the one that the environment variable SALTUS_DATA names, else in ../shared/data beside the
/// project.
[[nodiscard]] std::filesystem::path default_folder();

/// How events become input spikes: each event one spike, at its own microsecond.
struct Encoding {
    std::uint32_t windows = 3;    ///< 3: a pixel has an input neuron for each saccade; 1: the same one for all
    std::int64_t pause_us = 3000; ///< events of an input neuron that follow within so long are left out

    /// A neuron for each pixel, polarity and window.
    [[nodiscard]] std::uint32_t inputs() const { return windows * side * side * 2; }
};

/// Where a pixel goes: x' = c + xx (x - c) + xy (y - c) + x_px, likewise y', c being the middle of the image.
struct Motion {
    double xx = 1.0, xy = 0.0, yx = 0.0, yy = 1.0;
    double x_px = 0.0, y_px = 0.0;
};

/// The spikes of a recording, moved; what leaves the image is left out, and what comes too late to arrive within the
/// trial.
[[nodiscard]] Trial encode(const Recording& recording, const Encoding& encoding, const Motion& motion = {});

/// How far presentations are moved at random.
struct Motions {
    double shift_px = 1.5;   ///< either way, in x and in y
    double distortion = 0.1; ///< turned by up to 2 atan(this), stretched and sheared by up to this share
};

/// A function of the seed and the number of the presentation.
[[nodiscard]] Motion random_motion(std::uint64_t seed, std::uint64_t presentation, const Motions& most);

} // namespace saltus::examples::nmnist
