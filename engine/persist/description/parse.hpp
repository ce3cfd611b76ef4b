// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "engine/persist/description/place.hpp"

#include <nlohmann/json.hpp>

#include <string_view>

namespace saltus::persist {

/// JSON, in which comments (// and /* */) are allowed and no key may stand twice in an object. Throws ConfigError with
/// line and column.
[[nodiscard]] nlohmann::ordered_json parse(std::string_view text, const Place& at);

} // namespace saltus::persist
