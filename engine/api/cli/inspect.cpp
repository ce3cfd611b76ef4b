// SPDX-License-Identifier: BSD-3-Clause
// saltus inspect: what a recording holds, and what is wrong with it.
#include "engine/api/cli/command.hpp"
#include "engine/api/cli/read_options.hpp"
#include "engine/api/cli/report.hpp"
#include "engine/api/cli/summary.hpp"

#include <cstdio>
#include <memory>

namespace saltus::cli {
namespace {

struct InspectOptions {
    InputOptions input;
    bool json = false;
};

constexpr const char* examples = R"(Examples:
  saltus inspect recording.raw              a table: format, size, events, time span, rates, errors
  saltus inspect recording.aedat4 --json    the same as JSON, for programs
  saltus inspect shd_test.h5 --recording 7  one recording of a file of many

Status: 0 all read; 1 the file is damaged, the report covers the events before the fault; 2 it cannot be read.)";

int inspect(const InspectOptions& options) {
    const auto source = io::open_source(options.input.file, input_of(options.input));
    Summary summary;
    while (source->read(summary)) {
    }
    const std::string text = options.json ? json_report(options.input.file, *source, summary)
                                          : table_report(options.input.file, *source, summary);
    std::fputs(text.c_str(), stdout);
    return source->fault() ? status_damaged : status_ok;
}

} // namespace

void add_inspect(CLI::App& program, Action& action) {
    auto options = std::make_shared<InspectOptions>();
    CLI::App* command = program.add_subcommand("inspect", "Tell what a recording holds: size, events, times, errors");
    add_input_options(*command, options->input, "--format");
    command->add_flag("--json", options->json, "Print JSON instead of a table");
    command->footer(examples);
    command->callback([options, &action] { action = [options] { return inspect(*options); }; });
}

} // namespace saltus::cli
