// SPDX-License-Identifier: BSD-3-Clause
// ES, "Event Stream" version 2: the signature, version (3 bytes), type, width and height (u16), then bytes with time
// steps.
//   DVS   0xFF: time + 127; 0xFE reserved; else time + (b >> 1), polarity b & 1, then x and y (u16)
//   ATIS  (b & 0xFC) = 0xFC: time + 63 (b & 3); else time + (b >> 2), 0 off, 2 on, 1 and 3 exposure; then x and y (u16)
// Time starts at 0; rows count from the bottom and are turned over. github.com/neuromorphicsystems/event_stream.
#include "engine/io/decoders.hpp"

namespace saltus::io {
namespace {

constexpr std::string_view signature = "Event Stream";
constexpr std::size_t fixed_bytes = 16; // signature, version, type
constexpr std::size_t record_bytes = 5;

class EsDecoder final : public Decoder {
  public:
    explicit EsDecoder(const DecodeOptions& options) : as_stored_(options.as_stored) {}

  private:
    void decode(Bytes& chunk) override {
        if (!in_events_ && !head(chunk)) return;
        while (!chunk.empty()) {
            if (carry_.size() == 0 && pause(std::to_integer<std::uint32_t>(chunk.front()))) {
                chunk = chunk.subspan(1);
            } else if (carry_.size() == 0 && chunk.size() >= record_bytes) {
                record(chunk.data());
                chunk = chunk.subspan(record_bytes);
            } else if (carry_.fill(chunk, record_bytes)) {
                record(carry_.data());
                carry_.clear();
            }
        }
    }

    bool head(Bytes& chunk) {
        if (!checked_) {
            if (!head_.fill(chunk, fixed_bytes)) return false;
            check(chunk);
            checked_ = true;
        }
        if (fault() || !head_.fill(chunk, fixed_bytes + 4)) return false;
        geometry_ = {load_little<std::uint16_t>(head_.data() + fixed_bytes),
                     load_little<std::uint16_t>(head_.data() + fixed_bytes + 2)};
        in_events_ = true;
        return true;
    }

    void check(const Bytes& rest) {
        const auto byte = [this](std::size_t at) { return std::to_integer<int>(head_.data()[at]); };
        if (as_text(head_.held().first(signature.size())) != signature) {
            fail(FaultKind::not_this_format, "does not begin with 'Event Stream'", rest, fixed_bytes);
        } else if (byte(12) != 2) {
            fail(FaultKind::unsupported, "only version 2 is read", rest, fixed_bytes);
        } else if (byte(15) != 1 && byte(15) != 2) {
            fail(FaultKind::unsupported, "only DVS and ATIS streams hold (x, y, polarity) events", rest, fixed_bytes);
        }
        atis_ = byte(15) == 2;
    }

    /// Whether a byte only moves the clock on.
    bool pause(std::uint32_t b) {
        if (atis_) {
            if ((b & 0xfc) != 0xfc) return false;
            t_us_ += std::int64_t{63} * (b & 3);
            return true;
        }
        if (b == 0xff) {
            t_us_ += 127;
            return true;
        }
        counters_.other += b == 0xfe;
        return b == 0xfe;
    }

    void record(const std::byte* from) {
        const auto b = std::to_integer<std::uint32_t>(from[0]);
        t_us_ += atis_ ? b >> 2 : b >> 1;
        const std::uint32_t kind = atis_ ? b & 3 : (b & 1) << 1; // ATIS: 0 off, 2 on
        const std::uint32_t x = load_little<std::uint16_t>(from + 1);
        const std::uint32_t y = load_little<std::uint16_t>(from + 3);
        if ((kind & 1) != 0) {
            ++counters_.other;
        } else if (x >= geometry_.width || y >= geometry_.height) {
            ++counters_.outside;
        } else {
            const std::uint32_t row = as_stored_ ? y : geometry_.height - 1 - y;
            out_.add({t_us_, static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(row),
                      static_cast<std::uint8_t>(kind >> 1)});
        }
    }

    void end() override {
        if (!in_events_ && head_.size() != 0) return cut("the header is not whole", head_.size());
        if (carry_.size() != 0) cut("the last event is not whole", carry_.size());
    }

    Carry<fixed_bytes + 4> head_;
    Carry<record_bytes> carry_;
    std::int64_t t_us_ = 0;
    bool as_stored_;
    bool atis_ = false;
    bool checked_ = false;
    bool in_events_ = false;
};

} // namespace

std::unique_ptr<Decoder> make_es_decoder(const DecodeOptions& options) { return std::make_unique<EsDecoder>(options); }

} // namespace saltus::io
