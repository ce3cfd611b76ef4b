// SPDX-License-Identifier: BSD-3-Clause
#include "engine/io/unpacker.hpp"

#include <lz4frame.h>
#include <zstd.h>

#include <array>
#include <new>

namespace saltus::io {
namespace {

using FrameHeader = std::array<unsigned char, 7>;

/// The header of an LZ4 frame in the largest blocks that matter where no more than `capacity` bytes are unpacked, each
/// linked to the one before: 64 KiB, 256 KiB, 1 MiB or 4 MiB. The last byte is a checksum.
constexpr FrameHeader largest_blocks(std::size_t capacity) {
    constexpr std::size_t kib = 1024;
    if (capacity <= 64 * kib) return {0x04, 0x22, 0x4d, 0x18, 0x40, 0x40, 0xc0};
    if (capacity <= 256 * kib) return {0x04, 0x22, 0x4d, 0x18, 0x40, 0x50, 0x77};
    if (capacity <= 1024 * kib) return {0x04, 0x22, 0x4d, 0x18, 0x40, 0x60, 0x96};
    return {0x04, 0x22, 0x4d, 0x18, 0x40, 0x70, 0xdf};
}

} // namespace

struct Unpacker::Contexts {
    LZ4F_dctx* lz4 = nullptr;
    ZSTD_DCtx* zstd = ZSTD_createDCtx();

    explicit Contexts(std::size_t capacity) {
        if (LZ4F_isError(LZ4F_createDecompressionContext(&lz4, LZ4F_VERSION)) != 0 || zstd == nullptr) {
            release();
            throw std::bad_alloc();
        }
        // The library sizes its buffers by the header of each frame: with this one they are large enough for every
        // frame whose blocks are no larger than what may be unpacked. (Others are legal, and make it allocate once.)
        const FrameHeader header = largest_blocks(capacity);
        std::size_t nothing = 0, size = header.size();
        LZ4F_decompress(lz4, nullptr, &nothing, header.data(), &size, nullptr);
        LZ4F_resetDecompressionContext(lz4);
    }
    ~Contexts() { release(); }
    Contexts(const Contexts&) = delete;
    Contexts& operator=(const Contexts&) = delete;

    void release() const {
        LZ4F_freeDecompressionContext(lz4);
        ZSTD_freeDCtx(zstd);
    }
};

Unpacker::Unpacker(std::size_t capacity)
    : capacity_(capacity), unpacked_(std::make_unique_for_overwrite<std::byte[]>(capacity)),
      contexts_(std::make_unique<Contexts>(capacity)) {}

Unpacker::~Unpacker() = default;

std::optional<Bytes> Unpacker::unpack(Method method, Bytes packed) {
    return method == Method::lz4 ? unpack_lz4(packed) : unpack_zstd(packed);
}

std::optional<Bytes> Unpacker::unpack_lz4(Bytes packed) {
    LZ4F_decompressOptions_t options{};
    options.stableDst = 1;
    std::size_t written = 0;
    for (;;) {
        std::size_t room = capacity_ - written, taken = packed.size();
        const std::size_t hint =
            LZ4F_decompress(contexts_->lz4, unpacked_.get() + written, &room, packed.data(), &taken, &options);
        written += room;
        packed = packed.subspan(taken);
        if (hint == 0) return Bytes{unpacked_.get(), written};
        if (LZ4F_isError(hint) != 0 || (room == 0 && taken == 0)) break;
    }
    LZ4F_resetDecompressionContext(contexts_->lz4);
    return {};
}

std::optional<Bytes> Unpacker::unpack_zstd(Bytes packed) {
    const std::size_t size =
        ZSTD_decompressDCtx(contexts_->zstd, unpacked_.get(), capacity_, packed.data(), packed.size());
    if (ZSTD_isError(size) != 0) return {};
    return Bytes{unpacked_.get(), size};
}

} // namespace saltus::io
