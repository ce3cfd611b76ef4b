// SPDX-License-Identifier: BSD-3-Clause
// The options of every subcommand that runs a network.
#pragma once

#include "engine/api/cli_app.hpp"
#include "engine/network/network.hpp"
#include "engine/runtime/options.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace saltus::cli {

struct NetworkOptions {
    std::string file;
    std::optional<std::uint64_t> seed;
    Precision precision = Precision::single_precision;
    std::uint32_t threads = 1;
    std::uint32_t partitions = 0; ///< 0: one for one thread, else four a thread
};

/// --threads, --partitions
void add_thread_options(CLI::App& command, NetworkOptions& options);
/// --precision. @param usual what holds where it is not given
void add_precision_option(CLI::App& command, NetworkOptions& options, const std::string& usual = "single");

[[nodiscard]] SimulationOptions simulation_options(const NetworkOptions& options);

/// Populations that have neurons which spike: no inputs, no readouts; Poisson sources if asked for.
[[nodiscard]] bool has_spikes(const Population& population, bool poisson = false);

} // namespace saltus::cli
