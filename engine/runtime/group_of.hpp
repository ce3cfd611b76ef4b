// SPDX-License-Identifier: BSD-3-Clause
// Which group keeps the neurons of a model: those with a closed form, those that are integrated, or sources; alike, or
// each with constants of its own.
#pragma once

#include "engine/runtime/neuron_group.hpp"
#include "engine/runtime/ode_group.hpp"
#include "engine/runtime/poisson_group.hpp"

#include <type_traits>

namespace saltus {

template <class Model, class Cells>
struct ChooseGroup {
    using Type = NeuronGroup<Model, Cells>;
};
template <IntegratedModel Model, class Cells>
struct ChooseGroup<Model, Cells> {
    using Type = OdeGroup<Model, Cells>;
};
template <class Model, class Cells>
requires memoryless<Model>
struct ChooseGroup<Model, Cells> {
    using Type = PoissonGroup<Model, Cells>;
};

template <class Model, class Cells>
using GroupOf = typename ChooseGroup<Model, Cells>::Type;

template <class Model>
using AlikeGroup = GroupOf<Model, SharedConstants<Model>>;
template <class Model>
using VariedGroup = GroupOf<Model, OwnConstants<Model>>;

} // namespace saltus
