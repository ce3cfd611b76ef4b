// SPDX-License-Identifier: BSD-3-Clause
// What every example's options and main() have in common.
#pragma once

#include "engine/runtime/simulation.hpp"
#include "examples/common/words.hpp"

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

[[nodiscard]] const Words<Precision>& precision_words();
[[nodiscard]] std::string name_of(Precision precision);

/// One line on stderr. @return status
int complain(const std::string& program, const std::string& message, int status);

/// What a program ends with whose options or data are at fault.
inline constexpr int bad_input = 2;

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
