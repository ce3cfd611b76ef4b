// SPDX-License-Identifier: BSD-3-Clause
// AEDAT 2.0 of jAER: lines "#...", then records, big-endian: address (u32), time (i32, us).
//   DVS128  y 14..8, x 7..1, bit 0 set: darker; bit 15: no pixel event
//   DAVIS   bit 31: frame or IMU sample; y 30..22, x 21..12, polarity 11; bit 10: external event or IMU
// Rows count from the bottom, and the columns of these chips from the right: both are turned over, so that row 0,
// column 0 is the top left; as stored, addresses and the polarity bit stay as they are. docs.inivation.com,
// "AEDAT 2.0"; jAER's DVS128.java and DavisBaseCamera.java.
#include "engine/io/chip.hpp"
#include "engine/io/decoders.hpp"
#include "engine/io/header_lines.hpp"
#include "engine/io/wrap_clock.hpp"

namespace saltus::io {
namespace {

class Aedat2Decoder final : public Decoder {
  public:
    explicit Aedat2Decoder(const DecodeOptions& options) : assumed_(options.geometry), as_stored_(options.as_stored) {}

  private:
    void decode(Bytes& chunk) override {
        if (!in_records_ && !head(chunk)) return;
        for_records(carry_, chunk, [this](const std::byte* first, std::size_t count) {
            for (std::size_t i = 0; i < count; ++i) record(first + 8 * i);
        });
    }

    bool head(Bytes& chunk) {
        in_records_ = lines_.take(chunk, [this](std::string_view line) {
            if (geometry_.width == 0) geometry_ = chip_geometry(line);
            return line == "End Of ASCII Header";
        });
        if (!in_records_) return false;
        if (geometry_.width == 0) geometry_ = assumed_.width != 0 ? assumed_ : Geometry{128, 128};
        dvs128_ = geometry_ == Geometry{128, 128};
        return true;
    }

    void record(const std::byte* from) {
        const auto a = load_big<std::uint32_t>(from);
        const std::int64_t t_us = time_.at(load_big<std::int32_t>(from + 4), counters_);
        if ((a & (dvs128_ ? 1u << 15 : 1u << 31 | 1u << 10)) != 0) {
            ++counters_.other;
            return;
        }
        const std::uint32_t x = dvs128_ ? (a >> 1) & 0x7f : (a >> 12) & 0x3ff;
        const std::uint32_t y = dvs128_ ? (a >> 8) & 0x7f : (a >> 22) & 0x1ff;
        const std::uint32_t bit = dvs128_ ? a & 1 : (a >> 11) & 1;
        if (x >= geometry_.width || y >= geometry_.height) {
            ++counters_.outside;
        } else if (as_stored_) {
            add(t_us, x, y, bit);
        } else {
            add(t_us, geometry_.width - 1 - x, geometry_.height - 1 - y, dvs128_ ? 1 - bit : bit);
        }
    }

    void add(std::int64_t t_us, std::uint32_t x, std::uint32_t y, std::uint32_t polarity) {
        out_.add(
            {t_us, static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(y), static_cast<std::uint8_t>(polarity)});
    }

    void end() override {
        if (lines_.held() != 0) return cut("the header is not whole", lines_.held());
        if (carry_.size() != 0) cut("the last record is not whole", carry_.size());
    }

    HeaderLines lines_{"#"};
    Carry<8> carry_;
    WrapClock time_;
    Geometry assumed_;
    bool as_stored_;
    bool dvs128_ = true;
    bool in_records_ = false;
};

} // namespace

std::unique_ptr<Decoder> make_aedat2_decoder(const DecodeOptions& options) {
    return std::make_unique<Aedat2Decoder>(options);
}

} // namespace saltus::io
