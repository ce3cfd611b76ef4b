// SPDX-License-Identifier: BSD-3-Clause
// A decoder turns the bytes of one format into events. Bytes are pushed in chunks of any size, as they come from a
// file, a pipe or a socket; any split gives the same events, counters and fault. Nothing is allocated after
// construction, no length that the stream states is trusted, and nothing is thrown: what is wrong is counted, or ends
// decoding with a Fault.
#pragma once

#include "engine/io/bytes.hpp"
#include "engine/io/sensor_event.hpp"
#include "engine/io/stream_report.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace saltus::io {

/// How to read what a stream leaves open. The defaults suit files; a format ignores what does not concern it.
struct DecodeOptions {
    /// Geometry to assume where the stream states none; {0, 0} accepts every address.
    Geometry geometry{};
    /// Formats whose rows count from the bottom (ES, AEDAT 2) are turned over so that row 0 is the top. True leaves
    /// addresses and polarity as they are stored.
    bool as_stored = false;
    /// Text: what the columns are, such as "t_s,x,y,p" (text_columns.hpp); empty: found from the content.
    std::string text_columns;
    /// Largest packet, packed or unpacked, that a decoder of packets holds; that much address space is set aside.
    std::size_t packet_bytes = std::size_t{64} << 20;
    /// The longest header of an AEDAT4 stream, its own size counted in; a longer one ends decoding, too_large. At
    /// least 4.
    std::size_t header_bytes = std::size_t{1} << 20;
};

/// Where decoders put events: a fixed block, handed to the sink when full.
class EventBlock {
  public:
    static constexpr std::size_t capacity = 1024;

    void open(EventSink& sink) { sink_ = &sink; }
    /// Room for `events` (at most `capacity`) more: where to write them. advance() then says how many there are.
    SensorEvent* room(std::size_t events) {
        if (size_ + events > capacity) flush();
        return block_.data() + size_;
    }
    void advance(std::size_t events) { size_ += events; }
    void add(const SensorEvent& event) {
        *room(1) = event;
        ++size_;
    }
    void flush();
    /// Adds what was delivered to `counters`.
    void account(StreamCounters& counters) const {
        counters.events = delivered_;
        counters.backward_steps = backward_;
    }

  private:
    std::array<SensorEvent, capacity> block_{};
    std::size_t size_ = 0;
    EventSink* sink_ = nullptr;
    std::uint64_t delivered_ = 0;
    std::uint64_t backward_ = 0;
    std::int64_t last_t_us_ = INT64_MIN;
};

class Decoder {
  public:
    virtual ~Decoder() = default;
    Decoder() = default;
    Decoder(const Decoder&) = delete;
    Decoder& operator=(const Decoder&) = delete;

    /// Decodes the next bytes of the stream; their events have reached `sink` when this returns.
    void feed(Bytes bytes, EventSink& sink);
    /// The stream has ended: what is not whole is counted and named.
    void finish(EventSink& sink);

    [[nodiscard]] Geometry geometry() const { return geometry_; }
    [[nodiscard]] const StreamCounters& counters() const { return counters_; }
    /// None as long as decoding goes on; also none at a clean end.
    [[nodiscard]] const Fault& fault() const { return fault_; }

  protected:
    /// Takes bytes off the front of `chunk` until none is left or fail() was called.
    virtual void decode(Bytes& chunk) = 0;
    /// Called once at the end of a stream without a fault; calls cut() when something is not whole.
    virtual void end() = 0;

    /// Ends decoding. `held` bytes of the faulty record were taken off the stream already.
    void fail(FaultKind kind, const char* what, const Bytes& rest, std::size_t held);
    /// The stream ends inside a record of which `held` bytes are there.
    void cut(const char* what, std::size_t held);
    /// Rest of the stream is not data (file tables and the like).
    void leave(Bytes& chunk) {
        counters_.undecoded_bytes += chunk.size();
        chunk = {};
    }
    /// Bytes of the stream before `rest`, the part of the present chunk that is not yet decoded.
    [[nodiscard]] std::uint64_t position(const Bytes& rest) const { return counters_.bytes - rest.size(); }

    EventBlock out_;
    StreamCounters counters_;
    Geometry geometry_;

  private:
    Fault fault_;
    bool finished_ = false;
};

} // namespace saltus::io
