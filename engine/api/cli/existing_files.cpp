// SPDX-License-Identifier: BSD-3-Clause
#include "engine/api/cli/existing_files.hpp"

#include "engine/core/error.hpp"

#include <filesystem>
#include <system_error>

namespace saltus::cli {

void keep_existing(std::span<const std::string> files, bool force) {
    if (force) return;
    for (const std::string& file : files) {
        std::error_code error;
        if (!file.empty() && std::filesystem::is_regular_file(file, error))
            throw ConfigError(file, "exists already", "name another, or use --force");
    }
}

} // namespace saltus::cli
