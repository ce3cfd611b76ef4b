// SPDX-License-Identifier: BSD-3-Clause
// How events of a sensor become spikes of an input population, as the command line says it.
#pragma once

#include "engine/api/cli_app.hpp"
#include "engine/io/event_gate.hpp"
#include "engine/network/network.hpp"

#include <cstdint>
#include <string>

namespace saltus::cli {

struct GateChoice {
    std::string polarity = "auto"; ///< auto: separate where the population is twice as large as there are addresses
    std::uint32_t shrink = 1;
    std::int64_t pause_us = 0;
    std::string map_file; ///< neuron of each address, a number a line; -: not wanted
};

/// --polarity, --shrink, --pause-us, --address-map
void add_gate_options(CLI::App& command, GateChoice& choice);

/// The gate from a sensor of this size to this population. Throws ConfigError where they do not fit.
[[nodiscard]] io::GateOptions gate_of(const GateChoice& choice, io::Geometry sensor, const Population& input);

} // namespace saltus::cli
