// SPDX-License-Identifier: BSD-3-Clause
// The formats that can be written, one line each.
#pragma once

#include "engine/io/encoder.hpp"

#include <memory>
#include <span>
#include <string_view>

namespace saltus::io {

using MakeEncoder = std::unique_ptr<Encoder> (*)(ByteSink&, const EncodeOptions&);

struct WriteFormat {
    std::string_view name; ///< as in formats.hpp
    std::string_view title;
    std::string_view extension; ///< ".raw"
    bool needs_geometry;
    MakeEncoder make;
};

[[nodiscard]] std::span<const WriteFormat> write_formats();
/// By name; null when there is none.
[[nodiscard]] const WriteFormat* find_write_format(std::string_view name);
/// By extension, with its point, in any case; null when there is none.
[[nodiscard]] const WriteFormat* write_format_for(std::string_view extension);

std::unique_ptr<Encoder> make_evt3_encoder(ByteSink& sink, const EncodeOptions& options);
std::unique_ptr<Encoder> make_es_encoder(ByteSink& sink, const EncodeOptions& options);
std::unique_ptr<Encoder> make_aedat4_encoder(ByteSink& sink, const EncodeOptions& options);
/// What a DV server sends: AEDAT 4 without its first line and its table.
std::unique_ptr<Encoder> make_dv_encoder(ByteSink& sink, const EncodeOptions& options);
std::unique_ptr<Encoder> make_text_encoder(ByteSink& sink, const EncodeOptions& options);
std::unique_ptr<Encoder> make_npy_encoder(ByteSink& sink, const EncodeOptions& options);

} // namespace saltus::io
