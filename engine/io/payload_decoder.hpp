// SPDX-License-Identifier: BSD-3-Clause
// Decodes the datagrams of one kind of sender. Each datagram is whole in itself; none is trusted, nothing is allocated
// after construction, and what means nothing is counted and left out. The kinds, one file each:
//   spif        SPIF, AEStream: little-endian words; bit 31 set: x 30..16, polarity 15, y 14..0, no time; bit 31 clear:
//               the same, and a word with the time (us) follows
//   faery_t64   faery: records of 13 bytes, little-endian: time u64 (us), x u16, y u16, on u8
//   faery_t32   faery: records of 8 bytes, little-endian: time u32 (us), x u16, y << 1 | on u16
//   jaer        jAER AEUnicast: big-endian: sequence number i32, then address and time i32 as in AEDAT 2
#pragma once

#include "engine/io/decoder.hpp"

#include <cstdint>
#include <memory>
#include <string_view>

namespace saltus::io {

enum class Payload : std::uint8_t { spif, faery_t64, faery_t32, jaer };

/// By the names above; throws ConfigError for others.
[[nodiscard]] Payload payload_named(std::string_view name);

class PayloadDecoder {
  public:
    virtual ~PayloadDecoder() = default;
    PayloadDecoder() = default;
    PayloadDecoder(const PayloadDecoder&) = delete;
    PayloadDecoder& operator=(const PayloadDecoder&) = delete;

    /// Decodes a datagram; its events have reached `sink` when this returns.
    /// @param arrival_us time of events that have none of their own
    void decode(Bytes datagram, std::int64_t arrival_us, EventSink& sink);

    [[nodiscard]] const StreamCounters& counters() const { return counters_; }
    [[nodiscard]] std::uint64_t datagrams() const { return datagrams_; }
    /// Datagrams missing, by their sequence numbers; 0 where there are none.
    [[nodiscard]] std::uint64_t lost() const { return lost_; }
    /// Datagrams that came late or twice; they are decoded all the same.
    [[nodiscard]] std::uint64_t disordered() const { return disordered_; }

  protected:
    virtual void records(Bytes datagram, std::int64_t arrival_us) = 0;
    void add(std::int64_t t_us, std::uint32_t x, std::uint32_t y, std::uint32_t polarity);
    /// The datagram's own number, to be compared with the one before.
    void sequence(std::uint32_t number);

    StreamCounters counters_;
    Geometry geometry_; ///< of the options; {0, 0}: any address

  private:
    EventBlock out_;
    std::uint64_t datagrams_ = 0, lost_ = 0, disordered_ = 0;
    std::uint32_t expected_ = 0;
    bool numbered_ = false;
};

/// Of the options, `geometry` and `as_stored` are heeded.
[[nodiscard]] std::unique_ptr<PayloadDecoder> make_payload_decoder(Payload payload, const DecodeOptions& options = {});

// One factory per kind.
std::unique_ptr<PayloadDecoder> make_spif_decoder(const DecodeOptions& options);
std::unique_ptr<PayloadDecoder> make_faery_t64_decoder(const DecodeOptions& options);
std::unique_ptr<PayloadDecoder> make_faery_t32_decoder(const DecodeOptions& options);
std::unique_ptr<PayloadDecoder> make_jaer_decoder(const DecodeOptions& options);

} // namespace saltus::io
