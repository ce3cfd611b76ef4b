// SPDX-License-Identifier: BSD-3-Clause
// SHA-256 (FIPS 180-4), for the digests that recordings are published with.
#pragma once

#include <string>
#include <string_view>

namespace saltus::test {

/// In lower-case hexadecimal.
[[nodiscard]] std::string sha256(std::string_view bytes);

} // namespace saltus::test
