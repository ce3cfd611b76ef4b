// SPDX-License-Identifier: BSD-3-Clause
#include "engine/io/payload_decoder.hpp"
#include "engine/core/error.hpp"

#include <array>
#include <string>

namespace saltus::io {
namespace {

struct Kind {
    std::string_view name;
    Payload payload;
    std::unique_ptr<PayloadDecoder> (*make)(const DecodeOptions&);
};
constexpr std::array kinds{
    Kind{"spif", Payload::spif, make_spif_decoder},
    Kind{"faery_t64", Payload::faery_t64, make_faery_t64_decoder},
    Kind{"faery_t32", Payload::faery_t32, make_faery_t32_decoder},
    Kind{"jaer", Payload::jaer, make_jaer_decoder},
};

} // namespace

Payload payload_named(std::string_view name) {
    for (const Kind& kind : kinds) {
        if (kind.name == name) return kind.payload;
    }
    throw ConfigError("payload", "there is no '" + std::string(name) + "'", "use spif, faery_t64, faery_t32 or jaer");
}

std::unique_ptr<PayloadDecoder> make_payload_decoder(Payload payload, const DecodeOptions& options) {
    return kinds.at(static_cast<std::size_t>(payload)).make(options);
}

void PayloadDecoder::decode(Bytes datagram, std::int64_t arrival_us, EventSink& sink) {
    ++datagrams_;
    counters_.bytes += datagram.size();
    out_.open(sink);
    records(datagram, arrival_us);
    out_.flush();
    out_.account(counters_);
}

void PayloadDecoder::add(std::int64_t t_us, std::uint32_t x, std::uint32_t y, std::uint32_t polarity) {
    if (geometry_.width != 0 && (x >= geometry_.width || y >= geometry_.height)) {
        ++counters_.outside;
        return;
    }
    out_.add({t_us, static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(y), static_cast<std::uint8_t>(polarity)});
}

void PayloadDecoder::sequence(std::uint32_t number) {
    const std::uint32_t ahead = number - expected_; // wraps: half the circle is ahead, half behind
    if (numbered_ && ahead >= (std::uint32_t{1} << 31)) {
        ++disordered_;
        return;
    }
    if (numbered_) lost_ += ahead;
    numbered_ = true;
    expected_ = number + 1;
}

} // namespace saltus::io
