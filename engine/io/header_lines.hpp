// SPDX-License-Identifier: BSD-3-Clause
// The text lines that open a file (RAW, DAT: "% key value", AEDAT 2 and 3: "#..."), cut off a stream of chunks.
#pragma once

#include "engine/io/bytes.hpp"

#include <array>
#include <cstddef>
#include <string_view>

namespace saltus::io {

/// Takes lines as long as they begin with the prefix (one or two characters). Of a longer line than `longest` the rest
/// is passed over: a header needs no memory beyond that, however long it claims to be.
class HeaderLines {
  public:
    static constexpr std::size_t longest = 1024;

    explicit constexpr HeaderLines(std::string_view prefix) : prefix_(prefix) {}

    /// Takes header bytes off the front of `chunk`, calls `on_line` with each line without prefix and line end; that
    /// returns true when the line is the header's last. True once the header has ended: what follows is begun() and
    /// then the rest of `chunk`.
    template <class OnLine>
    bool take(Bytes& chunk, OnLine&& on_line) {
        while (!ended_ && !chunk.empty()) {
            if (in_line_) {
                line_byte(chunk, on_line);
            } else {
                prefix_byte(chunk);
            }
        }
        return ended_;
    }

    /// The bytes taken off the stream that belong to what follows the header (at most one less than the prefix).
    [[nodiscard]] Bytes begun() const { return {begun_.data(), begun_size_}; }
    /// Bytes of a line that is not whole.
    [[nodiscard]] std::size_t held() const { return in_line_ ? seen_ : begun_size_; }

  private:
    void prefix_byte(Bytes& chunk) {
        const std::byte next = chunk.front();
        if (static_cast<char>(next) != prefix_[begun_size_]) {
            ended_ = true; // this byte is not the header's, and neither are those of the prefix before it
            return;
        }
        begun_[begun_size_++] = next;
        chunk = chunk.subspan(1);
        if (begun_size_ == prefix_.size()) {
            in_line_ = true;
            seen_ = begun_size_;
            begun_size_ = 0;
        }
    }

    template <class OnLine>
    void line_byte(Bytes& chunk, OnLine&& on_line) {
        const char next = static_cast<char>(chunk.front());
        chunk = chunk.subspan(1);
        ++seen_;
        if (next != '\n') {
            if (length_ < longest) line_[length_++] = next;
            return;
        }
        std::string_view text(line_.data(), length_);
        if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
        ended_ = on_line(text);
        in_line_ = false;
        length_ = 0;
    }

    std::string_view prefix_;
    std::array<char, longest> line_{};
    std::size_t length_ = 0; ///< of the line's text
    std::size_t seen_ = 0;   ///< bytes of the line, prefix included
    std::array<std::byte, 2> begun_{};
    std::size_t begun_size_ = 0;
    bool in_line_ = false;
    bool ended_ = false;
};

} // namespace saltus::io
