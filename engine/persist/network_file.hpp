// SPDX-License-Identifier: BSD-3-Clause
// Networks described in files: JSON whose names are those of the C++ structs. What may stand in them, with an example:
// engine/persist/description/README.md.
#pragma once

#include "engine/network/network.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace saltus::persist {

/// Reads and validates a description. Throws ConfigError that names the place in the file ("net.json:
/// projections[2].rule.kind"), what stands there, what may, and what to do.
/// @param seed in the place of the file's
[[nodiscard]] Network read_network(const std::filesystem::path& file, std::optional<std::uint64_t> seed = {});
/// The same from the text itself; `name` stands in messages for that of the file.
[[nodiscard]] Network network_from_text(std::string_view text, const std::string& name,
                                        std::optional<std::uint64_t> seed = {});

/// The description of a network in full, defaults included, two blanks a level. Throws ConfigError where it holds what
/// only code can state (CustomSurrogate), or a tick that is not told in whole picoseconds.
[[nodiscard]] std::string network_to_text(const Network& network);

/// A rule as it stands in a file: a kind, or an object with one. Throws ConfigError; `name` is where it comes from.
[[nodiscard]] Rule rule_from_text(std::string_view text, const std::string& name);

/// The population of a name. Throws ConfigError that lists the names there are.
[[nodiscard]] PopulationId population_named(const Network& network, std::string_view name);

} // namespace saltus::persist
