// SPDX-License-Identifier: BSD-3-Clause
// Prophesee DAT: header lines "% ...", a byte for the type of event (0x00 or 0x0C: pixels), a byte for the size of a
// record (8), then records: time (u32, us), address (u32). Version 2: x 13..0, y 27..14, polarity 31..28. Version 1:
// x 8..0, y 16..9, polarity 17. docs.prophesee.ai, "DAT File Format".
#include "engine/io/decoders.hpp"
#include "engine/io/header_lines.hpp"
#include "engine/io/text.hpp"
#include "engine/io/wrap_clock.hpp"

namespace saltus::io {
namespace {

class DatDecoder final : public Decoder {
  public:
    explicit DatDecoder(const DecodeOptions& options) { geometry_ = options.geometry; }

  private:
    void decode(Bytes& chunk) override {
        if (!in_records_ && !head(chunk)) return;
        for_records(carry_, chunk, [this](const std::byte* first, std::size_t count) {
            for (std::size_t i = 0; i < count; ++i) record(first + 8 * i);
        });
    }

    /// Header lines, then type and size; `begun` holds what of the two the header took.
    bool head(Bytes& chunk) {
        if (!lines_.take(chunk, [this](std::string_view line) { return header_line(line); })) return false;
        if (kind_.size() == 0) {
            Bytes begun = lines_.begun();
            kind_.fill(begun, 2);
        }
        if (!kind_.fill(chunk, 2)) return false;
        const auto type = std::to_integer<int>(kind_.data()[0]);
        if (type != 0x00 && type != 0x0C) {
            fail(FaultKind::unsupported, "the records are no pixel events", chunk, 2);
            return false;
        }
        if (std::to_integer<int>(kind_.data()[1]) != 8) {
            fail(FaultKind::unsupported, "the records are not of 8 bytes", chunk, 2);
            return false;
        }
        if (stated_.width != 0 && stated_.height != 0) geometry_ = stated_;
        in_records_ = true;
        return true;
    }

    bool header_line(std::string_view text) {
        text = trimmed(text);
        const std::string_view key = cut_at(text, ' ');
        std::uint32_t value = 0;
        if (!parse(trimmed(text), value)) return false;
        if (key == "Version") version_ = value;
        if (key == "Width" && value <= 65536) stated_.width = value;
        if (key == "Height" && value <= 65536) stated_.height = value;
        return false;
    }

    void record(const std::byte* from) {
        const std::int64_t t_us = time_.at(load_little<std::uint32_t>(from), counters_);
        const auto address = load_little<std::uint32_t>(from + 4);
        const bool old = version_ == 1;
        const std::uint32_t x = old ? address & 0x1ff : address & 0x3fff;
        const std::uint32_t y = old ? (address >> 9) & 0xff : (address >> 14) & 0x3fff;
        const bool on = old ? ((address >> 17) & 1) != 0 : (address >> 28) != 0;
        if (geometry_.width != 0 && (x >= geometry_.width || y >= geometry_.height)) {
            ++counters_.outside;
            return;
        }
        out_.add({t_us, static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(y), on});
    }

    void end() override {
        const std::size_t held = in_records_ ? carry_.size() : std::max(lines_.held(), kind_.size());
        if (!in_records_ && counters_.bytes != 0) {
            cut("the header is not whole", held);
        } else if (held != 0) {
            cut("the last record is not whole", held);
        }
    }

    HeaderLines lines_{"% "};
    Carry<2> kind_;
    Carry<8> carry_;
    WrapClock time_;
    Geometry stated_;
    std::uint32_t version_ = 2;
    bool in_records_ = false;
};

} // namespace

std::unique_ptr<Decoder> make_dat_decoder(const DecodeOptions& options) {
    return std::make_unique<DatDecoder>(options);
}

} // namespace saltus::io
