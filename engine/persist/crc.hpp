// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "engine/io/bytes.hpp"

#include <boost/crc.hpp>

#include <cstdint>

namespace saltus::persist {

/// CRC-32 as of zlib: finds every single flipped bit, and all but one in 2^32 of other damage.
[[nodiscard]] inline std::uint32_t crc32(io::Bytes bytes) {
    boost::crc_32_type sum;
    sum.process_bytes(bytes.data(), bytes.size());
    return sum.checksum();
}

} // namespace saltus::persist
