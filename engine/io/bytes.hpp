// SPDX-License-Identifier: BSD-3-Clause
// Numbers out of bytes at any alignment, and records put together again that a chunk boundary cut.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>

namespace saltus::io {

using Bytes = std::span<const std::byte>;

/// The bytes of a number the other way round.
template <class T>
[[nodiscard]] constexpr T swapped(T value) {
    auto bytes = std::bit_cast<std::array<std::byte, sizeof(T)>>(value);
    std::reverse(bytes.begin(), bytes.end());
    return std::bit_cast<T>(bytes);
}

template <class T>
[[nodiscard]] inline T load_little(const std::byte* from) {
    T value;
    std::memcpy(&value, from, sizeof value);
    return std::endian::native == std::endian::little ? value : swapped(value);
}

template <class T>
[[nodiscard]] inline T load_big(const std::byte* from) {
    T value;
    std::memcpy(&value, from, sizeof value);
    return std::endian::native == std::endian::big ? value : swapped(value);
}

[[nodiscard]] inline std::string_view as_text(Bytes bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

[[nodiscard]] inline Bytes as_bytes(std::string_view text) {
    return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

/// Collects a record (or a block of text) of up to `Capacity` bytes across chunks.
template <std::size_t Capacity>
class Carry {
  public:
    /// Takes bytes off the front of `chunk` until `wanted` (at most Capacity) are held; true when they are.
    bool fill(Bytes& chunk, std::size_t wanted) {
        const std::size_t taken = std::min(wanted - std::min(wanted, size_), chunk.size());
        if (taken != 0) std::memcpy(bytes_.data() + size_, chunk.data(), taken);
        size_ += taken;
        chunk = chunk.subspan(taken);
        return size_ >= wanted;
    }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] const std::byte* data() const { return bytes_.data(); }
    [[nodiscard]] Bytes held() const { return {bytes_.data(), size_}; }
    void clear() { size_ = 0; }

  private:
    std::array<std::byte, Capacity> bytes_{};
    std::size_t size_ = 0;
};

/// Cuts a stream into records of `Size` bytes: calls `use(first, count)` for runs of whole records that lie one behind
/// the other, and keeps what is left for the next chunk.
template <std::size_t Size, class Use>
void for_records(Carry<Size>& carry, Bytes& chunk, Use&& use) {
    if (carry.size() != 0) {
        if (!carry.fill(chunk, Size)) return;
        use(carry.data(), std::size_t{1});
        carry.clear();
    }
    const std::size_t count = chunk.size() / Size;
    if (count != 0) use(chunk.data(), count);
    chunk = chunk.subspan(count * Size);
    carry.fill(chunk, Size);
}

} // namespace saltus::io
