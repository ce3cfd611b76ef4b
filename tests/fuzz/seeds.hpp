// SPDX-License-Identifier: BSD-3-Clause
// What fuzzing a reader begins with.
#pragma once

#include "tests/io/support/payload_samples.hpp"
#include "tests/io/support/sound_samples.hpp"
#include "tests/persist/support/journal_bytes.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace saltus::test {

[[nodiscard]] inline std::vector<std::string> fuzz_seeds(std::string_view format) {
    if (format == "journal") return {every_kind_of_entry().bytes};
    if (format == "sound")
        return {wav(std::vector<double>(300, 0.7), 8000), wav(std::vector<double>(100, -0.5), 44100, 2)};
    if (std::find(payload_names.begin(), payload_names.end(), format) != payload_names.end())
        return {framed(payload_datagrams(format, payload_scene(format), 10))};
    std::vector<std::string> list;
    for (const Sample& sample : format == "hdf5" ? hdf5_samples() : samples()) {
        if (sample.format == format) list.push_back(sample.bytes);
    }
    return list;
}

} // namespace saltus::test
