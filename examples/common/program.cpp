// SPDX-License-Identifier: BSD-3-Clause
#include "examples/common/program.hpp"

#include "examples/common/data_error.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <limits>

namespace saltus::examples {
namespace {

constexpr int bad_input = 2;

const Words<Precision> precisions = {{"single", Precision::single_precision}, {"double", Precision::double_precision}};

int complain(const std::string& program, const std::string& message, int status) {
    std::string line = message;
    std::replace(line.begin(), line.end(), '\n', ' ');
    std::fprintf(stderr, "%s: %s\n", program.c_str(), line.c_str());
    return status;
}

} // namespace

std::string name_of(Precision precision) { return word_for(precision, precisions); }

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
    add_choice(app_, "--precision", options.precision, precisions, "precision of weights and traces");
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

int run_program(const char* program, const std::function<int()>& body) {
    try {
        return body();
    } catch (const DataError& error) {
        return complain(program, error.what(), bad_input);
    } catch (const ConfigError& error) {
        return complain(program, error.what(), bad_input);
    } catch (const std::exception& error) {
        return complain(program, error.what(), 1);
    }
}

} // namespace saltus::examples
