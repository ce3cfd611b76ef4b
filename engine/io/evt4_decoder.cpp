// SPDX-License-Identifier: BSD-3-Clause
// Prophesee EVT4: 32-bit words, type in bits 31..28.
//   A, B  CD_OFF, CD_ON          time 27..22 (lower 6 bits), x 21..11, y 10..0
//   C, D  CD_VEC_OFF, CD_VEC_ON  the same fields; the next word is a mask: bit i set, an event at x + i
//   E     TIME_HIGH              27..0 = time >> 6
//   9 trigger, 6 other, 7 continued, F padding: no pixel events
// A mask may look like any word: it is taken for one whatever it holds. After OpenEB's decoder
// (prophesee-ai/openeb, hal/cpp/include/metavision/hal/decoders/evt4).
#include "engine/io/decoders.hpp"
#include "engine/io/raw_decoder.hpp"
#include "engine/io/time_base.hpp"

#include <bit>

namespace saltus::io {
namespace {

constexpr std::int64_t wrap_drop_us = (TimeBase::max_us >> 1) + 1;

class Evt4Decoder final : public RawDecoder<4> {
  public:
    explicit Evt4Decoder(const DecodeOptions& options) : RawDecoder(RawEncoding::evt4, options) {}

  private:
    [[nodiscard]] std::size_t waiting() const override { return mask_follows_ ? 4 : 0; }

    void words(const std::byte* first, std::size_t count) override {
        for (std::size_t i = 0; i < count; ++i) {
            const auto w = load_little<std::uint32_t>(first + 4 * i);
            if (mask_follows_) {
                mask_follows_ = false;
                pixels(vector_, w);
            } else {
                word(w);
            }
        }
    }

    void word(std::uint32_t w) {
        switch (w >> 28) {
            case 0xA:
            case 0xB: pixels(w, 1); break;
            case 0xC:
            case 0xD:
                vector_ = w;
                mask_follows_ = true;
                break;
            case 0xE: time_.high(w & 0x0fff'ffff, counters_); break;
            case 0x6:
            case 0x7:
            case 0x9:
            case 0xF: ++counters_.other; break;
            default: ++counters_.malformed;
        }
    }

    /// The events of a word: one for every bit of the mask.
    void pixels(std::uint32_t w, std::uint32_t mask) {
        if (!time_.known()) {
            counters_.before_time += static_cast<std::uint64_t>(std::popcount(mask));
            return;
        }
        const std::int64_t t_us = time_.at((w >> 22) & 0x3f);
        const std::uint32_t first = (w >> 11) & 0x7ff;
        const std::uint32_t y = w & 0x7ff;
        const auto polarity = static_cast<std::uint8_t>((w >> 28) & 1);
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
    std::uint32_t vector_ = 0;
    bool mask_follows_ = false;
};

} // namespace

std::unique_ptr<Decoder> make_evt4_decoder(const DecodeOptions& options) {
    return std::make_unique<Evt4Decoder>(options);
}

} // namespace saltus::io
