// SPDX-License-Identifier: BSD-3-Clause
// What every example's command line and main() have in common.
#pragma once

#include "engine/runtime/simulation.hpp"
#include "examples/common/options.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace saltus::examples {

/// What every example lets its user choose.
struct RunOptions {
    std::uint64_t seed = 1;
    Precision precision = Precision::single_precision;
    std::string out{}; ///< folder of the results; CommandLine fills in "out/<program>"
    bool quiet = false;
    bool no_plots = false;
};

[[nodiscard]] std::string name_of(Precision precision);

/// The command line of a program. Later mentions of an option override earlier ones.
class CommandLine {
  public:
    /// @param examples_of_use what --help ends with.
    CommandLine(const std::string& program, const std::string& description, const std::string& examples_of_use);

    /// To add options to.
    [[nodiscard]] CLI::App& app() { return app_; }

    /// Adds --seed, --precision, --out, --no-plots and --quiet.
    void add_run_options(RunOptions& options);

    /// Reads the command line. If that was all there is to do, returns what the program exits with: 0 after --help, 2
    /// after a faulty option, which one line on stderr has named.
    [[nodiscard]] std::optional<int> parse(int argc, const char* const* argv);

  private:
    CLI::App app_;
};

/// Runs the body of main(). Faulty data and faulty descriptions end it with status 2, anything else that is thrown with
/// 1, and one line on stderr.
int run_program(const char* program, const std::function<int()>& body);

/// main() of an example: read(argc, argv, options) fills in the options, or tells that the program is to end with a
/// status; run(options) does the rest.
template <class Options, class Read, class Run>
int run_example(const char* program, int argc, char** argv, const Read& read, const Run& run) {
    return run_program(program, [&] {
        Options options;
        const auto ended = read(argc, argv, options);
        return ended ? *ended : run(options);
    });
}

} // namespace saltus::examples
