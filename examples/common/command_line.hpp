// SPDX-License-Identifier: BSD-3-Clause
// What every example's command line has in common. By itself: CLI11 takes seconds to compile.
#pragma once

#include "examples/common/options.hpp"
#include "examples/common/program.hpp"

#include <optional>
#include <string>

namespace saltus::examples {

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

} // namespace saltus::examples
