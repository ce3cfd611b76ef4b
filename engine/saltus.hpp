// SPDX-License-Identifier: BSD-3-Clause
// Networks and simulations, for a user: describe a Network, run a Simulation; and two tools that stand beside them:
// exact gradients of spike times, and networks of soft spikes to check gradients with. What decodes and listens to
// sensors is in engine/io/, descriptions in files and journals in engine/persist/.
#pragma once

#include "engine/core/random.hpp"
#include "engine/core/version.hpp"
#include "engine/network/initialisation.hpp"
#include "engine/network/network.hpp"
#include "engine/network/rate_readout.hpp"
#include "engine/runtime/periodic_loop.hpp"
#include "engine/runtime/simulation.hpp"
#include "learning/soft_spike.hpp"
#include "learning/spike_time.hpp"
