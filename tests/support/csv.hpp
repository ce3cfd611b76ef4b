// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <vector>

namespace saltus::test {

/// The rows of a table of numbers separated by commas. A first row that does not begin with a number is a header and
/// left out; a field that is no number becomes NaN.
std::vector<std::vector<double>> read_csv(const std::filesystem::path& file);

} // namespace saltus::test
