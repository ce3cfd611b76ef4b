// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "engine/core/time.hpp"

#include <cstdint>

namespace saltus {

/// An external spike: neuron `neuron` of an input population at `tick`.
struct InputEvent {
    Tick tick;
    std::uint32_t neuron;
};

} // namespace saltus
