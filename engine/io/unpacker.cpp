// SPDX-License-Identifier: BSD-3-Clause
#include "engine/io/unpacker.hpp"

#include <lz4frame.h>
#include <zstd.h>

#include <new>

namespace saltus::io {
namespace {

/// The header of an LZ4 frame with the largest blocks there are, each linked to the one before.
constexpr unsigned char largest_blocks[] = {0x04, 0x22, 0x4d, 0x18, 0x40, 0x70, 0xdf};

} // namespace

struct Unpacker::Contexts {
    LZ4F_dctx* lz4 = nullptr;
    ZSTD_DCtx* zstd = ZSTD_createDCtx();

    Contexts() {
        if (LZ4F_isError(LZ4F_createDecompressionContext(&lz4, LZ4F_VERSION)) != 0 || zstd == nullptr) {
            release();
            throw std::bad_alloc();
        }
        // The library sizes its buffers by the header of each frame: with this one they are never too small again.
        std::size_t nothing = 0, size = sizeof largest_blocks;
        LZ4F_decompress(lz4, nullptr, &nothing, largest_blocks, &size, nullptr);
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
      contexts_(std::make_unique<Contexts>()) {}

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
