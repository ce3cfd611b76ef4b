// SPDX-License-Identifier: BSD-3-Clause
// The FlatBuffers of AEDAT 4, as far as they are read: header and event packets. Internal: this header shows
// FlatBuffers. A table's field n lies in slot 4 + 2 n of its table of offsets.
#pragma once

#include "engine/io/bytes.hpp"

#include <flatbuffers/flatbuffers.h>

#include <cstdint>

namespace saltus::io::aedat4 {

enum class Compression : std::int32_t { none = 0, lz4 = 1, lz4_high = 2, zstd = 3, zstd_high = 4 };

/// One event as it stands in a packet.
struct Event {
    std::int64_t t_us;
    std::int16_t x;
    std::int16_t y;
    std::uint8_t on;
    std::uint8_t padding[3];
};
static_assert(sizeof(Event) == 16);

using EventVector = flatbuffers::Vector<const Event*>;

/// Newer versions of FlatBuffers also check alignment.
template <class T, class Verifier>
bool field_holds(const flatbuffers::Table& table, Verifier& verifier, flatbuffers::voffset_t slot) {
    if constexpr (requires { table.VerifyField<T>(verifier, slot, sizeof(T)); }) {
        return table.VerifyField<T>(verifier, slot, sizeof(T));
    } else {
        return table.VerifyField<T>(verifier, slot);
    }
}

/// IOHeader {compression: int32, dataTablePosition: int64 = -1, infoNode: string}
struct Header : flatbuffers::Table {
    enum Slot : flatbuffers::voffset_t { compression_slot = 4, table_position_slot = 6, info_slot = 8 };

    [[nodiscard]] Compression compression() const {
        return static_cast<Compression>(GetField<std::int32_t>(compression_slot, 0));
    }
    [[nodiscard]] std::int64_t table_position() const { return GetField<std::int64_t>(table_position_slot, -1); }
    [[nodiscard]] const flatbuffers::String* info() const { return GetPointer<const flatbuffers::String*>(info_slot); }

    // NOLINTNEXTLINE(readability-identifier-naming): FlatBuffers calls it by this name
    bool Verify(flatbuffers::Verifier& verifier) const {
        return VerifyTableStart(verifier) && field_holds<std::int32_t>(*this, verifier, compression_slot) &&
               field_holds<std::int64_t>(*this, verifier, table_position_slot) && VerifyOffset(verifier, info_slot) &&
               verifier.VerifyString(info()) && verifier.EndTable();
    }
};

/// EventPacket {elements: [Event]}
struct EventPacket : flatbuffers::Table {
    enum Slot : flatbuffers::voffset_t { elements_slot = 4 };

    [[nodiscard]] const EventVector* elements() const { return GetPointer<const EventVector*>(elements_slot); }

    // NOLINTNEXTLINE(readability-identifier-naming): FlatBuffers calls it by this name
    bool Verify(flatbuffers::Verifier& verifier) const {
        return VerifyTableStart(verifier) && VerifyOffset(verifier, elements_slot) &&
               verifier.VerifyVector(elements()) && verifier.EndTable();
    }
};

/// The header in these bytes, which begin with their size; null if they do not hold one.
[[nodiscard]] inline const Header* header_in(Bytes bytes) {
    const auto* const from = reinterpret_cast<const std::uint8_t*>(bytes.data());
    flatbuffers::Verifier verifier(from, bytes.size());
    if (!verifier.VerifySizePrefixedBuffer<Header>("IOHE")) return nullptr;
    return flatbuffers::GetSizePrefixedRoot<Header>(from);
}

/// The packet of events in these bytes, which begin with their size; null if they do not hold one.
[[nodiscard]] inline const EventPacket* packet_in(Bytes bytes) {
    const auto* const from = reinterpret_cast<const std::uint8_t*>(bytes.data());
    flatbuffers::Verifier verifier(from, bytes.size());
    if (!verifier.VerifySizePrefixedBuffer<EventPacket>("EVTS")) return nullptr;
    return flatbuffers::GetSizePrefixedRoot<EventPacket>(from);
}

} // namespace saltus::io::aedat4
