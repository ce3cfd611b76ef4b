// SPDX-License-Identifier: BSD-3-Clause
// AEDAT 4.0 of DV: "#!AER-DAT4.0\r\n", u32 n, a FlatBuffer of n bytes (compression, position of the table, XML), then
// packets {i32 stream, i32 size, body} up to the table or the end. The body, packed as one LZ4 or Zstandard frame or
// not, is a FlatBuffer that begins with its size. Only the first stream of events is read; packets of others are passed
// over. The table at the end is not needed. docs.inivation.com, "AEDAT 4.0". A DV server sends the same from u32 n on,
// without a table.
#include "engine/io/aedat4_info.hpp"
#include "engine/io/aedat4_tables.hpp"
#include "engine/io/decoders.hpp"
#include "engine/io/unpacker.hpp"

namespace saltus::io {
namespace {

constexpr std::string_view magic = "#!AER-DAT4.0\r\n";
constexpr std::size_t fixed_bytes = magic.size() + 4; // at most

class Aedat4Decoder final : public Decoder {
  public:
    /// @param prefix what the stream begins with: `magic`, or nothing
    Aedat4Decoder(const DecodeOptions& options, std::string_view prefix)
        : prefix_(prefix), longest_header_(options.header_bytes),
          capacity_(std::max(options.packet_bytes, longest_header_)),
          packed_(std::make_unique_for_overwrite<std::byte[]>(capacity_)), unpacker_(options.packet_bytes) {
        geometry_ = options.geometry;
    }

  private:
    enum class Part { start, header, packet_head, body, skipped_body, table };

    void decode(Bytes& chunk) override {
        while (!chunk.empty() && !fault()) {
            switch (part_) {
                case Part::start:
                    if (fixed_.fill(chunk, prefix_.size() + 4)) start(chunk);
                    break;
                case Part::header:
                    if (fill(chunk)) header(chunk);
                    break;
                case Part::packet_head:
                    if (head_.fill(chunk, 8)) open(chunk);
                    break;
                case Part::body:
                    if (fill(chunk)) body(chunk);
                    break;
                case Part::skipped_body: skip(chunk); break;
                case Part::table: leave(chunk); break;
            }
        }
    }

    void start(const Bytes& rest) {
        size_ = load_little<std::uint32_t>(fixed_.data() + prefix_.size());
        if (as_text(fixed_.held().first(prefix_.size())) != prefix_) {
            fail(FaultKind::not_this_format, "does not begin with #!AER-DAT4.0", rest, fixed_.size());
        } else if (size_ > longest_header_ - 4) {
            fail(FaultKind::too_large, "the header is longer than is accepted (DecodeOptions::header_bytes)", rest,
                 fixed_.size());
        } else {
            // The size belongs to the FlatBuffer: its numbers are aligned as counted from there.
            std::memcpy(packed_.get(), fixed_.data() + prefix_.size(), 4);
            held_ = 4;
            size_ += 4;
            part_ = Part::header;
        }
    }

    void header(const Bytes& rest) {
        const aedat4::Header* const found = aedat4::header_in({packed_.get(), size_});
        if (found == nullptr) return fail(FaultKind::corrupt, "the header is no FlatBuffer IOHE", rest, size_);
        compression_ = found->compression();
        if (compression_ < aedat4::Compression::none || compression_ > aedat4::Compression::zstd_high) {
            return fail(FaultKind::unsupported, "the compression is none of none, LZ4 and Zstandard", rest, size_);
        }
        const std::string_view xml = found->info() == nullptr ? std::string_view{} : found->info()->string_view();
        const auto stream = aedat4::find_event_stream(xml);
        if (!stream) return fail(FaultKind::unsupported, "the header names no stream of events", rest, size_);
        stream_ = stream->id;
        if (stream->geometry.width != 0) geometry_ = stream->geometry;
        table_position_ = found->table_position();
        next_packet(rest);
    }

    void next_packet(const Bytes& rest) {
        held_ = 0;
        head_.clear();
        const bool at_table = table_position_ > 0 && position(rest) == static_cast<std::uint64_t>(table_position_);
        part_ = at_table ? Part::table : Part::packet_head;
    }

