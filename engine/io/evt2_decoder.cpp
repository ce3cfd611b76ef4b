// SPDX-License-Identifier: BSD-3-Clause
// Prophesee EVT2: 32-bit words, type in bits 31..28.
//   0x0, 0x1  CD_OFF, CD_ON     time 27..22 (lower 6 bits), x 21..11, y 10..0
//   0x8       TIME_HIGH         27..0 = time >> 6
//   0xA trigger, 0xD IMU, 0xE other, 0xF continued: no pixel events
// docs.prophesee.ai, "EVT 2.0 Format".
#include "engine/io/decoders.hpp"
#include "engine/io/raw_decoder.hpp"
#include "engine/io/time_base.hpp"

namespace saltus::io {
namespace {

constexpr std::int64_t wrap_drop_us = TimeBase::max_us - 10'000;

class Evt2Decoder final : public RawDecoder<4> {
  public:
    explicit Evt2Decoder(const DecodeOptions& options) : RawDecoder(RawEncoding::evt2, options) {}

  private:
    void begin(const RawHeader& header) override { big_endian_ = header.order() == RawOrder::big; }

    void words(const std::byte* first, std::size_t count) override {
        if (big_endian_) {
            for (std::size_t i = 0; i < count; ++i) word(load_big<std::uint32_t>(first + 4 * i));
        } else {
            for (std::size_t i = 0; i < count; ++i) word(load_little<std::uint32_t>(first + 4 * i));
        }
    }

    void word(std::uint32_t w) {
        const std::uint32_t type = w >> 28;
        if (type <= 1) return pixel(w, type);
        switch (type) {
            case 0x8: time_.high(w & 0x0fff'ffff, counters_); break;
            case 0xA:
            case 0xD:
            case 0xE:
            case 0xF: ++counters_.other; break;
            default: ++counters_.malformed;
        }
    }

    void pixel(std::uint32_t w, std::uint32_t polarity) {
        if (!time_.known()) {
            ++counters_.before_time;
            return;
        }
        const std::uint32_t x = (w >> 11) & 0x7ff;
        const std::uint32_t y = w & 0x7ff;
        if (x >= width_ || y >= height_) {
            ++counters_.outside;
            return;
        }
        out_.add({time_.at((w >> 22) & 0x3f), static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(y),
                  static_cast<std::uint8_t>(polarity)});
    }

    TimeBase time_{wrap_drop_us};
    bool big_endian_ = false;
};

} // namespace

std::unique_ptr<Decoder> make_evt2_decoder(const DecodeOptions& options) {
    return std::make_unique<Evt2Decoder>(options);
}

} // namespace saltus::io
