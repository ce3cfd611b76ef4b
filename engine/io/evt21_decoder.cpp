// SPDX-License-Identifier: BSD-3-Clause
// Prophesee EVT2.1: 64-bit words, type in bits 63..60.
//   0, 1  EVT_NEG, EVT_POS  time 59..54 (lower 6 bits), x 53..43, y 42..32, valid 31..0: bit i set, an event at x + i
//   8     TIME_HIGH         59..32 = time >> 6
//   A trigger, E others, F continued: no pixel events
// Two byte orders: plain little-endian (GenX320), and "legacy" (IMX636), where the two halves of 32 bits are exchanged.
// The header tells which; where it does not, the first word does if it is a TIME_HIGH in just one of them.
// docs.prophesee.ai, "EVT 2.1 Format".
#include "engine/io/decoders.hpp"
#include "engine/io/raw_decoder.hpp"
#include "engine/io/time_base.hpp"

#include <bit>

namespace saltus::io {
namespace {

constexpr std::int64_t wrap_drop_us = TimeBase::max_us - 10'000;

class Evt21Decoder final : public RawDecoder<8> {
  public:
    explicit Evt21Decoder(const DecodeOptions& options) : RawDecoder(RawEncoding::evt21, options) {}

  private:
    void begin(const RawHeader& header) override {
        order_ = header.order();
        genx320_ = header.genx320();
    }

    void words(const std::byte* first, std::size_t count) override {
        if (order_ == RawOrder::unknown) order_ = guess_order(load_little<std::uint64_t>(first));
        for (std::size_t i = 0; i < count; ++i) {
            const auto w = load_little<std::uint64_t>(first + 8 * i);
            word(order_ == RawOrder::legacy ? std::rotl(w, 32) : w);
        }
    }

    [[nodiscard]] RawOrder guess_order(std::uint64_t first) const {
        const bool little = first >> 60 == 8;
        const bool legacy = std::rotl(first, 32) >> 60 == 8;
        if (little != legacy) return little ? RawOrder::little : RawOrder::legacy;
        return genx320_ ? RawOrder::little : RawOrder::legacy;
    }

    void word(std::uint64_t w) {
        switch (w >> 60) {
            case 0x0:
            case 0x1: vector(w, static_cast<std::uint8_t>(w >> 60)); break;
            case 0x8: time_.high(static_cast<std::uint32_t>(w >> 32) & 0x0fff'ffff, counters_); break;
            case 0xA:
            case 0xE:
            case 0xF: ++counters_.other; break;
            default: ++counters_.malformed;
        }
    }

    void vector(std::uint64_t w, std::uint8_t polarity) {
        auto mask = static_cast<std::uint32_t>(w);
        if (!time_.known()) {
            counters_.before_time += static_cast<std::uint64_t>(std::popcount(mask));
            return;
        }
        const std::int64_t t_us = time_.at(static_cast<std::uint32_t>(w >> 54) & 0x3f);
        const std::uint32_t first = static_cast<std::uint32_t>(w >> 43) & 0x7ff;
        const std::uint32_t y = static_cast<std::uint32_t>(w >> 32) & 0x7ff;
        SensorEvent* out = out_.room(32);
        std::size_t written = 0;
        for (; mask != 0; mask &= mask - 1) {
            const std::uint32_t x = first + static_cast<std::uint32_t>(std::countr_zero(mask));
            out[written] = {t_us, static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(y), polarity};
            const bool inside = x < width_ && y < height_;
            written += inside;
            counters_.outside += !inside;
        }
        out_.advance(written);
    }

    TimeBase time_{wrap_drop_us};
    RawOrder order_ = RawOrder::unknown;
    bool genx320_ = false;
};

} // namespace

std::unique_ptr<Decoder> make_evt21_decoder(const DecodeOptions& options) {
    return std::make_unique<Evt21Decoder>(options);
}

} // namespace saltus::io
