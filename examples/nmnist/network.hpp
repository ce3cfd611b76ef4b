// SPDX-License-Identifier: BSD-3-Clause
// The network that reads N-MNIST: pixels -> LIF neurons -> leaky readout, one output a digit. Weights change by e-prop
// after every recording, nothing is unrolled in time. Ticks are microseconds, learning steps milliseconds.
#pragma once

#include "engine/api/cli_app.hpp"
#include "examples/common/results.hpp"
#include "examples/common/trials.hpp"
#include "examples/nmnist/recordings.hpp"

#include <cstdint>
#include <string>

namespace saltus::examples::nmnist {

/// The defaults were chosen on folds of the 1000 recordings to learn from, seed 1.
struct DigitReader {
    std::uint32_t hidden = 200;
    Encoding encoding;
    double tau_hidden_ms = 20.0, tau_readout_ms = 50.0;
    double learning_rate = 5e-3;       ///< plain gradient descent, falling linearly to 0
    double readout_rate_factor = 0.05; ///< the readout's rate is so many times that
    std::int64_t signal_period = 10;   ///< the error, and the decision, count every so many ms
    double error_threshold = 0.1;      ///< a recording at which no output was ever further off changes nothing
};

[[nodiscard]] TrialNetwork describe(const DigitReader& parameters, std::uint64_t seed);

void add_reader_options(CLI::App& app, DigitReader& reader);
void add_reader(Json& json, const DigitReader& reader);

/// What a journal says of the network: all that describe() and the simulation need, as JSON.
[[nodiscard]] std::string to_text(const DigitReader& reader, const RunOptions& options);
/// The reverse; sets seed and precision of `options`. Throws DataError unless it is such a text.
[[nodiscard]] DigitReader from_text(const std::string& text, RunOptions& options);

} // namespace saltus::examples::nmnist
