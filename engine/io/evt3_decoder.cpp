// SPDX-License-Identifier: BSD-3-Clause
// Prophesee EVT3: 16-bit words, type in bits 15..12, a state machine.
//   0 ADDR_Y       y 10..0 (bit 11 tells master from slave camera: ignored)
//   2 ADDR_X       one event: polarity 11, x 10..0
//   3 VECT_BASE_X  polarity 11, base 10..0
//   4 VECT_12, 5 VECT_8  bit i set: an event at base + i; then the base moves on by 12 or 8
//   6 TIME_LOW     time 11..0         8 TIME_HIGH  time 23..12
//   A trigger, D IMU, 7, E, F others and their continuation: no pixel events
// A changed TIME_HIGH starts the lower part at 0; an equal one changes nothing. The 24-bit clock wraps every 16.8 s: a
// drop of TIME_HIGH by half its range or more is a wrap, a smaller one an error that is counted and ignored. Every
// vector word is decoded on its own, since some cameras leave VECT_8 out. docs.prophesee.ai, "EVT 3.0 Format".
#include "engine/io/decoders.hpp"
#include "engine/io/raw_decoder.hpp"

#include <bit>

namespace saltus::io {
namespace {

enum Type : std::uint32_t {
    addr_y = 0,
    addr_x = 2,
    vect_base_x = 3,
    vect_12 = 4,
    vect_8 = 5,
    time_low = 6,
    time_high = 8
};

class Evt3Decoder final : public RawDecoder<2> {
  public:
    explicit Evt3Decoder(const DecodeOptions& options) : RawDecoder(RawEncoding::evt3, options) {}

  private:
    void words(const std::byte* first, std::size_t count) override {
        std::size_t i = 0;
        for (; i < count && !synchronous(); ++i) word(load_little<std::uint16_t>(first + 2 * i));
        while (i < count) {
            const std::size_t piece = std::min(count - i, std::size_t{256});
            run(first + 2 * i, piece);
            i += piece;
        }
    }

    /// Once a time and a row are known, every ADDR_X is an event.
    [[nodiscard]] bool synchronous() const { return time_known_ && row_known_; }

    /// The hot loop. Which of the three common types a word has is as good as random, so they are decoded without a
    /// branch: each word writes an event, which counts only if the word was an ADDR_X inside the geometry.
    void run(const std::byte* first, std::size_t count) {
        std::uint32_t y = y_;
        std::int64_t t = t_us_;
        std::size_t written = 0;
        std::uint64_t outside = 0;
        SensorEvent* out = out_.room(count);
        for (std::size_t i = 0; i < count; ++i) {
            const std::uint32_t w = load_little<std::uint16_t>(first + 2 * i);
            const std::uint32_t type = w >> 12;
            if (((1u << type) & ((1u << addr_y) | (1u << addr_x) | (1u << time_low))) == 0) {
                y_ = y;
                t_us_ = t;
                out_.advance(written);
                word(w);
                out = out_.room(count);
                written = 0;
                t = t_us_;
                continue;
            }
            y = type == addr_y ? w & 0x7ff : y;
            t = type == time_low ? ((t & ~std::int64_t{0xfff}) | (w & 0xfff)) : t;
            const std::uint32_t x = w & 0x7ff;
            out[written] = {t, static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(y),
                            static_cast<std::uint8_t>((w >> 11) & 1)};
            const bool is_event = type == addr_x;
            const bool inside = (x < width_) & (y < height_);
            written += is_event & inside;
            outside += is_event & !inside;
        }
        out_.advance(written);
        y_ = y;
        t_us_ = t;
        counters_.outside += outside;
    }

    void word(std::uint32_t w) {
        switch (w >> 12) {
            case addr_y:
                y_ = w & 0x7ff;
                row_known_ = true;
                break;
            case addr_x: single(w); break;
            case vect_base_x:
                base_ = w & 0x7ff;
                polarity_ = static_cast<std::uint8_t>((w >> 11) & 1);
                base_known_ = true;
                break;
            case vect_12: vector(w & 0xfff, 12); break;
            case vect_8: vector(w & 0xff, 8); break;
            case time_low: t_us_ = (t_us_ & ~std::int64_t{0xfff}) | (w & 0xfff); break;
            case time_high: high(w & 0xfff); break;
            case 0x7:
            case 0xA:
            case 0xD:
            case 0xE:
            case 0xF: ++counters_.other; break;
            default: ++counters_.malformed;
        }
    }

    void high(std::uint32_t upper_bits) {
        const std::uint32_t before = static_cast<std::uint32_t>(t_us_ >> 12) & 0xfff;
        if (!time_known_) {
            t_us_ = std::int64_t{upper_bits} << 12;
            time_known_ = true;
            return;
        }
        if (upper_bits == before) return;
        std::int64_t wraps = t_us_ >> 24;
        if (upper_bits < before) {
            if (before - upper_bits < (1u << 11)) {
                ++counters_.clock_errors;
                return;
            }
            ++counters_.clock_wraps;
            ++wraps;
        }
        t_us_ = (wraps << 24) | (std::int64_t{upper_bits} << 12);
    }

    void single(std::uint32_t w) {
        const std::uint32_t x = w & 0x7ff;
        if (!synchronous()) {
            ++counters_.before_time;
        } else if (x >= width_ || y_ >= height_) {
            ++counters_.outside;
        } else {
            out_.add({t_us_, static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(y_),
                      static_cast<std::uint8_t>((w >> 11) & 1)});
        }
    }

    void vector(std::uint32_t mask, std::uint32_t length) {
        if (!base_known_) {
            ++counters_.malformed;
            return;
        }
        const auto events = static_cast<std::uint64_t>(std::popcount(mask));
        const std::uint32_t first = base_;
        base_ = std::min(base_ + length, 65536u);
        if (!synchronous()) {
            counters_.before_time += events;
            return;
        }
        const std::uint32_t reach = first >= width_ || y_ >= height_ ? 0 : std::min(length, width_ - first);
        const std::uint32_t inside = mask & ((1u << reach) - 1);
        expand(inside, first);
        counters_.outside += events - static_cast<std::uint64_t>(std::popcount(inside));
    }

    void expand(std::uint32_t mask, std::uint32_t first) {
        SensorEvent* out = out_.room(12);
        std::size_t written = 0;
        for (; mask != 0; mask &= mask - 1) {
            const auto x = first + static_cast<std::uint32_t>(std::countr_zero(mask));
            out[written++] = {t_us_, static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(y_), polarity_};
        }
        out_.advance(written);
    }

    std::int64_t t_us_ = 0; ///< wraps << 24 | high << 12 | low
    std::uint32_t y_ = 0;
    std::uint32_t base_ = 0;
    std::uint8_t polarity_ = 0;
    bool time_known_ = false;
    bool row_known_ = false;
    bool base_known_ = false;
};

} // namespace

std::unique_ptr<Decoder> make_evt3_decoder(const DecodeOptions& options) {
    return std::make_unique<Evt3Decoder>(options);
}

} // namespace saltus::io
