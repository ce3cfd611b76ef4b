// SPDX-License-Identifier: BSD-3-Clause
// The header of a NumPy .npy file with a structured type: fields found by their name, at any offset, in either byte
// order.
#pragma once

#include "engine/io/bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace saltus::io {

/// An integer (or boolean) inside a record.
struct NpyField {
    std::size_t offset = 0;
    std::size_t bytes = 0; ///< 1, 2, 4 or 8; 0: there is no such field
    bool is_signed = false;
    bool big_endian = false;

    /// Its value; `too_large` becomes true for one beyond 63 bits.
    [[nodiscard]] std::int64_t load(const std::byte* record, bool& too_large) const;
};

struct NpyLayout {
    NpyField t, x, y, p;
    std::size_t record_bytes = 0;
    std::uint64_t records = 0;
};

/// Reads the dictionary {'descr': [('t', '<u8'), ...], 'fortran_order': False, 'shape': (N,), }. Returns what is wrong
/// with it; null when it is understood.
[[nodiscard]] const char* parse_npy_header(std::string_view text, NpyLayout& layout);

} // namespace saltus::io
