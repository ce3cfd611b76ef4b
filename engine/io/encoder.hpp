// SPDX-License-Identifier: BSD-3-Clause
// An encoder turns events into the bytes of one format. Events that the format cannot hold are refused and counted,
// with the reason for the first; whoever wants a faithful file looks at refused() before keeping it.
#pragma once

#include "engine/io/bytes.hpp"
#include "engine/io/sensor_event.hpp"
#include "engine/io/stream_report.hpp"

#include <cstdint>
#include <span>
#include <string>

namespace saltus::io {

/// Where encoders put bytes: a file, or memory.
class ByteSink {
  public:
    virtual ~ByteSink() = default;
    virtual void write(Bytes bytes) = 0;
    /// Replaces bytes written before, `offset` from the beginning.
    virtual void overwrite(std::uint64_t offset, Bytes bytes) = 0;
};

enum class Packing : std::uint8_t { none, lz4, zstd };

struct EncodeOptions {
    Geometry geometry;              ///< required by ES and AEDAT 4; written by RAW EVT3 where it is known
    Packing packing = Packing::lz4; ///< of AEDAT 4
};

class Encoder : public EventSink {
  public:
    explicit Encoder(ByteSink& sink) : sink_(sink) {}
    Encoder(const Encoder&) = delete;
    Encoder& operator=(const Encoder&) = delete;

    /// Takes events in any portions; the bytes do not depend on how they are cut up.
    void take(std::span<const SensorEvent> events) final;
    /// Hands on all that was taken so far, for live streams: where this is called shows in the bytes.
    void hand_on();
    /// Completes the file. No event may follow.
    void finish();

    [[nodiscard]] std::uint64_t events() const { return events_; }
    [[nodiscard]] std::uint64_t refused() const { return refused_; }
    /// Why the first refused event was refused, and what helps; empty if there was none.
    [[nodiscard]] const char* reason() const { return reason_; }

  protected:
    /// Encodes one event into buffer(); false with refuse() called if it cannot be held.
    virtual bool encode(const SensorEvent& event) = 0;
    virtual void end() {}
    /// Completes a packet that is being filled.
    virtual void complete() {}

    bool refuse(const char* reason) {
        if (refused_++ == 0) reason_ = reason;
        return false;
    }
    /// Bytes on their way to the sink; written() counts those that have arrived and those that wait.
    [[nodiscard]] std::string& buffer() { return buffer_; }
    [[nodiscard]] std::uint64_t written() const { return flushed_ + buffer_.size(); }
    void flush();
    void overwrite(std::uint64_t offset, std::string_view bytes);

  private:
    ByteSink& sink_;
    std::string buffer_;
    std::uint64_t flushed_ = 0;
    std::uint64_t events_ = 0;
    std::uint64_t refused_ = 0;
    const char* reason_ = "";
};

/// Appends the lowest `bytes` bytes of a number, little-endian.
inline void append_little(std::string& out, std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) out += static_cast<char>((value >> (8 * i)) & 0xff);
}

} // namespace saltus::io
