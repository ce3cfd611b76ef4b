// SPDX-License-Identifier: BSD-3-Clause
// The check of rewiring: its parameters, and what it goes together with.
#include "engine/network/validate_parts.hpp"

namespace saltus::detail {
namespace {

[[noreturn]] void refuse(const Projection& projection, const std::string& why, const std::string& remedy) {
    throw ConfigError(where(projection), "rewiring is set, but " + why, remedy);
}

void check_wiring(const Projection& p) {
    const ProjectionSpec& spec = p.spec;
    if (std::holds_alternative<AllToAll>(spec.connector))
        refuse(p, "the connector is AllToAll: no pair is free to be connected",
               "use Bernoulli, FixedInDegree, FixedOutDegree or ExplicitList");
    if (spec.allow_multapses)
        refuse(p, "allow_multapses is true: a pair has at most one synapse there", "clear allow_multapses");
    const auto* list = std::get_if<ExplicitList>(&spec.connector);
    if ((list != nullptr && list->gives_delays()) || !std::holds_alternative<Constant>(spec.delay_ms))
        refuse(p, "delays differ: a new synapse would have none of its own", "use one Constant delay");
}

} // namespace

void validate_rewiring(const Network& network, const Projection& projection) {
    const ProjectionSpec& spec = projection.spec;
    const std::string place = where(projection);
    require_not_negative(place, "rewiring l1", spec.rewiring->l1);
    require_not_negative(place, "rewiring temperature", spec.rewiring->temperature);
    require(spec.rewiring->every >= 1, place, "rewiring every", spec.rewiring->every, "1 or more intervals",
            "1 replaces dormant synapses at the end of every interval");
    require(spec.rewiring->excitatory >= 0.0 && spec.rewiring->excitatory <= 1.0, place, "rewiring excitatory",
            spec.rewiring->excitatory, "0 to 1", "0.5 for either sign, 1 for positive weights only");
    if (std::holds_alternative<Static>(spec.rule) || is_spike_timing(spec.rule))
        refuse(projection, "no rule that learns from errors is", "give the projection one, or leave rewiring out");
    if (network.schedule().timing != UpdateTiming::interval)
        refuse(projection, "weights change at arrivals: synapses are replaced at the ends of intervals",
               "use UpdateTiming::interval");
    if (network.schedule().memory_steps != 0)
        refuse(projection, "memory_steps is not 0: a new synapse has no past", "set memory_steps to 0");
    if (spec.limits.keep_sign)
        refuse(projection, "limits keep_sign is, too: a synapse would never shrink below zero",
               "clear keep_sign; a synapse that rewires keeps its sign by itself");
    if (!(spec.limits.low <= 0.0 && spec.limits.high >= 0.0))
        refuse(projection, "0, where synapses begin, does not lie within the limits", "let the limits include 0");
    check_wiring(projection);
}

} // namespace saltus::detail
