// SPDX-License-Identifier: BSD-3-Clause
// What is known of a stream besides its events: geometry, what was counted, and why reading ended early.
#pragma once

#include <cstdint>

namespace saltus::io {

/// Width and height in pixels; both 0 where the stream does not say.
struct Geometry {
    std::uint32_t width = 0;
    std::uint32_t height = 0;

    friend bool operator==(const Geometry&, const Geometry&) = default;
};

/// Everything a decoder met. Nothing is dropped without being counted here.
struct StreamCounters {
    std::uint64_t bytes = 0;           ///< bytes fed
    std::uint64_t events = 0;          ///< events delivered
    std::uint64_t other = 0;           ///< well-formed, but no (x, y) event: triggers, IMU samples, frames, padding
    std::uint64_t malformed = 0;       ///< words, records, rows or packets that mean nothing; left out
    std::uint64_t invalid = 0;         ///< events that the sensor itself marked as not valid; left out
    std::uint64_t before_time = 0;     ///< events before the stream's first time (or row, or base); left out
    std::uint64_t outside = 0;         ///< events outside the geometry; left out
    std::uint64_t clock_wraps = 0;     ///< times the sensor's clock started again at zero; undone
    std::uint64_t clock_errors = 0;    ///< steps of the clock that are no wrap and were ignored or kept, see the format
    std::uint64_t backward_steps = 0;  ///< events delivered with an earlier time than the one before
    std::uint64_t truncated_bytes = 0; ///< bytes of a last record that is not whole
    std::uint64_t undecoded_bytes = 0; ///< bytes behind a fault, or behind the end of the data

    friend bool operator==(const StreamCounters&, const StreamCounters&) = default;
};

enum class FaultKind : std::uint8_t {
    none,
    not_this_format, ///< the beginning is not that of the format
    unsupported,     ///< a variant that is not read
    corrupt,         ///< the structure is broken, and where the next record begins is unknown
    too_large,       ///< a record beyond the decoder's limits
    truncated        ///< the stream ends inside a record, a header or a packet
};

/// Why decoding ended before the end of the stream. All whole events before it have been delivered.
struct Fault {
    FaultKind kind = FaultKind::none;
    const char* what = "";    ///< static text: what is wrong
    std::uint64_t offset = 0; ///< byte of the stream at which the faulty record begins

    explicit operator bool() const { return kind != FaultKind::none; }
};

} // namespace saltus::io
