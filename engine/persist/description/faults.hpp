// SPDX-License-Identifier: BSD-3-Clause
// What validate() finds is told in the network's terms ("population 'hidden'"); a reader of the file wants the place in
// the file, too.
#pragma once

#include "engine/core/error.hpp"
#include "engine/network/network.hpp"
#include "engine/persist/description/place.hpp"

#include <nlohmann/json.hpp>

namespace saltus::persist {

/// The same error with the place in the file before it: "net.json: populations[1].model.tau_m_ms: population 'hidden':
/// tau_m_ms is -1, allowed is ...".
[[nodiscard]] ConfigError located(const ConfigError& error, const Network& network, const nlohmann::ordered_json& json,
                                  const FileContext& context);

} // namespace saltus::persist
