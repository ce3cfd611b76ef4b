// SPDX-License-Identifier: BSD-3-Clause
// All of Saltus for a user: describe a Network, run a Simulation.
#pragma once

#include "engine/core/random.hpp"
#include "engine/core/version.hpp"
#include "engine/network/initialisation.hpp"
#include "engine/network/network.hpp"
#include "engine/network/rate_readout.hpp"
#include "engine/runtime/periodic_loop.hpp"
#include "engine/runtime/simulation.hpp"
