// SPDX-License-Identifier: BSD-3-Clause
// Events from a DV server (dv-processing, DV) by TCP: AEDAT 4 without its first line (aedat4_decoder.cpp). Connects by
// itself, and again after a while when the connection ends. Never sends: servers drop clients that do.
#pragma once

#include "engine/io/decoders.hpp"
#include "engine/io/live_source.hpp"
#include "engine/io/socket.hpp"

#include <memory>
#include <vector>

namespace saltus::io {

struct DvOptions {
    DecodeOptions decode{};
    bool reconnect = true;                     ///< false: poll() ends with the first connection
    std::chrono::milliseconds first_wait{100}; ///< before the second attempt; doubles from attempt to attempt
    std::chrono::milliseconds longest_wait{2000};
};

class DvSource final : public LiveSource {
  public:
    explicit DvSource(Endpoint server, const DvOptions& options = {});

    bool poll(EventSink& sink, std::chrono::milliseconds timeout) override;
    [[nodiscard]] const StreamCounters& counters() const override { return counters_; }
    [[nodiscard]] TransportCounters transport() const override { return transport_; }
    /// Of the camera; {0, 0} before the server has told.
    [[nodiscard]] Geometry geometry() const { return decoder_->geometry(); }
    [[nodiscard]] bool connected() const { return socket_ && !connecting_; }

  private:
    using Clock = std::chrono::steady_clock;

    void connect(std::chrono::milliseconds timeout);
    void finish_connecting(std::chrono::milliseconds timeout);
    bool receive(EventSink& sink, std::chrono::milliseconds timeout);
    void back_off();
    bool disconnect(EventSink& sink);
    void count();

    Endpoint server_;
    DvOptions options_;
    Descriptor socket_;
    bool connecting_ = false;
    Clock::time_point retry_at_{};
    std::chrono::milliseconds wait_;
    std::unique_ptr<Decoder> decoder_;
    std::vector<std::byte> buffer_;
    StreamCounters earlier_, counters_; ///< of earlier connections; of all
    TransportCounters transport_;
};

} // namespace saltus::io
