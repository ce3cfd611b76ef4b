// SPDX-License-Identifier: BSD-3-Clause
// The format of journals. Little-endian throughout; "varint": seven bits a byte, lowest first, the eighth bit set in
// all bytes but the last; "signed varint": 2 n for n >= 0, -2 n - 1 for n < 0.
//
//   header   "SALTUSJ1", u32 version, u64 fingerprint and i64 tick that the recording began with, u64 seed, i64
//            picoseconds per tick, u32 length of the description, the description (UTF-8), u32 CRC-32 of all before
//   entry    u8 kind, u32 length of the body, body, u32 CRC-32 of kind, length and body
//   body     varint ticks that now() has gone on since the entry before, then by kind:
//      0 advance      -
//      1 push         varint population, varint count, count x (signed varint tick - tick of the one before (now() at
//                     first), varint neuron)
//      2 target       varint population, signed varint from - now(), varint count, count x f64
//      3 current      likewise
//      4 rate         likewise
//      5 target spikes  as push
//      6 reward       signed varint at - now(), f64 value, u8 terminal (0 or 1)
//      7 learning     u8 on (0 or 1)
//      8 learning rate  varint projection, f64
//      9 weights      varint projection, varint count, count x f64
//     64 mark         u64 fingerprint of the simulation at now()
//     65 end          varint number of entries before this one; nothing follows
//
// A journal that was cut, or is damaged anywhere, is read up to the last entry that is whole; then there is a Fault.
#pragma once

#include "engine/core/time.hpp"
#include "engine/runtime/input_call.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace saltus::persist {

inline constexpr std::string_view journal_magic = "SALTUSJ1";
inline constexpr std::uint32_t journal_version = 1;
inline constexpr std::size_t longest_description = std::size_t{1} << 20;
inline constexpr std::size_t longest_body = std::size_t{1} << 30;
inline constexpr std::uint8_t mark_kind = 64, end_kind = 65;

struct JournalHeader {
    std::uint64_t fingerprint = 0; ///< of the simulation that the recording began with
    Tick start = 0;                ///< its now()
    std::uint64_t seed = 0;        ///< the network's
    std::int64_t tick_ps = 0;      ///< picoseconds per tick
    std::string description{};     ///< how to describe the network again: whatever the recording program chose to say
};

/// A fingerprint to compare with.
struct Mark {
    std::uint64_t fingerprint;
};

using JournalEntry = std::variant<InputCall, Mark>;

/// What entries are called, by their place in InputCall.
inline constexpr std::array<const char*, std::variant_size_v<InputCall>> call_names = {
    "advance", "push", "target", "current", "rate", "target spikes", "reward", "learning", "learning rate", "weights"};

} // namespace saltus::persist
