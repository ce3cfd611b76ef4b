// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string_view>

namespace saltus {

/// An input population: its spikes are pushed from outside. Carries no state.
struct InputParameters {
    static constexpr std::string_view name = "input";
};

} // namespace saltus
