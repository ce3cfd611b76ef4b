// SPDX-License-Identifier: BSD-3-Clause
// The version of the library; a test compares it with the one CMake knows.
#pragma once

namespace saltus {

inline constexpr const char* version = "0.1.0";

// The version of the compiled library. It differs from `version` when a program was
// compiled with the headers of one release and linked with another.
const char* linked_version() noexcept;

} // namespace saltus
