// SPDX-License-Identifier: BSD-3-Clause
// Which group keeps the neurons of a model: those with a closed form, or those that are integrated; alike, or each with
// constants of its own.
#pragma once

#include "engine/runtime/neuron_group.hpp"
#include "engine/runtime/ode_group.hpp"

#include <type_traits>

namespace saltus {

template <class Model, class Cells>
using GroupOf = std::conditional_t<IntegratedModel<Model>, OdeGroup<Model, Cells>, NeuronGroup<Model, Cells>>;

template <class Model>
using AlikeGroup = GroupOf<Model, SharedConstants<Model>>;
template <class Model>
using VariedGroup = GroupOf<Model, OwnConstants<Model>>;

} // namespace saltus
