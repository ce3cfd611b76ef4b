// SPDX-License-Identifier: BSD-3-Clause
// The check of what learns: rules, optimisers, errors, feedback, schedule, and whether they fit together.
#include "engine/network/validate_parts.hpp"

#include <algorithm>
#include <cmath>

namespace saltus::detail {

namespace {

const Eprop* eprop_of(const Projection& p) { return std::get_if<Eprop>(&p.spec.rule); }
bool is_delta_rule(const Projection& p) { return std::holds_alternative<ReadoutRule>(p.spec.rule); }
/// Rules of spike timing are validate_synapse_types's.
bool learns(const Projection& p) {
    return !std::holds_alternative<Static>(p.spec.rule) && !is_spike_timing(p.spec.rule);
}

/// e-prop's traces are those of neurons whose arrivals move the membrane itself.
bool fits_eprop(const Population& p) {
    return std::holds_alternative<LifParameters>(p.model) || std::holds_alternative<AdaptiveLifParameters>(p.model);
}

bool has_error(const Network& network, PopulationId readout) {
    return std::any_of(network.errors().begin(), network.errors().end(),
                       [&](const ErrorSpec& e) { return e.readout == readout; });
}

bool has_feedback(const Network& network, PopulationId learner) {
    return std::any_of(network.feedbacks().begin(), network.feedbacks().end(),
                       [&](const FeedbackSpec& f) { return f.learner == learner; });
}

// --- schedule

void check_schedule(const Network& network) {
    const LearningSchedule& s = network.schedule();
    const std::string place = "learning schedule";
    const double most = std::floor(longest_ticks / static_cast<double>(network.grid().learning_clock));
    require(s.interval_steps >= 1 && static_cast<double>(s.interval_steps) <= most, place, "interval_steps",
            s.interval_steps, "1 to " + text(most) + " learning steps (1e15 ticks)", "set the length of an interval");
    require(s.signal_window >= 0 && s.signal_window <= s.interval_steps, place, "signal_window", s.signal_window,
            "0 (all steps) to interval_steps (" + text(s.interval_steps) + ")",
            "shorten the window or lengthen the interval");
    require(s.signal_period >= 1 && s.signal_period <= s.interval_steps, place, "signal_period", s.signal_period,
            "1 (every step) to interval_steps (" + text(s.interval_steps) + ")", "choose a shorter period");
    const std::int64_t window = s.signal_window == 0 ? s.interval_steps : s.signal_window;
    if (s.interval_steps / s.signal_period == (s.interval_steps - window) / s.signal_period)
        throw ConfigError(place, "no step of the signal_window is a multiple of signal_period, so no error would count",
                          "lengthen signal_window or shorten signal_period");
    require_not_negative(place, "error_threshold", s.error_threshold);
    if (s.timing == UpdateTiming::interval) return;
    const auto only_interval = [&](bool set, const std::string& what, const std::string& remedy) {
        if (set) throw ConfigError(place, what + " with UpdateTiming::arrival, which knows no intervals", remedy);
    };
    only_interval(s.reset_state, "reset_state is true", "set reset_state to false, or use UpdateTiming::interval");
    only_interval(s.average_gradient, "average_gradient is true",
                  "set average_gradient to false, or use UpdateTiming::interval");
    only_interval(s.signal_window != 0, shown("signal_window", s.signal_window),
                  "set signal_window to 0, or use UpdateTiming::interval");
    only_interval(s.signal_period != 1, shown("signal_period", s.signal_period),
                  "set signal_period to 1, or use UpdateTiming::interval");
    only_interval(s.error_threshold != 0.0, shown("error_threshold", s.error_threshold),
                  "set error_threshold to 0, or use UpdateTiming::interval");
}

// --- rules and optimisers

void check_eprop(const Network& network, const Projection& projection, const Eprop& rule) {
    const std::string place = where(projection);
    const Population& target = network.at(projection.target);
    if (!fits_eprop(target))
        throw ConfigError(place, "rule is Eprop, but the target " + where(target) + " is not LIF or adaptive LIF",
                          is_readout(target) ? "use ReadoutRule" : "use a LIF or adaptive LIF target, or no rule");
    std::visit(
        [&](const auto& surrogate) {
            require_positive(place, "Eprop surrogate height", surrogate.height);
            require_positive(place, "Eprop surrogate width", surrogate.width);
        },
        rule.surrogate);
    require_time_constant(network.grid(), place, "Eprop filter_tau_ms", rule.filter_tau_ms);
    require_not_negative(place, "Eprop rate strength", rule.rate.strength);
    require_not_negative(place, "Eprop rate target_hz", rule.rate.target_hz);
    require_time_constant(network.grid(), place, "Eprop rate tau_ms", rule.rate.tau_ms);
    if (rule.rate.strength == 0.0 && !has_feedback(network, projection.target))
        throw ConfigError(place,
                          "rule is Eprop, but no feedback reaches " + where(target) +
                              " and its rate strength is 0, so it would never learn",
                          "add_feedback from a readout with an error, or set a rate strength above 0");
}

void check_readout_rule(const Network& network, const Projection& projection) {
    const Population& target = network.at(projection.target);
    if (!is_readout(target))
        throw ConfigError(where(projection),
                          "rule is ReadoutRule, but the target " + where(target) + " is not a readout",
                          "use Eprop, or a leaky readout as the target");
    if (!has_error(network, projection.target))
        throw ConfigError(where(projection), "rule is ReadoutRule, but " + where(target) + " has no error",
                          "call set_error for the readout");
}

void check_optimiser(const Network&, const std::string& place, const Sgd& sgd) {
    require_not_negative(place, "Sgd rate", sgd.rate);
}

void check_optimiser(const Network& network, const std::string& place, const Adam& adam) {
    if (network.schedule().timing == UpdateTiming::arrival)
        throw ConfigError(place, "optimiser is Adam, which does not go with UpdateTiming::arrival",
                          "use Sgd, or UpdateTiming::interval");
    require_not_negative(place, "Adam rate", adam.rate);
    const auto beta = [&](std::string_view name, double value) {
        require(value >= 0.0 && value < 1.0, place, name, value, "0 to below 1", "0.9 and 0.999 are usual");
    };
    beta("Adam beta1", adam.beta1);
    beta("Adam beta2", adam.beta2);
    require_positive(place, "Adam epsilon", adam.epsilon);
}

/// A row's traces are common to its targets, so what traces decay with must be, too.
void check_common_traces(const Network& network, const Projection& projection) {
    const Population& target = network.at(projection.target);
    for (const Variation& v : target.variations) {
        for (const std::string_view common : {"tau_m_ms", "tau_a_ms", "beta", "tau_ms"}) {
            if (v.parameter == common)
                throw ConfigError(where(projection),
                                  "learns, but " + v.parameter + " of its target " + where(target) +
                                      " is varied; allowed is one value for all neurons that a projection learns onto",
                                  "vary other parameters, or make the projection static");
        }
    }
}

void check_learning_projection(const Network& network, const Projection& projection) {
    const std::string place = where(projection);
    check_common_traces(network, projection);
    if (const Eprop* rule = eprop_of(projection)) check_eprop(network, projection, *rule);
    if (is_delta_rule(projection)) check_readout_rule(network, projection);
    std::visit([&](const auto& optimiser) { check_optimiser(network, place, optimiser); }, projection.spec.optimiser);
    const WeightLimits& limits = projection.spec.limits;
    require(limits.low < limits.high, place, "limits low", limits.low, "below high (" + text(limits.high) + ")",
            "swap the two, or leave both out for no limits");
}

// --- errors and feedback

void check_error(const Network& network, std::size_t number) {
    const ErrorSpec& e = network.errors()[number];
    require_population(network, "set_error number " + text(number), "readout", e.readout);
    const Population& readout = network.at(e.readout);
    if (!is_readout(readout))
        throw ConfigError(where(readout), "has an error, but is not a readout population that carries errors",
                          "call set_error for a leaky readout only");
    const auto same = [&](const ErrorSpec& other) { return other.readout == e.readout; };
    if (std::count_if(network.errors().begin(), network.errors().end(), same) > 1)
        throw ConfigError(where(readout), "has more than one error", "call set_error once for each readout");
    if (e.error == Error::cross_entropy)
        require(readout.size >= 2, where(readout), "size", readout.size, "2 or more with Error::cross_entropy",
                "use Error::mean_squared: the softmax of a single value is always 1");
}

std::string place_of(const Network& network, const FeedbackSpec& f) {
    return "feedback '" + network.at(f.readout).name + " -> " + network.at(f.learner).name + "'";
}

bool may_repeat_pairs(const ProjectionSpec& spec) {
    if (!spec.allow_multapses) return false;
    return std::holds_alternative<FixedInDegree>(spec.connector) ||
           std::holds_alternative<FixedOutDegree>(spec.connector) ||
           std::holds_alternative<ExplicitList>(spec.connector);
}

/// Symmetric and adaptive feedback follow the weights of the learner's projection onto the readout.
void check_followed_projection(const Network& network, const FeedbackSpec& f) {
    const std::string kind = f.kind == FeedbackKind::symmetric ? "symmetric" : "adaptive";
    const Projection* followed = nullptr;
    std::size_t count = 0;
    for (const Projection& p : network.projections()) {
        if (!(p.source == f.learner && p.target == f.readout)) continue;
        followed = &p;
        ++count;
    }
    if (count != 1)
        throw ConfigError(place_of(network, f),
                          "kind is " + kind + ", which follows the projection from " + where(network.at(f.learner)) +
                              " to " + where(network.at(f.readout)) + "; there are " + text(count) + ", allowed is 1",
                          "connect the two by exactly one projection, or use FeedbackKind::random");
    if (f.kind == FeedbackKind::symmetric && may_repeat_pairs(followed->spec))
        throw ConfigError(place_of(network, f),
                          "kind is symmetric, but " + where(*followed) +
                              " has allow_multapses, so a pair may have "
                              "several weights",
                          "clear allow_multapses there, or use FeedbackKind::random");
    if (f.kind == FeedbackKind::adaptive && !is_delta_rule(*followed))
        throw ConfigError(place_of(network, f), "kind is adaptive, but " + where(*followed) + " does not learn",
                          "give it ReadoutRule, or use FeedbackKind::random");
}

void check_matrix(const Network& network, const FeedbackSpec& f) {
    const std::string place = place_of(network, f);
    if (f.kind == FeedbackKind::symmetric) {
        if (!f.matrix.empty())
            throw ConfigError(place, "kind is symmetric, but a matrix is given, which would have no effect",
                              "leave the matrix out, or use FeedbackKind::random");
        return;
    }
    if (f.matrix.empty()) return require_weights(place, "weight", f.weight);
    const std::size_t rows = network.at(f.readout).size;
    const std::size_t columns = network.at(f.learner).size;
    if (f.matrix.size() != rows * columns)
        throw ConfigError(place,
                          "matrix has " + text(f.matrix.size()) + " entries, allowed is " + text(rows * columns) +
                              " (" + text(rows) + " readouts x " + text(columns) + " learning neurons)",
                          "give one row of learning neurons for each readout, or none to draw them");
    for (std::size_t k = 0; k < f.matrix.size(); ++k)
        if (!(std::abs(f.matrix[k]) <= largest_weight))
            require(false, place, "matrix entry " + text(k), f.matrix[k], "-1e30 to 1e30", "set a finite weight");
}

void check_feedback(const Network& network, std::size_t number) {
    const FeedbackSpec& f = network.feedbacks()[number];
    require_population(network, "feedback number " + text(number), "readout", f.readout);
    require_population(network, "feedback number " + text(number), "learner", f.learner);
    const std::string place = place_of(network, f);
    if (!is_readout(network.at(f.readout)))
        throw ConfigError(place, "readout " + where(network.at(f.readout)) + " is not a readout population",
                          "take feedback from a leaky readout");
    if (!has_error(network, f.readout))
        throw ConfigError(place, where(network.at(f.readout)) + " has no error to feed back",
                          "call set_error for the readout");
    const auto trains = [&](const Projection& p) { return eprop_of(p) != nullptr && p.target == f.learner; };
    if (std::none_of(network.projections().begin(), network.projections().end(), trains))
        throw ConfigError(place, "no projection onto " + where(network.at(f.learner)) + " learns by Eprop",
                          "give a projection onto it the rule Eprop, or remove the feedback");
    const auto same = [&](const FeedbackSpec& o) { return o.readout == f.readout && o.learner == f.learner; };
    if (std::count_if(network.feedbacks().begin(), network.feedbacks().end(), same) > 1)
        throw ConfigError(place, "is declared more than once", "call add_feedback once for each readout and learner");
    if (f.kind != FeedbackKind::random) check_followed_projection(network, f);
    check_matrix(network, f);
}

} // namespace

void validate_learning(const Network& network) {
    check_schedule(network);
    for (std::size_t i = 0; i < network.errors().size(); ++i) check_error(network, i);
    for (std::size_t i = 0; i < network.feedbacks().size(); ++i) check_feedback(network, i);
    for (const Projection& projection : network.projections())
        if (learns(projection)) check_learning_projection(network, projection);
}

} // namespace saltus::detail
