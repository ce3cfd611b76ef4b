// SPDX-License-Identifier: BSD-3-Clause
#include "engine/network/network.hpp"

#include "engine/core/error.hpp"

#include <algorithm>
#include <utility>

namespace saltus {

PopulationId Network::add(std::string name, std::uint32_t size, ModelParameters model) {
    populations_.push_back({std::move(name), size, std::move(model)});
    return {static_cast<std::uint32_t>(populations_.size() - 1)};
}

const ModelParameters& Network::model_of(PopulationId id) const {
    if (id.index >= populations_.size())
        throw ConfigError("vary or accept_current",
                          "names population number " + std::to_string(id.index) + ", which does not exist",
                          "use an id that add() of this network returned");
    return populations_[id.index].model;
}

void Network::vary(PopulationId population, std::string parameter, ParameterValues values) {
    (void)model_of(population);
    Population& p = populations_[population.index];
    if (parameter.empty())
        throw ConfigError("population '" + p.name + "'", "its model has no such parameter to vary",
                          "name a numeric parameter of the population's own model");
    p.variations.push_back({std::move(parameter), std::move(values)});
}

void Network::accept_current(PopulationId population) {
    (void)model_of(population);
    populations_[population.index].takes_current = true;
}

ProjectionId Network::connect(PopulationId source, PopulationId target, ProjectionSpec spec) {
    // Unknown populations are reported by validate(), which needs a name for the projection all the same.
    const auto name_of = [&](PopulationId id) {
        return id.index < populations_.size() ? populations_[id.index].name : "#" + std::to_string(id.index);
    };
    if (spec.name.empty()) spec.name = name_of(source) + " -> " + name_of(target);
    projections_.push_back({source, target, std::move(spec)});
    return {static_cast<std::uint32_t>(projections_.size() - 1)};
}

void Network::set_error(PopulationId readout, Error error) { errors_.push_back({.readout = readout, .error = error}); }

void Network::set_error(ErrorSpec spec) { errors_.push_back(spec); }

std::uint32_t feedback_depth(const Network& network, std::uint32_t population) {
    std::uint32_t depth = 0;
    for (const FeedbackSpec& f : network.feedbacks()) {
        if (f.learner.index == population && f.source == FeedbackSource::backpropagated)
            depth = std::max(depth, feedback_depth(network, f.readout.index) + 1);
    }
    return depth;
}

void Network::add_feedback(FeedbackSpec spec) { feedbacks_.push_back(std::move(spec)); }

} // namespace saltus
