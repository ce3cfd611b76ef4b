// SPDX-License-Identifier: BSD-3-Clause
// Damage to a file, of the kinds that break readers.
#pragma once

#include "engine/core/random.hpp"

#include <string>

namespace saltus::test {

/// One to four of: a flipped bit, a byte or a 32-bit number at its limits, a piece left out, repeated, or made up, a
/// cut.
[[nodiscard]] std::string mutated(std::string bytes, RandomStream& random);

} // namespace saltus::test
