// SPDX-License-Identifier: BSD-3-Clause
// Datagrams of faery, packed records of two kinds; payload_decoder.hpp tells the layout.
#include "engine/io/payload_decoder.hpp"
#include "engine/io/wrap_clock.hpp"

namespace saltus::io {
namespace {

template <Payload Kind>
class FaeryPayload final : public PayloadDecoder {
  public:
    explicit FaeryPayload(const DecodeOptions& options) { geometry_ = options.geometry; }

  private:
    static constexpr std::size_t record_bytes = Kind == Payload::faery_t64 ? 13 : 8;

    void records(Bytes datagram, std::int64_t) override {
        for (; datagram.size() >= record_bytes; datagram = datagram.subspan(record_bytes)) record(datagram.data());
        if (datagram.empty()) return;
        ++counters_.malformed;
        counters_.truncated_bytes += datagram.size();
    }

    void record(const std::byte* from) {
        if constexpr (Kind == Payload::faery_t64) {
            const auto t_us = load_little<std::int64_t>(from);
            const auto on = std::to_integer<std::uint32_t>(from[12]);
            if (t_us < 0 || on > 1) {
                ++counters_.malformed;
                return;
            }
            add(t_us, load_little<std::uint16_t>(from + 8), load_little<std::uint16_t>(from + 10), on);
        } else {
            const std::uint32_t y_on = load_little<std::uint16_t>(from + 6);
            const std::int64_t t_us = clock_.at(load_little<std::uint32_t>(from), counters_);
            add(t_us, load_little<std::uint16_t>(from + 4), y_on >> 1, y_on & 1);
        }
    }

    WrapClock clock_;
};

} // namespace

std::unique_ptr<PayloadDecoder> make_faery_t64_decoder(const DecodeOptions& options) {
    return std::make_unique<FaeryPayload<Payload::faery_t64>>(options);
}
std::unique_ptr<PayloadDecoder> make_faery_t32_decoder(const DecodeOptions& options) {
    return std::make_unique<FaeryPayload<Payload::faery_t32>>(options);
}

} // namespace saltus::io
