// SPDX-License-Identifier: BSD-3-Clause
#include "engine/io/packer.hpp"

#include <lz4frame.h>
#include <zstd.h>

#include <stdexcept>

namespace saltus::io {

std::string packed(Bytes bytes, Packing packing) {
    if (packing == Packing::none) return std::string(as_text(bytes));
    const bool lz4 = packing == Packing::lz4;
    std::string out(lz4 ? LZ4F_compressFrameBound(bytes.size(), nullptr) : ZSTD_compressBound(bytes.size()), '\0');
    constexpr int zstd_level = 3; // the library's own default
    const std::size_t size = lz4 ? LZ4F_compressFrame(out.data(), out.size(), bytes.data(), bytes.size(), nullptr)
                                 : ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), zstd_level);
    if (lz4 ? LZ4F_isError(size) != 0 : ZSTD_isError(size) != 0) throw std::runtime_error("a packet cannot be packed");
    out.resize(size);
    return out;
}

} // namespace saltus::io
