// SPDX-License-Identifier: BSD-3-Clause
// The neuron models Saltus knows. A new model is one header, one line in each of the two lists below, and one test.
#pragma once

#include "models/adaptive_lif.hpp"
#include "models/input.hpp"
#include "models/leaky_readout.hpp"
#include "models/lif.hpp"

#include <variant>

namespace saltus {

/// Parameters of any population.
using ModelParameters = std::variant<InputParameters, LifParameters, AdaptiveLifParameters, LeakyReadoutParameters>;

/// Applies `Template` to every model that has state: Template<Lif>, Template<AdaptiveLif>, ...
template <template <class> class Template>
using OverModels = std::variant<Template<Lif>, Template<AdaptiveLif>, Template<LeakyReadout>>;

} // namespace saltus
