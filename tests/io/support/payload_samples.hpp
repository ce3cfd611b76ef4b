// SPDX-License-Identifier: BSD-3-Clause
// Datagrams of every payload, made by an encoder that shares no code with the library. Files hold them one behind the
// other, each with its length before it (u16, little-endian).
#pragma once

#include "tests/io/support/samples.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace saltus::test {

inline constexpr std::array<std::string_view, 4> payload_names{"spif", "faery_t64", "faery_t32", "jaer"};

/// The events of scene() that the payload can hold.
[[nodiscard]] Events payload_scene(std::string_view payload);
[[nodiscard]] std::vector<std::string> payload_datagrams(std::string_view payload, const Events& events,
                                                         std::size_t per_datagram);
[[nodiscard]] std::string framed(const std::vector<std::string>& datagrams);
/// A last datagram that is not whole is taken as it is.
[[nodiscard]] std::vector<std::string> unframed(std::string_view bytes);

} // namespace saltus::test
