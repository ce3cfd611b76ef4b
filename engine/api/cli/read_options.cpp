// SPDX-License-Identifier: BSD-3-Clause
#include "engine/api/cli/read_options.hpp"
#include "engine/core/error.hpp"
#include "engine/io/formats.hpp"
#include "engine/io/text.hpp"

#include <CLI/CLI.hpp>

namespace saltus::cli {
namespace {

io::Geometry geometry_of(std::string_view text) {
    io::Geometry geometry;
    std::string_view rest = text;
    const bool width = io::parse(io::cut_at(rest, 'x'), geometry.width);
    const bool height = io::parse(rest, geometry.height);
    constexpr std::uint32_t largest = 65536;
    if (width && height && geometry.width - 1 < largest && geometry.height - 1 < largest) return geometry;
    throw ConfigError("--geometry", "'" + std::string(text) + "' is no size",
                      "write columns and rows, each 1 to 65536, like 640x480");
}

std::string format_list() {
    std::string list;
    for (const io::Format& format : io::formats()) list += (list.empty() ? "" : ", ") + std::string(format.name);
    return list;
}

} // namespace

void add_input_options(CLI::App& command, InputOptions& options, const std::string& format_option) {
    command.add_option("file", options.file, "The recording to read")->required()->type_name("FILE");
    add_recording_options(command, options, format_option);
}

void add_recording_options(CLI::App& command, InputOptions& options, const std::string& format_option) {
    command
        .add_option(format_option, options.read.format,
                    "Its format, if not to be found from the content: " + format_list())
        ->type_name("NAME");
    command.add_option("--geometry", options.geometry, "Columns x rows, where the file does not tell, like 640x480")
        ->type_name("WxH");
    command
        .add_option(
            "--columns", options.read.decode.text_columns,
            "What the columns of a text file are, like t_s,x,y,p (t_s, t_ms, t_us, t_ns: the unit; '-' passes over)")
        ->type_name("NAMES");
    command.add_option("--recording", options.recording, "Which recording, from 0, of a file of many (SHD, SSC)")
        ->type_name("N")
        ->check(CLI::NonNegativeNumber);
    command.add_flag("--as-stored", options.read.decode.as_stored,
                     "Do not turn over the rows of formats that count them from the bottom (ES, AEDAT 2)");
}

io::ReadOptions input_of(const InputOptions& options) {
    io::ReadOptions read = options.read;
    if (!options.geometry.empty()) read.decode.geometry = geometry_of(options.geometry);
    if (options.recording >= 0) read.recording = static_cast<std::uint64_t>(options.recording);
    return read;
}

} // namespace saltus::cli
