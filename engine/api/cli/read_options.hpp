// SPDX-License-Identifier: BSD-3-Clause
// The options of every subcommand that reads a file of events.
#pragma once

#include "engine/api/cli_app.hpp"
#include "engine/io/source.hpp"

#include <string>

namespace saltus::cli {

struct InputOptions {
    std::string file;
    std::string geometry;
    std::int64_t recording = -1;
    io::ReadOptions read; ///< use input_of() once the command line has been read
};

/// All but the file.
void add_recording_options(CLI::App& command, InputOptions& options, const std::string& format_option);
/// The file as the positional option, and the rest.
void add_input_options(CLI::App& command, InputOptions& options, const std::string& format_option);

/// What to hand to open_source(). Throws ConfigError for a geometry that is none.
[[nodiscard]] io::ReadOptions input_of(const InputOptions& options);

} // namespace saltus::cli
