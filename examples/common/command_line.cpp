// SPDX-License-Identifier: BSD-3-Clause
#include "examples/common/command_line.hpp"

#include <cstdio>
#include <limits>

namespace saltus::examples {

CommandLine::CommandLine(const std::string& program, const std::string& description, const std::string& examples_of_use)
    : app_(description, program) {
    app_.footer(examples_of_use);
    app_.get_formatter()->column_width(26);
    app_.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

void CommandLine::add_run_options(RunOptions& options) {
    if (options.out.empty()) options.out = "out/" + app_.get_name();
    add_number(app_, "--seed", options.seed, 0, std::numeric_limits<std::uint64_t>::max(),
               "seed of everything that is random");
    add_choice(app_, "--precision", options.precision, precision_words(), "precision of weights and traces");
    add_folder(app_, "--out", options.out, "where the results go");
    app_.add_flag("--no-plots", options.no_plots, "write the data of the pictures but do not draw them");
    app_.add_flag("--quiet", options.quiet, "no progress, only the final table");
}

std::optional<int> CommandLine::parse(int argc, const char* const* argv) {
    try {
        app_.parse(argc, argv);
        return std::nullopt;
    } catch (const CLI::CallForHelp&) {
        std::printf("%s", app_.help().c_str());
        return 0;
    } catch (const CLI::ParseError& error) {
        return complain(app_.get_name(), std::string(error.what()) + "; --help lists the options", bad_input);
    }
}

} // namespace saltus::examples
