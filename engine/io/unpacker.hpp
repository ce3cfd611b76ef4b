// SPDX-License-Identifier: BSD-3-Clause
// Unpacks LZ4 frames and Zstandard frames, each held in one piece, into memory set aside beforehand.
#pragma once

#include "engine/io/bytes.hpp"

#include <memory>
#include <optional>

namespace saltus::io {

class Unpacker {
  public:
    enum class Method { lz4, zstd };

    /// Sets aside room for `capacity` unpacked bytes, and all that the libraries need to work.
    explicit Unpacker(std::size_t capacity);
    ~Unpacker();

    /// The unpacked bytes, valid until the next call; nothing if `packed` is no whole frame or unpacks to more than
    /// fits.
    [[nodiscard]] std::optional<Bytes> unpack(Method method, Bytes packed);

  private:
    struct Contexts;

    std::optional<Bytes> unpack_lz4(Bytes packed);
    std::optional<Bytes> unpack_zstd(Bytes packed);

    std::size_t capacity_;
    std::unique_ptr<std::byte[]> unpacked_;
    std::unique_ptr<Contexts> contexts_;
};

} // namespace saltus::io