    void open(const Bytes& rest) {
        const auto stream = load_little<std::int32_t>(head_.data());
        const auto size = load_little<std::int32_t>(head_.data() + 4);
        if (size < 0) return fail(FaultKind::corrupt, "a packet's size is negative", rest, 8);
        size_ = static_cast<std::size_t>(size);
        if (stream == stream_ && size_ <= capacity_) {
            part_ = Part::body;
            if (size_ == 0) body(rest);
            return;
        }
        ++(stream == stream_ ? counters_.malformed : counters_.other);
        part_ = Part::skipped_body;
        if (size_ == 0) next_packet(rest);
    }

    /// Takes bytes until the header or packet is whole.
    bool fill(Bytes& chunk) {
        const std::size_t taken = std::min(size_ - held_, chunk.size());
        std::memcpy(packed_.get() + held_, chunk.data(), taken);
        held_ += taken;
        chunk = chunk.subspan(taken);
        return held_ == size_;
    }

    void skip(Bytes& chunk) {
        const std::size_t taken = std::min(size_ - held_, chunk.size());
        held_ += taken;
        chunk = chunk.subspan(taken);
        if (held_ == size_) next_packet(chunk);
    }

    void body(const Bytes& rest) {
        const auto whole = unpacked({packed_.get(), size_});
        const aedat4::EventPacket* const packet = whole ? aedat4::packet_in(*whole) : nullptr;
        if (packet == nullptr) {
            ++counters_.malformed;
        } else if (packet->elements() != nullptr) {
            const auto* const first = reinterpret_cast<const std::byte*>(packet->elements()->Data());
            for (std::size_t i = 0; i < packet->elements()->size(); ++i) event(first + sizeof(aedat4::Event) * i);
        }
        next_packet(rest);
    }

    std::optional<Bytes> unpacked(Bytes packed) {
        switch (compression_) {
            case aedat4::Compression::none: return packed;
            case aedat4::Compression::lz4:
            case aedat4::Compression::lz4_high: return unpacker_.unpack(Unpacker::Method::lz4, packed);
            default: return unpacker_.unpack(Unpacker::Method::zstd, packed);
        }
    }

    void event(const std::byte* from) {
        const auto t_us = load_little<std::int64_t>(from);
        const auto x = load_little<std::int16_t>(from + 8);
        const auto y = load_little<std::int16_t>(from + 10);
        const std::uint32_t width = geometry_.width == 0 ? 65536 : geometry_.width;
        const std::uint32_t height = geometry_.height == 0 ? 65536 : geometry_.height;
        if (x < 0 || y < 0 || static_cast<std::uint32_t>(x) >= width || static_cast<std::uint32_t>(y) >= height) {
            ++counters_.outside;
            return;
        }
        out_.add({t_us, static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(y), from[12] != std::byte{0}});
    }

    void end() override {
        switch (part_) {
            case Part::start:
                if (fixed_.size() != 0) cut("the beginning is not whole", fixed_.size());
                break;
            case Part::header: cut("the header is not whole", prefix_.size() + held_); break;
            case Part::packet_head:
                if (head_.size() != 0) cut("the last packet is not whole", head_.size());
                break;
            case Part::body:
            case Part::skipped_body: cut("the last packet is not whole", head_.size() + held_); break;
            case Part::table: break;
        }
    }

    std::string_view prefix_;
    std::size_t longest_header_; ///< the size before it counted in
    std::size_t capacity_;
    std::unique_ptr<std::byte[]> packed_; ///< the header, or the body of a packet, as it comes
    Unpacker unpacker_;
    Carry<fixed_bytes> fixed_;
    Carry<8> head_;
    Part part_ = Part::start;
    std::size_t size_ = 0; ///< of the header or packet
    std::size_t held_ = 0; ///< bytes of it that were taken
    std::int64_t table_position_ = -1;
    std::int32_t stream_ = 0;
    aedat4::Compression compression_ = aedat4::Compression::none;
};

} // namespace

std::unique_ptr<Decoder> make_aedat4_decoder(const DecodeOptions& options) {
    return std::make_unique<Aedat4Decoder>(options, magic);
}

std::unique_ptr<Decoder> make_dv_decoder(const DecodeOptions& options) {
    return std::make_unique<Aedat4Decoder>(options, std::string_view{});
}

} // namespace saltus::io
