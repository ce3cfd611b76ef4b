// SPDX-License-Identifier: BSD-3-Clause
// Datagrams of SPIF (SpiNNaker's peripheral interface) and AEStream; payload_decoder.hpp tells the layout.
#include "engine/io/payload_decoder.hpp"
#include "engine/io/wrap_clock.hpp"

namespace saltus::io {
namespace {

class SpifPayload final : public PayloadDecoder {
  public:
    explicit SpifPayload(const DecodeOptions& options) { geometry_ = options.geometry; }

  private:
    void records(Bytes datagram, std::int64_t arrival_us) override {
        while (datagram.size() >= 4) {
            const auto word = load_little<std::uint32_t>(datagram.data());
            const bool timed = word >> 31 == 0;
            const std::size_t bytes = timed ? 8 : 4;
            if (datagram.size() < bytes) break;
            const std::int64_t t_us =
                timed ? clock_.at(load_little<std::uint32_t>(datagram.data() + 4), counters_) : arrival_us;
            add(t_us, (word >> 16) & 0x7fff, word & 0x7fff, (word >> 15) & 1);
            datagram = datagram.subspan(bytes);
        }
        if (datagram.empty()) return;
        ++counters_.malformed;
        counters_.truncated_bytes += datagram.size();
    }

    WrapClock clock_;
};

} // namespace

std::unique_ptr<PayloadDecoder> make_spif_decoder(const DecodeOptions& options) {
    return std::make_unique<SpifPayload>(options);
}

} // namespace saltus::io
