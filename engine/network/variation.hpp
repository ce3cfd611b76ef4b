// SPDX-License-Identifier: BSD-3-Clause
// Parameters that differ from neuron to neuron: from a description (a distribution, or values) to one set of parameters
// for each neuron. A draw is f(seed, population, parameter, neuron): it stays when neurons or other variations are
// added.
#pragma once

#include "engine/network/distributions.hpp"
#include "engine/network/network.hpp"

#include <cstddef>
#include <cstdint>
#include <variant>
#include <vector>

namespace saltus {

/// The value of variation `v` for one neuron. @param position of the parameter in its model's list.
[[nodiscard]] inline double varied_value(const Variation& v, std::uint64_t seed, std::uint32_t population,
                                         std::size_t position, std::uint32_t neuron) {
    if (const auto* values = std::get_if<std::vector<double>>(&v.values)) return (*values)[neuron];
    RandomStream stream =
        row_stream(seed, Purpose::parameter, population, neuron, static_cast<std::uint64_t>(position) << 32);
    return draw(std::get<Distribution>(v.values), stream);
}

/// The parameters of neurons [begin, end) of a population of this model. Needs known names and enough values.
template <class Model>
[[nodiscard]] std::vector<typename Model::Parameters> neuron_parameters(const Network& network, PopulationId id,
                                                                        std::uint32_t begin, std::uint32_t end) {
    using Parameters = typename Model::Parameters;
    const Population& population = network.at(id);
    std::vector<Parameters> all(end - begin, std::get<Parameters>(population.model));
    if constexpr (requires { Model::parameters; }) {
        for (const Variation& v : population.variations) {
            for (std::size_t k = 0; k < Model::parameters.size(); ++k) {
                if (Model::parameters[k].name != v.parameter) continue;
                for (std::uint32_t j = begin; j < end; ++j)
                    all[j - begin].*Model::parameters[k].member = varied_value(v, network.seed(), id.index, k, j);
            }
        }
    }
    return all;
}

} // namespace saltus
