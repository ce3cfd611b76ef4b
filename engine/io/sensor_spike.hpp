// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

namespace saltus::io {

/// An event that was mapped to an input neuron, still on the sensor's clock.
struct SensorSpike {
    std::int64_t t_us;
    std::uint32_t neuron;
};

} // namespace saltus::io
