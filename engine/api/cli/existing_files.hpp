// SPDX-License-Identifier: BSD-3-Clause
// Files that a command would write: none that exists is replaced unasked.
#pragma once

#include <span>
#include <string>

namespace saltus::cli {

/// Refuses files that exist, unless `force`. "" stands for no file; what is no file, as /dev/null, holds nothing.
/// @throws ConfigError for the first of them
void keep_existing(std::span<const std::string> files, bool force);

} // namespace saltus::cli
