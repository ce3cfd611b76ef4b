// SPDX-License-Identifier: BSD-3-Clause
// Events by UDP, in and out. What the kernel drops because nobody fetched it in time is asked of it (SO_RXQ_OVFL).
#pragma once

#include "engine/io/live_source.hpp"
#include "engine/io/payload_decoder.hpp"
#include "engine/io/payload_encoder.hpp"
#include "engine/io/socket.hpp"

#include <memory>

namespace saltus::io {

struct UdpOptions {
    Payload payload = Payload::spif;
    DecodeOptions decode{};                    ///< geometry and as_stored
    int receive_bytes = 8 << 20;               ///< the kernel's buffer asked for; it may grant less
    std::int64_t (*host_clock_us)() = nullptr; ///< time of events that have none; null: host_time_us
};

class UdpSource final : public LiveSource {
  public:
    /// Listens at an address of this machine; port 0: any that is free. Throws ConfigError if it cannot.
    UdpSource(const Endpoint& at, const UdpOptions& options);
    ~UdpSource() override;

    bool poll(EventSink& sink, std::chrono::milliseconds timeout) override;
    [[nodiscard]] const StreamCounters& counters() const override { return decoder_->counters(); }
    [[nodiscard]] TransportCounters transport() const override;
    [[nodiscard]] std::uint16_t port() const { return port_of(socket_); }
    /// The kernel's buffer as granted.
    [[nodiscard]] int receive_bytes() const;

  private:
    struct Batch;

    void take(std::size_t message, EventSink& sink, std::int64_t arrival_us);

    UdpOptions options_;
    Descriptor socket_;
    std::unique_ptr<PayloadDecoder> decoder_;
    std::unique_ptr<Batch> batch_;
    std::uint64_t kernel_drops_ = 0, too_long_ = 0;
    std::uint32_t last_drops_ = 0; ///< the kernel's own count, which wraps
};

/// Sends events; every call of take() ends with what was filled being sent, so nothing waits. Never blocks.
class UdpSink final : public EventSink {
  public:
    /// Throws ConfigError if there is no way to the address.
    UdpSink(const Endpoint& to, Payload payload, std::size_t most_bytes = 1400);

    void take(std::span<const SensorEvent> events) override;
    [[nodiscard]] std::uint64_t sent() const { return sent_; } ///< datagrams
    /// Datagrams the kernel did not take: its buffer was full, or nobody listens.
    [[nodiscard]] std::uint64_t failed() const { return failed_; }
    /// Events that the payload cannot hold.
    [[nodiscard]] std::uint64_t refused() const { return encoder_.refused(); }

  private:
    void send();

    Descriptor socket_;
    PayloadEncoder encoder_;
    std::uint64_t sent_ = 0, failed_ = 0;
};

} // namespace saltus::io
