// SPDX-License-Identifier: BSD-3-Clause
#include "engine/api/cli/learn_choice.hpp"
#include "engine/api/cli/network_options.hpp"
#include "engine/core/error.hpp"
#include "engine/persist/network_file.hpp"

#include <variant>

namespace saltus::cli {
namespace {

/// The populations, errors, feedback and schedule, without projections.
Network without_projections(const Network& network) {
    Network copy(network.grid(), network.seed());
    for (const Population& p : network.populations()) {
        const PopulationId id = copy.add(p.name, p.size, p.model);
        for (const Variation& v : p.variations) copy.vary(id, v.parameter, v.values);
        if (p.takes_current) copy.accept_current(id);
    }
    for (const ErrorSpec& error : network.errors()) copy.set_error(error);
    for (const FeedbackSpec& feedback : network.feedbacks()) copy.add_feedback(feedback);
    if (network.reward()) copy.set_reward(*network.reward());
    copy.set_schedule(network.schedule());
    return copy;
}

Rule rule_named(const std::string& learn) {
    try {
        return persist::rule_from_text(learn, "as a rule");
    } catch (const ConfigError& error) {
        throw ConfigError("--learn", "is neither on nor off", error.what());
    }
}

} // namespace

Network with_rule(const Network& network, const std::string& learn) {
    if (learn.empty() || learn == "on" || learn == "off") return network;
    const Rule rule = rule_named(learn);
    Network changed = without_projections(network);
    bool found = false;
    for (const Projection& p : network.projections()) {
        ProjectionSpec spec = p.spec;
        const bool learns = !std::holds_alternative<Static>(spec.rule) && has_spikes(network.at(p.target));
        found = found || learns;
        if (learns && spec.rule.index() != rule.index()) spec.rule = rule;
        changed.connect(p.source, p.target, spec);
    }
    if (!found)
        throw ConfigError("--learn", "no projection of the network learns onto neurons that spike",
                          "give one a rule in the description");
    validate(changed);
    return changed;
}

} // namespace saltus::cli
