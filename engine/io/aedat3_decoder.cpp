// SPDX-License-Identifier: BSD-3-Clause
// AEDAT 3.1 of cAER: lines "#..." up to "#!END-HEADER", then packets, little-endian. Packet header, 28 bytes: type,
// source (i16), eventSize, tsOffset, tsOverflow, capacity, number, valid (i32); then eventSize * capacity bytes. Type
// 1, polarity events of 8 bytes: u32 with valid 0, polarity 1, y 16..2, x 31..17; time (i32, us). Full time =
// tsOverflow << 31 | time. Events without the valid bit are counted and left out; packets of other types are passed
// over. docs.inivation.com, "AEDAT 3.1".
#include "engine/io/chip.hpp"
#include "engine/io/decoders.hpp"
#include "engine/io/header_lines.hpp"

namespace saltus::io {
namespace {

constexpr std::size_t packet_header_bytes = 28;
constexpr std::size_t event_bytes = 8;
constexpr std::int16_t polarity_type = 1;

class Aedat3Decoder final : public Decoder {
  public:
    explicit Aedat3Decoder(const DecodeOptions& options) { geometry_ = options.geometry; }

  private:
    void decode(Bytes& chunk) override {
        if (!in_packets_) in_packets_ = lines_.take(chunk, [this](std::string_view line) { return header_line(line); });
        if (unpacked_format_) {
            while (!chunk.empty() && !fault()) packet(chunk);
        } else if (in_packets_) {
            fail(FaultKind::unsupported, "only the format RAW is read", chunk, 0);
        }
    }

    bool header_line(std::string_view line) {
        if (line.substr(0, 8) == "Format: ") unpacked_format_ = trimmed(line.substr(8)) == "RAW";
        if (geometry_.width == 0 && line.substr(0, 6) == "Source") geometry_ = chip_geometry(line);
        return line == "!END-HEADER";
    }

    /// A piece of a packet: its header, events, or bytes to pass over.
    void packet(Bytes& chunk) {
        if (events_left_ != 0) {
            events(chunk);
        } else if (skip_left_ != 0) {
            const std::uint64_t size = std::min<std::uint64_t>(skip_left_, chunk.size());
            skip_left_ -= size;
            chunk = chunk.subspan(size);
        } else if (head_.fill(chunk, packet_header_bytes)) {
            open(chunk);
            head_.clear();
        }
    }

    void open(const Bytes& chunk) {
        const std::byte* const head = head_.data();
        const auto type = load_little<std::int16_t>(head);
        const auto event_size = load_little<std::int32_t>(head + 4);
        overflow_ = load_little<std::int32_t>(head + 12);
        const auto capacity = load_little<std::int32_t>(head + 16);
        const auto number = load_little<std::int32_t>(head + 20);
        if (event_size <= 0 || overflow_ < 0 || capacity < 0 || number < 0 || number > capacity) {
            return fail(FaultKind::corrupt, "a packet's header makes no sense", chunk, packet_header_bytes);
        }
        skip_left_ = static_cast<std::uint64_t>(event_size) * static_cast<std::uint64_t>(capacity);
        if (type != polarity_type) {
            counters_.other += static_cast<std::uint64_t>(number);
        } else if (event_size != static_cast<std::int32_t>(event_bytes)) {
            ++counters_.malformed;
        } else {
            events_left_ = static_cast<std::uint64_t>(number);
            skip_left_ -= events_left_ * event_bytes;
            if (overflow_ > last_overflow_)
                counters_.clock_wraps += static_cast<std::uint64_t>(overflow_ - last_overflow_);
            last_overflow_ = overflow_;
        }
    }

    void events(Bytes& chunk) {
        Bytes part = chunk.first(std::min<std::uint64_t>(chunk.size(), events_left_ * event_bytes - carry_.size()));
        chunk = chunk.subspan(part.size());
        for_records(carry_, part, [this](const std::byte* first, std::size_t count) {
            for (std::size_t i = 0; i < count; ++i) event(first + event_bytes * i);
            events_left_ -= count;
        });
    }

    void event(const std::byte* from) {
        const auto data = load_little<std::uint32_t>(from);
        const auto time = load_little<std::uint32_t>(from + 4) & 0x7fff'ffff;
        const std::uint32_t x = data >> 17;
        const std::uint32_t y = (data >> 2) & 0x7fff;
        if ((data & 1) == 0) {
            ++counters_.invalid;
        } else if (geometry_.width != 0 && (x >= geometry_.width || y >= geometry_.height)) {
            ++counters_.outside;
        } else {
            out_.add({std::int64_t{overflow_} << 31 | time, static_cast<std::uint16_t>(x),
                      static_cast<std::uint16_t>(y), static_cast<std::uint8_t>((data >> 1) & 1)});
        }
    }

    void end() override {
        if (!in_packets_) {
            if (counters_.bytes != 0) cut("the header is not whole", lines_.held());
        } else if (head_.size() != 0) {
            cut("the header of the last packet is not whole", head_.size());
        } else if (events_left_ != 0 || skip_left_ != 0) {
            cut("the last packet is not whole", carry_.size());
        }
    }

    HeaderLines lines_{"#"};
    Carry<packet_header_bytes> head_;
    Carry<event_bytes> carry_;
    std::uint64_t events_left_ = 0; ///< of the present packet, not yet decoded in whole
    std::uint64_t skip_left_ = 0;   ///< bytes behind them
    std::int32_t overflow_ = 0;
    std::int32_t last_overflow_ = 0;
    bool in_packets_ = false;
    bool unpacked_format_ = true;
};

} // namespace

std::unique_ptr<Decoder> make_aedat3_decoder(const DecodeOptions& options) {
    return std::make_unique<Aedat3Decoder>(options);
}

} // namespace saltus::io
