// SPDX-License-Identifier: BSD-3-Clause
// Events to datagrams; payload_decoder.hpp tells the layouts.
#pragma once

#include "engine/io/payload_decoder.hpp"

#include <cstdint>
#include <string>

namespace saltus::io {

/// Appends events to a datagram that is being filled. Allocates nothing once its buffer has been used.
class PayloadEncoder {
  public:
    /// @param most_bytes of a datagram, 64 to 65507
    explicit PayloadEncoder(Payload payload, std::size_t most_bytes = 1400);

    enum class Added : std::uint8_t { yes, full, refused };
    /// `full`: send the datagram, start a new one, and add again. `refused`: the payload cannot hold this event (an
    /// address too large, a time below 0); it is counted.
    Added add(const SensorEvent& event);
    /// The datagram as it stands; empty if it holds no event.
    [[nodiscard]] Bytes datagram() const { return events_ == 0 ? Bytes{} : as_bytes(bytes_); }
    /// Begins the next.
    void restart();

    [[nodiscard]] std::uint64_t refused() const { return refused_; }

  private:
    [[nodiscard]] bool holds(const SensorEvent& event) const;

    Payload payload_;
    std::size_t most_bytes_;
    std::string bytes_;
    std::size_t events_ = 0; ///< in this datagram
    std::uint32_t number_ = 0;
    std::uint64_t refused_ = 0;
};

} // namespace saltus::io
