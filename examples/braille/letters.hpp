// SPDX-License-Identifier: BSD-3-Clause
// Braille letters as a robot's fingertip felt them: 12 touch sensors ("taxels") slide over a letter, 76 readings each.
// Mueller-Cleve et al. 2022, "Braille letter reading: a benchmark for spatio-temporal pattern recognition on
// neuromorphic hardware", here as a table "letter,repetition,step,taxel_0,...,taxel_11" with readings from 0 to 255.
#pragma once

#include "engine/core/time.hpp"
#include "examples/common/recurrent_network.hpp"
#include "examples/common/trials.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace saltus::examples::braille {

inline constexpr std::size_t taxels = 12, steps = 76;

struct Letter {
    std::uint32_t label = 0;                                  ///< place in Letters::names
    std::array<std::array<double, taxels>, steps> pressure{}; ///< 0 to 1
};

struct Letters {
    std::vector<std::string> names; ///< in the order of the file
    std::vector<Letter> samples;
};

/// Reads the table, gzip or plain; steps beyond the 76th are left out. Throws DataError that names the line.
[[nodiscard]] Letters read_letters(const std::filesystem::path& file);

/// The file "braille/braille.csv.gz" in the folder that the environment variable SALTUS_DATA names, else in
/// ../shared/data beside the project.
[[nodiscard]] std::filesystem::path default_file();

struct Encoding {
    std::int64_t step_ms = 4; ///< a reading every so many ms
    double theta = 0.01;      ///< change of pressure that makes a spike

    [[nodiscard]] std::int64_t trial_ms() const { return static_cast<std::int64_t>(steps) * step_ms; }
};

/// Input neurons: of each taxel one that tells of rising and one of falling pressure.
inline constexpr std::uint32_t channels = 2 * taxels;

/// Delta modulation: the finger comes from no pressure at all at tick 0.
[[nodiscard]] Trial encode(const Letter& letter, const Encoding& encoding, const TimeGrid& grid);

/// Letters to learn from, four fifths of all, and the others to test with: a random split that is a function of its
/// seed.
struct LetterTrials {
    std::vector<Trial> training, test;
    std::vector<std::uint32_t> test_samples; ///< which sample each of `test` is
};
[[nodiscard]] LetterTrials split(const Letters& letters, const Encoding& encoding, const TimeGrid& grid,
                                 std::uint64_t split_seed);

/// A recurrent network of LIF neurons whose error counts, and whose answer is read, as long as the finger moves.
[[nodiscard]] RecurrentNetwork reader(const Letters& letters, const Encoding& encoding);

} // namespace saltus::examples::braille
