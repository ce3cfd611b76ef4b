// SPDX-License-Identifier: BSD-3-Clause
// Where the tests find data sets and reference results that are not in the repository.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

namespace saltus::test {

// The file or folder `relative` ("data/..." or "ref/...") of the shared folder, or
// nothing if it does not exist. The shared folder lies next to the repository; the
// environment variable SALTUS_DATA names another `data` folder, and its siblings
// (such as `ref`) are then looked up next to it.
std::optional<std::filesystem::path> shared_data(std::string_view relative);

} // namespace saltus::test
