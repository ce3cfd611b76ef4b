// SPDX-License-Identifier: BSD-3-Clause
// Datagrams of jAER's AEUnicast with the addresses of a DVS128; payload_decoder.hpp tells the layout,
// aedat2_decoder.cpp the address: y 14..8, x 7..1, bit 0 set: darker, bit 15: no pixel event. Columns and rows are
// turned over as there.
#include "engine/io/payload_decoder.hpp"
#include "engine/io/wrap_clock.hpp"

namespace saltus::io {
namespace {

class JaerPayload final : public PayloadDecoder {
  public:
    explicit JaerPayload(const DecodeOptions& options) : as_stored_(options.as_stored) { geometry_ = {128, 128}; }

  private:
    void records(Bytes datagram, std::int64_t) override {
        if (datagram.size() >= 4) {
            sequence(load_big<std::uint32_t>(datagram.data()));
            datagram = datagram.subspan(4);
        } else {
            ++counters_.malformed;
        }
        for (; datagram.size() >= 8; datagram = datagram.subspan(8)) record(datagram.data());
        if (datagram.empty()) return;
        ++counters_.malformed;
        counters_.truncated_bytes += datagram.size();
    }

    void record(const std::byte* from) {
        const auto a = load_big<std::uint32_t>(from);
        const std::int64_t t_us = clock_.at(load_big<std::int32_t>(from + 4), counters_);
        const std::uint32_t x = (a >> 1) & 0x7f, y = (a >> 8) & 0x7f, bit = a & 1;
        if ((a >> 15 & 1) != 0) {
            ++counters_.other;
        } else if (as_stored_) {
            add(t_us, x, y, bit);
        } else {
            add(t_us, 127 - x, 127 - y, 1 - bit);
        }
    }

    WrapClock clock_;
    bool as_stored_;
};

} // namespace

std::unique_ptr<PayloadDecoder> make_jaer_decoder(const DecodeOptions& options) {
    return std::make_unique<JaerPayload>(options);
}

} // namespace saltus::io
