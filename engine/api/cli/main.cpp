// SPDX-License-Identifier: BSD-3-Clause
// The program `saltus`: one subcommand per file of this folder.
#include "engine/api/cli/command.hpp"
#include "engine/core/error.hpp"
#include "engine/core/version.hpp"

#include <cstdio>
#include <exception>

namespace {

using namespace saltus;
using namespace saltus::cli;

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
