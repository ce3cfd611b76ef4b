// SPDX-License-Identifier: BSD-3-Clause
// Small files of every format, made here by encoders that share no code with the library, with the events they hold.
#pragma once

#include "tests/io/support/outcome.hpp"

#include <string>
#include <vector>

namespace saltus::test {

struct Sample {
    std::string format; ///< name of formats.hpp
    std::string what;
    std::string bytes;
    Events events;             ///< what a reader must deliver
    std::size_t data_from = 0; ///< where the header ends
};

/// Every sample; of formats with a decoder (HDF5 is apart).
[[nodiscard]] const std::vector<Sample>& samples();

/// The events most samples hold: bursts on rows, both polarities, corners of 640 x 480, silences, equal times.
[[nodiscard]] Events scene(std::int64_t silence_us = 4'200'000);

/// HDF5 files of the layouts of SHD, DSEC and Metavision, and the events they hold; written to a temporary file and
/// read back.
[[nodiscard]] std::vector<Sample> hdf5_samples();

void add_raw_samples(std::vector<Sample>& list);
void add_file_samples(std::vector<Sample>& list);
void add_aedat4_samples(std::vector<Sample>& list);

} // namespace saltus::test
