// SPDX-License-Identifier: BSD-3-Clause
// --learn: whether a network learns, and by which rule.
#pragma once

#include "engine/network/network.hpp"

#include <string>

namespace saltus::cli {

/// The network with another rule on every projection that learns onto neurons that spike; those of that kind already
/// stay as they are described. "", "on", "off": as it is.
/// @param learn a kind of rule ("eprop"), or a rule as it stands in a file. Throws ConfigError.
[[nodiscard]] Network with_rule(const Network& network, const std::string& learn);

} // namespace saltus::cli
