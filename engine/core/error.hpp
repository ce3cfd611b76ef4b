// SPDX-License-Identifier: BSD-3-Clause
// One exception type for descriptions that cannot be built. Programmer errors assert; bad input at run time is a
// Status and a counter (see counters.hpp), never an exception.
#pragma once

#include <stdexcept>
#include <string>

namespace saltus {

/// A bad description: says where, what, and what to do.
class ConfigError : public std::runtime_error {
  public:
    ConfigError(const std::string& where, const std::string& what, const std::string& remedy)
        : std::runtime_error(where + ": " + what + "; " + remedy) {}
};

/// What became of input offered at run time.
enum class [[nodiscard]] Status{
    ok,
    late,         ///< stamped before the simulation's present, or before what it has to follow: not taken
    out_of_range, ///< names a neuron or population that does not exist, or is of the wrong length: not taken
    invalid_value ///< not a finite number, or out of its range: not taken
};

} // namespace saltus
