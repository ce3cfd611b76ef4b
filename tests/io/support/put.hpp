// SPDX-License-Identifier: BSD-3-Clause
// Numbers to bytes, for the encoders of the tests.
#pragma once

#include <cstdint>
#include <string>

namespace saltus::test {

/// The lower `bytes` bytes of a number, little-endian.
inline void put_little(std::string& out, std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) out += static_cast<char>((value >> (8 * i)) & 0xff);
}

inline void put_big(std::string& out, std::uint64_t value, int bytes) {
    for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>((value >> (8 * i)) & 0xff);
}

} // namespace saltus::test
