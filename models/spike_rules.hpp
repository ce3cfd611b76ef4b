// SPDX-License-Identifier: BSD-3-Clause
// Choices that all threshold neurons share.
#pragma once

namespace saltus {

/// What a spike does to the membrane.
enum class Reset {
    subtract, ///< "soft": the base threshold is taken off
    to_value  ///< "hard": the membrane is set to v_reset
};

/// When the reset and the adaptation increment act.
enum class SpikeEffect {
    immediate, ///< at the spike itself (and decay from there)
    next_tick  ///< one tick later and undecayed: the published discrete-time form (Bellec et al. 2020)
};

/// What the membrane does while refractory.
enum class Refractory {
    integrate, ///< goes on as ever; only spiking is barred
    clamp      ///< stays at the reset value; arrivals are lost
};

} // namespace saltus
