// SPDX-License-Identifier: BSD-3-Clause
// Whole numbers in as few bytes as they need (LEB128), and a cursor that reads them without trusting what it reads.
#pragma once

#include "engine/io/bytes.hpp"

#include <bit>
#include <cstdint>
#include <string>

namespace saltus::persist {

inline void append_varint(std::string& out, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
    out += static_cast<char>(value);
}

/// Differences of any two ticks fit: they are taken modulo 2^64.
inline void append_signed(std::string& out, std::uint64_t difference) {
    const bool negative = (difference >> 63) != 0;
    append_varint(out, negative ? ~(difference << 1) : difference << 1);
}

/// Takes numbers off the front of some bytes. Once there are too few, or a number is ill-formed, it is not ok() any
/// more and gives zeros.
class ByteCursor {
  public:
    explicit ByteCursor(io::Bytes bytes) : rest_(bytes) {}

    [[nodiscard]] bool ok() const { return ok_; }
    [[nodiscard]] std::size_t left() const { return rest_.size(); }
    /// All was taken, and all was well.
    [[nodiscard]] bool done() const { return ok_ && rest_.empty(); }
    void fail() { ok_ = false; }

    template <class T>
    T little() {
        if (rest_.size() < sizeof(T)) ok_ = false;
        if (!ok_) return T{};
        const T value = io::load_little<T>(rest_.data());
        rest_ = rest_.subspan(sizeof(T));
        return value;
    }

    std::uint64_t varint() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            const auto byte = little<std::uint8_t>();
            if (!ok_ || (shift == 63 && byte > 1)) break;
            value |= std::uint64_t{byte & 0x7fu} << shift;
            if ((byte & 0x80) == 0) return value;
        }
        ok_ = false;
        return 0;
    }
    std::uint64_t signed_varint() {
        const std::uint64_t folded = varint();
        return (folded & 1) != 0 ? ~(folded >> 1) : folded >> 1;
    }
    bool flag() {
        const auto byte = little<std::uint8_t>();
        if (byte > 1) ok_ = false;
        return byte == 1;
    }
    double number() { return std::bit_cast<double>(little<std::uint64_t>()); }
    /// How many things of at least `bytes_each` bytes follow: not more than there are bytes for.
    std::size_t count(std::size_t bytes_each) {
        const std::uint64_t stated = varint();
        if (stated > rest_.size() / bytes_each) ok_ = false;
        return ok_ ? static_cast<std::size_t>(stated) : 0;
    }

  private:
    io::Bytes rest_;
    bool ok_ = true;
};

} // namespace saltus::persist
