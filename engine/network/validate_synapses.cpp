// SPDX-License-Identifier: BSD-3-Clause
// The check of synapse types: rules of spike timing, short-term plasticity, and what they go together with.
#include "engine/network/distributions.hpp"
#include "engine/network/validate_parts.hpp"

#include <algorithm>
#include <cmath>

namespace saltus::detail {

namespace {

void check_parameters(const Network& network, const std::string& place, const PairStdp& rule) {
    require_time_constant(network.grid(), place, "PairStdp tau_plus_ms", rule.tau_plus_ms);
    require_time_constant(network.grid(), place, "PairStdp tau_minus_ms", rule.tau_minus_ms);
    require_not_negative(place, "PairStdp lambda", rule.lambda);
    require_not_negative(place, "PairStdp alpha", rule.alpha);
    require_not_negative(place, "PairStdp mu_plus", rule.mu_plus);
    require_not_negative(place, "PairStdp mu_minus", rule.mu_minus);
}

void check_parameters(const Network& network, const std::string& place, const TripletStdp& rule) {
    require_time_constant(network.grid(), place, "TripletStdp tau_plus_ms", rule.tau_plus_ms);
    require_time_constant(network.grid(), place, "TripletStdp tau_x_ms", rule.tau_x_ms);
    require_time_constant(network.grid(), place, "TripletStdp tau_minus_ms", rule.tau_minus_ms);
    require_time_constant(network.grid(), place, "TripletStdp tau_y_ms", rule.tau_y_ms);
    require_not_negative(place, "TripletStdp a2_plus", rule.a2_plus);
    require_not_negative(place, "TripletStdp a3_plus", rule.a3_plus);
    require_not_negative(place, "TripletStdp a2_minus", rule.a2_minus);
    require_not_negative(place, "TripletStdp a3_minus", rule.a3_minus);
}

/// The weights that a projection starts with lie between 0 and w_max.
void check_start(const std::string& place, const ProjectionSpec& spec, const std::string& rule, double w_max) {
    require(w_max != 0.0 && std::abs(w_max) <= largest_weight, place, rule + " w_max", w_max, "-1e30 to 1e30 and not 0",
            "set the largest weight; negative for inhibitory synapses");
    const double low = std::min(0.0, w_max), high = std::max(0.0, w_max);
    const auto check = [&](const std::string& what, double w) {
        if (!(w >= low && w <= high))
            require(false, place, what, w, text(low) + " to " + text(high) + ", as the rule is " + rule,
                    "start within these, or change w_max");
    };
    std::size_t given = 0;
    const auto* list = std::get_if<ExplicitList>(&spec.connector);
    if (list != nullptr) {
        for (std::size_t k = 0; k < list->weights.size(); ++k) {
            if (std::isnan(list->weights[k])) continue; // drawn
            ++given;
            check("ExplicitList weight " + text(k), list->weights[k]);
        }
        if (given == list->pairs.size()) return; // none is drawn
    }
    const Range range = range_of(spec.weight);
    check("smallest weight", range.low);
    check("largest weight", range.high);
}

/// What a user may expect to matter, and does not with rules of spike timing.
void check_unused(const std::string& place, const ProjectionSpec& spec, const std::string& rule) {
    const auto* sgd = std::get_if<Sgd>(&spec.optimiser);
    if (sgd == nullptr || sgd->rate != Sgd{}.rate)
        throw ConfigError(place, "an optimiser is set, but " + rule + " uses none", "leave the optimiser out");
    if (spec.limits.low != WeightLimits{}.low || spec.limits.high != WeightLimits{}.high)
        throw ConfigError(place, "limits are set, but " + rule + " keeps weights between 0 and w_max",
                          "leave the limits out and set w_max");
}

template <class Stdp>
void check_stdp(const Network& network, const Projection& projection, const Stdp& rule, const std::string& name) {
    const std::string place = where(projection);
    const Population& target = network.at(projection.target);
    if (!is_spiking(target))
        throw ConfigError(place, "rule is " + name + ", but the target " + where(target) + " never spikes",
                          is_readout(target) ? "use ReadoutRule or no rule" : "use a population that spikes");
    check_parameters(network, place, rule);
    check_start(place, projection.spec, name, rule.w_max);
    check_unused(place, projection.spec, name);
}

void check_short_term(const Network& network, const Projection& projection, const ShortTerm& p) {
    const std::string place = where(projection);
    require(p.utilisation > 0.0 && p.utilisation <= 1.0, place, "ShortTerm utilisation", p.utilisation, "above 0 to 1",
            "set the share that a spike releases");
    const auto check_tau = [&](std::string_view name, double tau_ms) {
        if (tau_ms != 0.0) require_time_constant(network.grid(), place, name, tau_ms);
    };
    check_tau("ShortTerm tau_rec_ms", p.tau_rec_ms);
    check_tau("ShortTerm tau_fac_ms", p.tau_fac_ms);
    const Rule& rule = projection.spec.rule;
    if (!std::holds_alternative<Static>(rule) && !is_spike_timing(rule))
        throw ConfigError(place,
                          "short_term is set, but the rule learns from errors, whose traces take every arrival "
                          "to have the full weight",
                          "leave short_term out, or use no rule or one of spike timing");
}

} // namespace

void validate_synapse_types(const Network& network, const Projection& projection) {
    const ProjectionSpec& spec = projection.spec;
    if (const auto* rule = std::get_if<PairStdp>(&spec.rule)) check_stdp(network, projection, *rule, "PairStdp");
    if (const auto* rule = std::get_if<TripletStdp>(&spec.rule)) check_stdp(network, projection, *rule, "TripletStdp");
    if (spec.short_term) check_short_term(network, projection, *spec.short_term);
}

} // namespace saltus::detail
