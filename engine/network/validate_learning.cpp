// SPDX-License-Identifier: BSD-3-Clause
// The check of what learns: rules, optimisers, errors, feedback, schedule, and whether they fit together.
#include "engine/network/validate_parts.hpp"

#include <algorithm>
#include <cmath>

namespace saltus::detail {

namespace {

bool is_delta_rule(const Projection& p) {
    return std::holds_alternative<ReadoutRule>(p.spec.rule) || std::holds_alternative<RewardReadout>(p.spec.rule);
}
/// Rules of spike timing are validate_synapse_types's.
bool learns(const Projection& p) {
    return !std::holds_alternative<Static>(p.spec.rule) && !is_spike_timing(p.spec.rule);
}

bool has_error(const Network& network, PopulationId readout) {
    return std::any_of(network.errors().begin(), network.errors().end(),
                       [&](const ErrorSpec& e) { return e.readout == readout; });
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
    require(s.memory_steps >= 0 && s.memory_steps <= 1'000'000'000, place, "memory_steps", s.memory_steps, "0 to 1e9",
            "several of the longest time constants of the rules are enough");
    if (s.memory_steps > 0 && s.timing == UpdateTiming::interval && s.reset_state)
        throw ConfigError(place, "memory_steps is set, but reset_state is true: nothing outlives an interval",
                          "set reset_state to false, or memory_steps to 0");
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
    only_interval(s.memory_steps != 0, shown("memory_steps", s.memory_steps),
                  "set memory_steps to 0 (traces are never reset there), or use UpdateTiming::interval");
    only_interval(s.error_threshold != 0.0, shown("error_threshold", s.error_threshold),
                  "set error_threshold to 0, or use UpdateTiming::interval");
}

// --- errors and feedback

void check_spike_train(const Network& network, const ErrorSpec& e) {
    const Population& population = network.at(e.readout);
    if (!is_spiking(population))
        throw ConfigError(where(population), "has Error::spike_train, but does not spike",
                          "use another error for a readout");
    require_time_constant(network.grid(), where(population), "error tau_rise_ms", e.tau_rise_ms);
    require_time_constant(network.grid(), where(population), "error tau_decay_ms", e.tau_decay_ms);
    if (e.at_events)
        throw ConfigError(where(population),
                          "at_events is set with Error::spike_train, which knows no targets in force",
                          "clear at_events");
}

void check_error(const Network& network, std::size_t number) {
    const ErrorSpec& e = network.errors()[number];
    require_population(network, "set_error number " + text(number), "readout", e.readout);
    const Population& readout = network.at(e.readout);
    require_finite(where(readout), "error weight", e.weight);
    const auto same = [&](const ErrorSpec& other) { return other.readout == e.readout; };
    if (std::count_if(network.errors().begin(), network.errors().end(), same) > 1)
        throw ConfigError(where(readout), "has more than one error", "call set_error once for each readout");
    if (e.error == Error::spike_train) return check_spike_train(network, e);
    if (!is_readout(readout))
        throw ConfigError(where(readout), "has an error, but is not a readout population",
                          "call set_error for a readout only, or use Error::spike_train");
    if (e.error == Error::cross_entropy)
        require(readout.size >= 2, where(readout), "size", readout.size, "2 or more with Error::cross_entropy",
                "use Error::mean_squared: the softmax of a single value is always 1");
}

void check_reward(const Network& network) {
    if (!network.reward()) return;
    const RewardSpec& r = *network.reward();
    require_time_constant(network.grid(), "reward", "discount_tau_ms", r.discount_tau_ms);
    if (r.critic == PopulationId{}) return;
    require_population(network, "reward", "critic", r.critic);
    const Population& critic = network.at(r.critic);
    if (!is_readout(critic))
        throw ConfigError("reward", "critic " + where(critic) + " is not a readout population", "use a readout");
    require(critic.size == 1, "reward", "size of the critic", critic.size, "1", "use a readout of one neuron");
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

/// What the rule of a projection reads of its target's learning signal.
bool is_fed_back(const Projection& p) {
    return learns(p) && !std::holds_alternative<ReadoutRule>(p.spec.rule) &&
           !std::holds_alternative<RewardReadout>(p.spec.rule) && !std::holds_alternative<RewardStdp>(p.spec.rule);
}

/// Null where p's rule has none.
const Surrogate* surrogate_of(const Projection& p) {
    return std::visit(
        [](const auto& rule) -> const Surrogate* {
            if constexpr (requires { rule.surrogate; }) return &rule.surrogate;
            return nullptr;
        },
        p.spec.rule);
}
/// Whether p learns by a rule that has learning signals and surrogate derivatives.
bool has_surrogate(const Projection& p) { return surrogate_of(p) != nullptr; }

bool any_onto(const Network& network, PopulationId target, bool (*is)(const Projection&)) {
    return std::any_of(network.projections().begin(), network.projections().end(),
                       [&](const Projection& p) { return p.target == target && is(p); });
}

/// What a layer hands down is psi_k L_k, whichever of its rules is asked.
void check_one_surrogate(const Network& network, const FeedbackSpec& f) {
    const Projection* first = nullptr;
    for (const Projection& p : network.projections()) {
        if (p.target != f.readout || !has_surrogate(p)) continue;
        if (first == nullptr) first = &p;
        if (*surrogate_of(p) == *surrogate_of(*first)) continue;
        throw ConfigError(place_of(network, f),
                          where(*first) + " and " + where(p) + " learn by different surrogates, so " +
                              where(network.at(f.readout)) + " has no single psi to hand down",
                          "give them the same surrogate");
    }
}

/// Whether backpropagated feedback leads from a population back to itself.
bool circular(const Network& network, PopulationId from, PopulationId at, std::size_t steps) {
    if (steps == 0) return true;
    for (const FeedbackSpec& f : network.feedbacks()) {
        if (f.learner != at || f.source != FeedbackSource::backpropagated) continue;
        if (f.readout == from || circular(network, from, f.readout, steps - 1)) return true;
    }
    return false;
}

void check_source(const Network& network, const FeedbackSpec& f) {
    const std::string place = place_of(network, f);
    const Population& source = network.at(f.readout);
    if (f.source == FeedbackSource::backpropagated) {
        if (!any_onto(network, f.readout, has_surrogate))
            throw ConfigError(place, where(source) + " has no learning signal to hand down",
                              "let a projection onto it learn by a rule with a surrogate, or feed back an error");
        check_one_surrogate(network, f);
        if (circular(network, f.learner, f.learner, network.feedbacks().size()))
            throw ConfigError(place, "backpropagated feedback runs in a circle", "feed an error back instead");
        return;
    }
    if (!is_readout(source) && !has_error(network, f.readout))
        throw ConfigError(place, "readout " + where(source) + " is not a readout population",
                          "take feedback from a readout, or give it Error::spike_train");
    if (!has_error(network, f.readout))
        throw ConfigError(place, where(source) + " has no error to feed back", "call set_error for the readout");
}

/// Between spiking neurons, weights change when spikes arrive or intervals end; who reads them at every step has to
/// know.
void check_spiking_source(const Network& network, const FeedbackSpec& f) {
    if (is_readout(network.at(f.readout)) || f.kind == FeedbackKind::random) return;
    const std::string place = place_of(network, f);
    if (f.kind == FeedbackKind::adaptive)
        throw ConfigError(place, "kind is adaptive, but " + where(network.at(f.readout)) + " is no readout",
                          "use FeedbackKind::symmetric or random");
    for (const Projection& p : network.projections()) {
        const bool followed = p.source == f.learner && p.target == f.readout;
        if (followed && learns(p) && network.schedule().timing == UpdateTiming::arrival)
            throw ConfigError(place,
                              "kind is symmetric, but the weights of " + where(p) +
                                  " change at arrivals, while feedback would read them at every step",
                              "use FeedbackKind::random, or UpdateTiming::interval");
    }
}

void check_feedback(const Network& network, std::size_t number) {
    const FeedbackSpec& f = network.feedbacks()[number];
    require_population(network, "feedback number " + text(number), "readout", f.readout);
    require_population(network, "feedback number " + text(number), "learner", f.learner);
    const std::string place = place_of(network, f);
    check_source(network, f);
    if (!any_onto(network, f.learner, is_fed_back))
        throw ConfigError(place,
                          "no projection onto " + where(network.at(f.learner)) +
                              " learns by Eprop or another rule "
                              "that reads it",
                          "give a projection onto it the rule Eprop, or remove the feedback");
    const auto same = [&](const FeedbackSpec& o) {
        return o.readout == f.readout && o.learner == f.learner && o.source == f.source;
    };
    if (std::count_if(network.feedbacks().begin(), network.feedbacks().end(), same) > 1)
        throw ConfigError(place, "is declared more than once", "call add_feedback once for each readout and learner");
    check_spiking_source(network, f);
    if (f.kind != FeedbackKind::random) check_followed_projection(network, f);
    check_matrix(network, f);
}

} // namespace

void validate_learning(const Network& network) {
    check_schedule(network);
    check_reward(network);
    for (std::size_t i = 0; i < network.errors().size(); ++i) check_error(network, i);
    for (std::size_t i = 0; i < network.feedbacks().size(); ++i) check_feedback(network, i);
    for (const Projection& projection : network.projections()) {
        if (projection.spec.rewiring) validate_rewiring(network, projection);
        if (!learns(projection)) continue;
        validate_rule(network, projection);
        validate_update(where(projection), projection.spec);
    }
}

} // namespace saltus::detail
