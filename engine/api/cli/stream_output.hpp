// SPDX-License-Identifier: BSD-3-Clause
// Where `saltus stream` sends events: a file, datagrams, the clients of a DV server, or nowhere.
#pragma once

#include "engine/io/sensor_event.hpp"
#include "engine/io/stream_report.hpp"

#include <functional>
#include <memory>
#include <string>

namespace saltus::cli {

class StreamOutput : public io::EventSink {
  public:
    /// Completes what was begun; tells what was sent.
    virtual std::string finish() = 0;
};

/// @param target empty, a file whose extension names the format, udp://HOST:PORT or dv://[HOST]:PORT
/// @param geometry asked when the first events come. Throws ConfigError, then or now.
[[nodiscard]] std::unique_ptr<StreamOutput> open_output(const std::string& target, const std::string& payload,
                                                        const std::function<io::Geometry()>& geometry);

} // namespace saltus::cli
