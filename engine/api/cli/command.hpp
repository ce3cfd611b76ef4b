// SPDX-License-Identifier: BSD-3-Clause
// What the subcommands of the program `saltus` share. A subcommand is one file with one function, listed in main.cpp.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>

namespace saltus::cli {

/// What the command line asks for; returns the program's status. Bad input is thrown as ConfigError.
using Action = std::function<int()>;

inline constexpr int status_ok = 0;
inline constexpr int status_damaged = 1; ///< the input was read, but is damaged
inline constexpr int status_bad_input = 2;

void add_inspect(CLI::App& program, Action& action);
void add_convert(CLI::App& program, Action& action);
void add_run(CLI::App& program, Action& action);
void add_replay(CLI::App& program, Action& action);
void add_bench(CLI::App& program, Action& action);
void add_stream(CLI::App& program, Action& action);
void add_verify(CLI::App& program, Action& action);

} // namespace saltus::cli
