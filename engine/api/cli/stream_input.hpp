// SPDX-License-Identifier: BSD-3-Clause
// Where `saltus stream` takes events from: a recording, standard input, datagrams, a DV server.
#pragma once

#include "engine/api/cli/read_options.hpp"
#include "engine/io/live_source.hpp"
#include "engine/io/source.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace saltus::cli {

/// The input, whichever it is, and what is known of it.
struct StreamInput {
    std::unique_ptr<io::LiveSource> live; ///< or
    std::unique_ptr<io::Source> recording;
    std::function<io::Geometry()> geometry;
    std::function<io::Fault()> fault = [] { return io::Fault{}; };

    /// False at the end.
    bool poll(io::EventSink& sink) const {
        return live ? live->poll(sink, std::chrono::milliseconds(50)) : recording->read(sink);
    }
    [[nodiscard]] const io::StreamCounters& counters() const { return live ? live->counters() : recording->counters(); }
    [[nodiscard]] io::TransportCounters transport() const { return live ? live->transport() : io::TransportCounters{}; }
};

/// @param options the file: a path, "-", udp://[HOST]:PORT or dv://HOST:PORT @param payload of datagrams
[[nodiscard]] StreamInput open_input(const InputOptions& options, const std::string& payload);

} // namespace saltus::cli
