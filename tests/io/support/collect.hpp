// SPDX-License-Identifier: BSD-3-Clause
// Outcomes of decoding in tests.
#pragma once

#include "tests/io/support/outcome.hpp"
#include "tests/support/catch.hpp"

#include <filesystem>
#include <ostream>
#include <string>

namespace saltus::io {

/// For Catch2's messages; found by argument-dependent look-up.
inline std::ostream& operator<<(std::ostream& out, const SensorEvent& e) {
    return out << "(t " << e.t_us << ", x " << e.x << ", y " << e.y << ", p " << int{e.polarity} << ")";
}

} // namespace saltus::io

namespace saltus::test {

/// Checks that two outcomes agree in every event and counter and in the fault.
void require_same(const Outcome& a, const Outcome& b);

[[nodiscard]] std::string read_file(const std::filesystem::path& path);

/// Reads a file through open_source().
Outcome read_source(const std::filesystem::path& path, const io::ReadOptions& options = {});

} // namespace saltus::test
