// SPDX-License-Identifier: BSD-3-Clause
// The check of what makes a gradient into a change of weights: optimiser, schedule of its rate, decay, limits.
#include "engine/network/validate_parts.hpp"

namespace saltus::detail {
namespace {

void require_share(const std::string& place, const std::string& what, double value) {
    require(value >= 0.0 && value < 1.0, place, what, value, "0 to below 1", "0.9 to 0.999 are usual");
}

void check(const std::string&, const Sgd&) {}
void check(const std::string& place, const Momentum& o) { require_share(place, "Momentum momentum", o.momentum); }
void check(const std::string& place, const Adam& o) {
    require_share(place, "Adam beta1", o.beta1);
    require_share(place, "Adam beta2", o.beta2);
    require_positive(place, "Adam epsilon", o.epsilon);
}
void check(const std::string& place, const RmsProp& o) {
    require_share(place, "RmsProp decay", o.decay);
    require_positive(place, "RmsProp epsilon", o.epsilon);
}
void check(const std::string& place, const RMaxProp& o) {
    require(o.decay >= 0.0 && o.decay <= 1.0, place, "RMaxProp decay", o.decay, "0 to 1",
            "exp(-T/30 s) for updates every T is that of SuperSpike");
    require_positive(place, "RMaxProp epsilon", o.epsilon);
}

void require_updates(const std::string& place, const std::string& what, std::int64_t updates) {
    require(updates >= 1, place, what, updates, "1 or more updates", "count in updates of the projection");
}

void check(const std::string&, const ConstantRate&) {}
void check(const std::string& place, const StepDecay& s) {
    require_updates(place, "StepDecay period", s.period);
    require(s.factor > 0.0 && s.factor <= 1.0, place, "StepDecay factor", s.factor, "above 0 to 1",
            "0.5 halves the rate after every period");
}
void check(const std::string& place, const ExponentialDecay& s) {
    require_positive(place, "ExponentialDecay updates", s.updates);
}
void check(const std::string& place, const LinearDecay& s) {
    require_updates(place, "LinearDecay updates", s.updates);
    require_not_negative(place, "LinearDecay floor", s.floor);
}
void check(const std::string& place, const WarmUp& s) { require_updates(place, "WarmUp updates", s.updates); }
void check(const std::string& place, const PiecewiseRate& s) {
    std::int64_t before = 0;
    for (const auto& [first, factor] : s.factors) {
        require(first > before, place, "PiecewiseRate first update", first, "above " + text(before),
                "number updates from 1, and list them in ascending order");
        require_not_negative(place, "PiecewiseRate factor", factor);
        before = first;
    }
}

} // namespace

void validate_update(const std::string& place, const ProjectionSpec& spec) {
    std::visit(
        [&](const auto& optimiser) {
            require_not_negative(place, std::string(optimiser.name) + " rate", optimiser.rate);
            check(place, optimiser);
        },
        spec.optimiser);
    std::visit([&](const auto& schedule) { check(place, schedule); }, spec.rate_schedule);
    require_not_negative(place, "weight_decay", spec.weight_decay);
    const WeightLimits& limits = spec.limits;
    require(limits.low < limits.high, place, "limits low", limits.low, "below high (" + text(limits.high) + ")",
            "swap the two, or leave both out for no limits");
    if (limits.keep_sign && !(limits.low <= 0.0 && limits.high >= 0.0))
        throw ConfigError(
            place, "limits keep_sign is set, but 0 does not lie between low and high",
            "let the limits include 0, or clear keep_sign: limits on one side keep the sign by themselves");
}

} // namespace saltus::detail
