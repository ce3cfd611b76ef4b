// SPDX-License-Identifier: BSD-3-Clause
#include "engine/io/payload_encoder.hpp"
#include "engine/core/error.hpp"
#include "engine/io/encoder.hpp"

namespace saltus::io {
namespace {

void append_big32(std::string& out, std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>((value >> shift) & 0xff);
}

std::size_t record_bytes(Payload payload) { return payload == Payload::faery_t64 ? 13 : 8; }

} // namespace

PayloadEncoder::PayloadEncoder(Payload payload, std::size_t most_bytes) : payload_(payload), most_bytes_(most_bytes) {
    if (most_bytes < 64 || most_bytes > 65507) {
        throw ConfigError("PayloadEncoder", "most_bytes is " + std::to_string(most_bytes),
                          "use 64 to 65507, such as 1400, which fits into an Ethernet frame");
    }
    bytes_.reserve(most_bytes);
    restart();
}

void PayloadEncoder::restart() {
    bytes_.clear();
    events_ = 0;
    if (payload_ == Payload::jaer) append_big32(bytes_, ++number_);
}

/// The clocks of all but faery_t64 have 32 bits and wrap; receivers undo that.
bool PayloadEncoder::holds(const SensorEvent& e) const {
    if (e.t_us < 0 || e.polarity > 1) return false;
    switch (payload_) {
        case Payload::spif: return e.x < 0x8000 && e.y < 0x8000;
        case Payload::faery_t64: return true;
        case Payload::faery_t32: return e.y < 0x8000;
        case Payload::jaer: return e.x < 128 && e.y < 128;
    }
    return false;
}

PayloadEncoder::Added PayloadEncoder::add(const SensorEvent& e) {
    if (!holds(e)) {
        ++refused_;
        return Added::refused;
    }
    if (bytes_.size() + record_bytes(payload_) > most_bytes_) return Added::full;
    const auto t = static_cast<std::uint64_t>(e.t_us);
    switch (payload_) {
        case Payload::spif:
            append_little(bytes_, std::uint64_t{e.x} << 16 | std::uint64_t{e.polarity} << 15 | e.y, 4);
            append_little(bytes_, t, 4);
            break;
        case Payload::faery_t64:
            append_little(bytes_, t, 8);
            append_little(bytes_, e.x, 2);
            append_little(bytes_, e.y, 2);
            append_little(bytes_, e.polarity, 1);
            break;
        case Payload::faery_t32:
            append_little(bytes_, t, 4);
            append_little(bytes_, e.x, 2);
            append_little(bytes_, std::uint64_t{e.y} << 1 | e.polarity, 2);
            break;
        case Payload::jaer:
            append_big32(bytes_, (127u - e.y) << 8 | (127u - e.x) << 1 | (1u - e.polarity));
            append_big32(bytes_, static_cast<std::uint32_t>(t));
            break;
    }
    ++events_;
    return Added::yes;
}

} // namespace saltus::io
