// SPDX-License-Identifier: BSD-3-Clause
// Every format that can be read, one line each; and which of them a file is, found from its content, not from its name.
#pragma once

#include "engine/io/decoders.hpp"
#include "engine/io/source.hpp"

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>

namespace saltus::io {

/// Opens a file that cannot be read as a stream of chunks (HDF5).
using OpenSource = std::unique_ptr<Source> (*)(const std::filesystem::path& path, const ReadOptions& options);

struct Format {
    std::string_view name;  ///< as options name it: "evt3"
    std::string_view title; ///< as reports print it: "Prophesee RAW EVT3"
    /// Whether a stream that begins with these bytes is one; asked in the order of the list. `whole`: that is all of
    /// it.
    bool (*recognises)(Bytes beginning, bool whole);
    MakeDecoder make_decoder; ///< null for formats that need the whole file at hand
    OpenSource open;          ///< null for formats with a decoder
};

/// How many bytes of the beginning recognises() should see, if there are as many.
inline constexpr std::size_t beginning_bytes = std::size_t{64} << 10;

[[nodiscard]] std::span<const Format> formats();

/// The format of that name; null when there is none.
[[nodiscard]] const Format* find_format(std::string_view name);

/// The format of a stream that begins so; null when no format recognises it.
[[nodiscard]] const Format* detect(Bytes beginning, bool whole);

} // namespace saltus::io
