// SPDX-License-Identifier: BSD-3-Clause
// A DV server: sends events to whoever connects. Never blocks: a client that does not keep up is dropped.
#pragma once

#include "engine/io/encoders.hpp"
#include "engine/io/socket.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

namespace saltus::io {

class DvServer final : public EventSink {
  public:
    /// Listens at an address of this machine; port 0: any that is free. `options` need a geometry. Throws ConfigError.
    DvServer(const Endpoint& at, const EncodeOptions& options);
    ~DvServer() override;

    /// Sends to every client, those that have connected since the last call included.
    void take(std::span<const SensorEvent> events) override;
    /// Waits for someone to connect. False if nobody did.
    bool await_client(std::chrono::milliseconds timeout);
    [[nodiscard]] std::uint16_t port() const { return port_of(listener_); }
    [[nodiscard]] std::size_t clients() const { return clients_.size(); }
    [[nodiscard]] std::uint64_t dropped_clients() const { return dropped_; } ///< gone, or too slow

  private:
    struct Client;

    void accept_all();

    EncodeOptions options_;
    Descriptor listener_;
    std::vector<std::unique_ptr<Client>> clients_;
    std::uint64_t dropped_ = 0;
};

} // namespace saltus::io
