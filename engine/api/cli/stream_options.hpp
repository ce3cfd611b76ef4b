// SPDX-License-Identifier: BSD-3-Clause
// What `saltus stream` is asked to do.
#pragma once

#include "engine/api/cli/gate_choice.hpp"
#include "engine/api/cli/network_options.hpp"
#include "engine/api/cli/read_options.hpp"

#include <cstdint>
#include <string>

namespace saltus::cli {

struct StreamOptions {
    InputOptions input;
    std::string output;
    std::string payload = "spif";
    std::string output_payload = "spif";
    double speed = -1.0; ///< below 0: as the input asks for
    double seconds = 0.0;
    bool force = false; ///< an output file or a journal that exists is replaced

    // with a network
    NetworkOptions network;
    GateChoice gate;
    std::string input_population, output_population, readout;
    std::string learn;
    std::string labels, labelled;
    double trial_ms = 0.0; ///< 0: the network's interval
    std::uint64_t passes = 1;
    bool in_order = false;
    std::int64_t period_us = 1000;
    std::string journal, plot;
};

/// Events through a network that runs, and learns, as they come. Returns the program's status.
[[nodiscard]] int stream_through_network(const StreamOptions& options);

} // namespace saltus::cli
