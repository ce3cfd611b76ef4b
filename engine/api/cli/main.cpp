// SPDX-License-Identifier: BSD-3-Clause
// The program `saltus`: one subcommand per file of this folder.
#include "engine/api/cli/command.hpp"
#include "engine/core/error.hpp"
#include "engine/core/version.hpp"

#include <cstdio>
#include <exception>
#include <string>

namespace {

using namespace saltus;
using namespace saltus::cli;

/// A first word that is no command: CLI11 would only say that one is missing.
void require_command(const CLI::App& program, const std::string& word) {
    std::string commands;
    for (const CLI::App* command : program.get_subcommands({})) {
        if (command->get_name() == word) return;
        commands += (commands.empty() ? "" : ", ") + command->get_name();
    }
    if (word.starts_with('-')) return;
    throw ConfigError("'" + word + "'", "is not a command", "use one of " + commands);
}

int run(int argc, char** argv) {
    CLI::App program("Event streams in, spikes and learning out.", "saltus");
    program.set_version_flag("--version", version);
    program.require_subcommand(1);
    program.footer("'saltus COMMAND --help' tells what a command takes, with examples.");
    Action action;
    add_inspect(program, action);
    add_convert(program, action);
    add_stream(program, action);
    add_run(program, action);
    add_replay(program, action);
    add_bench(program, action);
    add_verify(program, action);
    if (argc > 1) require_command(program, argv[1]);
    try {
        program.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return program.exit(error) == 0 ? status_ok : status_bad_input;
    }
    return action();
}

} // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const ConfigError& error) {
        std::fprintf(stderr, "saltus: %s\n", error.what());
        return status_bad_input;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "saltus: %s\n", error.what());
        return 1;
    }
}
