// SPDX-License-Identifier: BSD-3-Clause
// NumPy .npy with a structured type: "\x93NUMPY", version, header length (u16; u32 from version 2), a Python
// dictionary, then the records. The fields are found by name, so that faery's, tonic's, Metavision's and expelliarmus'
// layouts are read alike. numpy.org, "numpy.lib.format".
#include "engine/io/decoders.hpp"
#include "engine/io/npy_header.hpp"

namespace saltus::io {
namespace {

constexpr std::string_view magic = "\x93NUMPY";
constexpr std::size_t longest_header = 8192;
constexpr std::size_t largest_record = 256;

class NpyDecoder final : public Decoder {
  public:
    explicit NpyDecoder(const DecodeOptions& options) { geometry_ = options.geometry; }

  private:
    void decode(Bytes& chunk) override {
        if (!in_records_ && !head(chunk)) return;
        while (left_ != 0 && !chunk.empty()) {
            if (carry_.size() == 0 && chunk.size() >= layout_.record_bytes) {
                record(chunk.data());
                chunk = chunk.subspan(layout_.record_bytes);
            } else if (carry_.fill(chunk, layout_.record_bytes)) {
                record(carry_.data());
                carry_.clear();
            }
        }
        leave(chunk);
    }

    bool head(Bytes& chunk) {
        if (!head_.fill(chunk, 10)) return false;
        const std::byte* const bytes = head_.data();
        if (as_text(head_.held().first(magic.size())) != magic) {
            fail(FaultKind::not_this_format, "does not begin with \\x93NUMPY", chunk, head_.size());
            return false;
        }
        const bool short_length = std::to_integer<int>(bytes[6]) == 1;
        const std::size_t fixed = short_length ? 10 : 12;
        if (!head_.fill(chunk, fixed)) return false;
        const std::size_t length =
            short_length ? load_little<std::uint16_t>(bytes + 8) : load_little<std::uint32_t>(bytes + 8);
        if (length > longest_header) {
            fail(FaultKind::too_large, "the header is longer than 8192 bytes", chunk, head_.size());
            return false;
        }
        if (!head_.fill(chunk, fixed + length)) return false;
        const char* const wrong = parse_npy_header(as_text(head_.held().subspan(fixed)), layout_);
        if (wrong != nullptr) {
            fail(FaultKind::unsupported, wrong, chunk, head_.size());
            return false;
        }
        left_ = layout_.records;
        in_records_ = true;
        return true;
    }

    void record(const std::byte* from) {
        --left_;
        bool too_large = false;
        const std::int64_t t_us = layout_.t.load(from, too_large);
        const std::int64_t x = layout_.x.load(from, too_large);
        const std::int64_t y = layout_.y.load(from, too_large);
        const std::int64_t p = layout_.p.load(from, too_large);
        const std::int64_t width = geometry_.width == 0 ? 65536 : geometry_.width;
        const std::int64_t height = geometry_.height == 0 ? 65536 : geometry_.height;
        if (too_large) {
            ++counters_.malformed;
        } else if (x < 0 || y < 0 || x >= width || y >= height) {
            ++counters_.outside;
        } else {
            out_.add({t_us, static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(y), p > 0});
        }
    }

    void end() override {
        if (!in_records_ && head_.size() != 0) return cut("the header is not whole", head_.size());
        if (left_ != 0) cut("there are fewer records than the header says", carry_.size());
    }

    Carry<12 + longest_header> head_;
    Carry<largest_record> carry_;
    NpyLayout layout_;
    std::uint64_t left_ = 0;
    bool in_records_ = false;
};

} // namespace

std::unique_ptr<Decoder> make_npy_decoder(const DecodeOptions& options) {
    return std::make_unique<NpyDecoder>(options);
}

} // namespace saltus::io
