// SPDX-License-Identifier: BSD-3-Clause
// What the four encodings of Prophesee RAW files share: the header, and words of a fixed size behind it.
#pragma once

#include "engine/io/decoder.hpp"
#include "engine/io/header_lines.hpp"
#include "engine/io/raw_header.hpp"

#include <cstddef>

namespace saltus::io {

template <std::size_t WordBytes>
class RawDecoder : public Decoder {
  protected:
    RawDecoder(RawEncoding encoding, const DecodeOptions& options) : encoding_(encoding) {
        geometry_ = options.geometry;
        set_limits();
    }

    /// Called once, before the first word.
    virtual void begin(const RawHeader&) {}
    /// Decodes `count` words that lie one behind the other.
    virtual void words(const std::byte* first, std::size_t count) = 0;
    /// Bytes of words that wait for another one (EVT4's vectors).
    [[nodiscard]] virtual std::size_t waiting() const { return 0; }

    void decode(Bytes& chunk) final {
        if (!in_words_ && !header(chunk)) return;
        for_records(carry_, chunk, [this](const std::byte* first, std::size_t count) { words(first, count); });
    }

    void end() final {
        if (!in_words_) return no_words();
        const std::size_t held = carry_.size() + waiting();
        if (held != 0) cut("the last word is not whole", held);
    }

    /// Addresses at or beyond these are outside; 65536 where the geometry is not known.
    std::uint32_t width_ = 0;
    std::uint32_t height_ = 0;

  private:
    void no_words() {
        if (lines_.held() != 0) cut("the header is not whole", lines_.held());
    }

    bool header(Bytes& chunk) {
        if (!lines_.take(chunk, [this](std::string_view line) { return header_.line(line); })) return false;
        in_words_ = true;
        if (header_.encoding() != RawEncoding::unknown && header_.encoding() != encoding_) {
            fail(FaultKind::not_this_format, "the header names another encoding", chunk, lines_.begun().size());
            return false;
        }
        if (header_.geometry().width != 0) geometry_ = header_.geometry();
        set_limits();
        begin(header_);
        Bytes begun = lines_.begun();
        for_records(carry_, begun, [this](const std::byte* first, std::size_t count) { words(first, count); });
        return true;
    }

    void set_limits() {
        width_ = geometry_.width == 0 ? 65536 : geometry_.width;
        height_ = geometry_.height == 0 ? 65536 : geometry_.height;
    }

    RawEncoding encoding_;
    HeaderLines lines_{"% "};
    RawHeader header_;
    Carry<WordBytes> carry_;
    bool in_words_ = false;
};

} // namespace saltus::io
