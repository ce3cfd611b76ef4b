// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "examples/common/image_classifier.hpp"
#include "examples/common/image_source.hpp"
#include "examples/common/program.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace saltus::examples {

/// What the user asked for.
struct DemoOptions : RunOptions, ImageSource {
    HyperParameters network;
    unsigned epochs = 5;
    unsigned threads = 1;
};

/// The words that the options --rule and --neuron use.
[[nodiscard]] std::string name_of(LearningRule rule);
[[nodiscard]] std::string name_of(NeuronKind neuron);

/// Reads the command line. Nothing to do if the result is empty: then `status` is what the program exits with, 0 after
/// --help and 2 after a faulty option, which one line on stderr has named.
[[nodiscard]] std::optional<DemoOptions> parse_options(int argc, const char* const* argv, int& status);

} // namespace saltus::examples
