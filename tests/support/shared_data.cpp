// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/shared_data.hpp"

#include <cstdlib>
#include <system_error>

namespace saltus::test {
namespace {

namespace fs = std::filesystem;

fs::path data_folder() {
    const char* chosen = std::getenv("SALTUS_DATA");
    if (chosen != nullptr && *chosen != '\0') {
        const fs::path folder = fs::absolute(chosen).lexically_normal();
        return folder.has_filename() ? folder : folder.parent_path();
    }
    return (fs::path(SALTUS_SOURCE_DIR) / ".." / "shared" / "data").lexically_normal();
}

// "data/x" lies in the data folder whatever that is called; the rest lies next to it.
fs::path locate(const fs::path& relative) {
    const fs::path data = data_folder();
    if (relative.empty() || *relative.begin() != "data") {
        return data.parent_path() / relative;
    }
    return data / relative.lexically_relative("data");
}

} // namespace

std::optional<fs::path> shared_data(std::string_view relative) {
    const fs::path found = locate(fs::path(relative)).lexically_normal();
    std::error_code error;
    if (!fs::exists(found, error)) {
        return std::nullopt;
    }
    return found;
}

} // namespace saltus::test
