// SPDX-License-Identifier: BSD-3-Clause
// Numbers for people.
#pragma once

#include <cstdint>
#include <string>

namespace saltus::api {

/// printf into a string.
[[nodiscard, gnu::format(printf, 1, 2)]] std::string text(const char* format, ...);

/// 1234567 as "1,234,567".
[[nodiscard]] std::string grouped(std::uint64_t number);

/// 1.234e9 as "1.23 G": three digits and a prefix; 12 as "12".
[[nodiscard]] std::string with_prefix(double number);

/// Seconds as "1:02:03" or "2:03".
[[nodiscard]] std::string clock_time(double seconds);

/// 0.8123 as "81.2 %".
[[nodiscard]] std::string percent(double fraction);

} // namespace saltus::api
