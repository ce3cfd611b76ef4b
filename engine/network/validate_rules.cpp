// SPDX-License-Identifier: BSD-3-Clause
// The check of rules: their parameters, whether they fit their target, whether anything teaches them.
#include "engine/network/validate_parts.hpp"

#include <algorithm>
#include <type_traits>

namespace saltus::detail {
namespace {

bool has_error(const Network& network, PopulationId population) {
    return std::any_of(network.errors().begin(), network.errors().end(),
                       [&](const ErrorSpec& e) { return e.readout == population; });
}

bool has_feedback(const Network& network, PopulationId learner) {
    return std::any_of(network.feedbacks().begin(), network.feedbacks().end(),
                       [&](const FeedbackSpec& f) { return f.learner == learner; });
}

void check_surrogate(const std::string& place, const std::string& rule, const Surrogate& surrogate) {
    std::visit(
        [&]<class Shape>(const Shape& s) {
            if constexpr (requires { s.height; }) require_positive(place, rule + " surrogate height", s.height);
            if constexpr (requires { s.damping; }) require_positive(place, rule + " surrogate damping", s.damping);
            if constexpr (requires { s.width; }) require_positive(place, rule + " surrogate width", s.width);
            if constexpr (std::is_same_v<Shape, MultiGaussian>) {
                require(s.share >= 0.0 && s.share <= 1.0, place, rule + " surrogate share", s.share, "0 to 1",
                        "0.15 is usual");
                require_positive(place, rule + " surrogate spread", s.spread);
            }
            if constexpr (std::is_same_v<Shape, EscapeSurrogate>) {
                require_positive(place, rule + " surrogate rate_hz", s.rate_hz);
                require_positive(place, rule + " surrogate step_ms", s.step_ms);
            }
            if constexpr (std::is_same_v<Shape, CustomSurrogate>) {
                if (s.psi == nullptr)
                    throw ConfigError(place, rule + " surrogate is a CustomSurrogate without a function",
                                      "give it one: CustomSurrogate{[](double d) { return ...; }}");
            }
        },
        surrogate);
}

/// One projection and its rule.
struct Case {
    const Network& network;
    const Projection& projection;
    std::string place;

    [[nodiscard]] const Population& target() const { return network.at(projection.target); }

    void time(std::string_view name, double tau_ms) const {
        require_time_constant(network.grid(), place, name, tau_ms);
    }

    /// The traces are those of a membrane; the two time constants of a CuBa LIF have to be one.
    void require_membrane(const std::string& rule, bool adaptive_too) const {
        const bool lif = std::holds_alternative<LifParameters>(target().model);
        const bool adaptive = std::holds_alternative<AdaptiveLifParameters>(target().model);
        const auto* cuba = std::get_if<CubaLifParameters>(&target().model);
        const std::string fits = adaptive_too ? "LIF, adaptive LIF or CuBa LIF" : "LIF or CuBa LIF";
        if (!(lif || (adaptive && adaptive_too) || cuba != nullptr))
            throw ConfigError(place, "rule is " + rule + ", but the target " + where(target()) + " is not " + fits,
                              is_readout(target()) ? "use ReadoutRule" : "use a " + fits + " target, or no rule");
        if (cuba != nullptr && cuba->tau_e_ms != cuba->tau_i_ms)
            throw ConfigError(
                place,
                "rule is " + rule + ", but the target " + where(target()) +
                    " has tau_e_ms and tau_i_ms that differ, so a weight's trace would depend on its sign",
                "make the two time constants equal");
    }

    void require_spiking(const std::string& rule) const {
        if (is_spiking(target())) return;
        throw ConfigError(place, "rule is " + rule + ", but the target " + where(target()) + " does not spike",
                          "use ReadoutRule");
    }

    void require_readout(const std::string& rule) const {
        if (!is_readout(target()))
            throw ConfigError(place, "rule is " + rule + ", but the target " + where(target()) + " is not a readout",
                              rule == "ReadoutRule" ? "use Eprop, or a readout as the target"
                                                    : "use RewardEprop, or a readout as the target");
        if (!has_error(network, projection.target))
            throw ConfigError(place, "rule is " + rule + ", but " + where(target()) + " has no error",
                              "call set_error for the readout");
    }

    /// @param otherwise something else moves the weights @param hint what that could be
    void require_signal(const std::string& rule, bool otherwise = false, const std::string& hint = "") const {
        if (has_feedback(network, projection.target) || has_error(network, projection.target)) return;
        if (otherwise && network.errors().empty() && network.schedule().error_threshold > 0.0)
            throw ConfigError(place,
                              "rule is " + rule +
                                  " with a regulariser alone, and error_threshold is above 0: without " +
                                  "an error no interval reaches it, so it would never learn",
                              "set error_threshold to 0");
        if (otherwise) return;
        throw ConfigError(
            place,
            "rule is " + rule + ", but no feedback reaches " + where(target()) +
                (hint.empty() ? "" : " and its rate strength is 0") + ", so it would never learn",
            "add_feedback from a readout with an error, or give the neurons an error of their own: set_error" + hint);
    }

    void require_reward(const std::string& rule) const {
        if (network.reward()) return;
        throw ConfigError(place, "rule is " + rule + ", but there are no rewards", "call Network::set_reward");
    }
};

void check_rate(const Case& c, const std::string& rule, const RateRegularisation& rate) {
    require_not_negative(c.place, rule + " rate strength", rate.strength);
    require_not_negative(c.place, rule + " rate target_hz", rate.target_hz);
    require_not_negative(c.place, rule + " rate tolerance_hz", rate.tolerance_hz);
    require_positive(c.place, rule + " rate tau_ms", rate.tau_ms);
    if (rate.strength > 0.0) c.time(rule + " rate tau_ms", rate.tau_ms); // else no tick is too coarse for it
}

void check_reset(const Case& c, const Eprop& rule) {
    if (!rule.reset_in_gradient) return;
    const auto refuse = [&](bool wrong, const std::string& what, const std::string& remedy) {
        if (wrong) throw ConfigError(c.place, "Eprop reset_in_gradient is set, but " + what, remedy);
    };
    const bool adaptive = std::holds_alternative<AdaptiveLifParameters>(c.target().model);
    refuse(adaptive, "the target adapts: reset and adaptation feed on each other, which no triangular map can carry",
           "clear it, or use a target without adaptation");
    const bool soft = std::visit(
        [](const auto& p) {
            if constexpr (requires { p.reset; }) return p.reset == Reset::subtract;
            return false;
        },
        c.target().model);
    refuse(!soft, "the target's reset is to a value, whose derivative is not a constant", "use Reset::subtract");
    refuse(rule.voltage.strength != 0.0,
           "so is the voltage regulariser: no map carries both (learning/README.md, \"Not there\")",
           "use one of the two");
}

void check(const Case&, const Static&) {}
void check(const Case&, const PairStdp&) {} // validate_synapses.cpp
void check(const Case&, const TripletStdp&) {}
void check(const Case& c, const Eprop& rule) {
    c.require_membrane("Eprop", true);
    check_surrogate(c.place, "Eprop", rule.surrogate);
    c.time("Eprop filter_tau_ms", rule.filter_tau_ms);
    check_rate(c, "Eprop", rule.rate);
    require_not_negative(c.place, "Eprop voltage strength", rule.voltage.strength);
    require(rule.voltage.low < rule.voltage.high, c.place, "Eprop voltage low", rule.voltage.low,
            "below high (" + text(rule.voltage.high) + ")", "swap the two");
    check_reset(c, rule);
    c.require_signal("Eprop", rule.rate.strength > 0.0 || rule.voltage.strength > 0.0,
                     ", or set a rate strength above 0");
}
void check(const Case& c, const SuperSpike& rule) {
    c.require_membrane("SuperSpike", false);
    check_surrogate(c.place, "SuperSpike", rule.surrogate);
    c.time("SuperSpike tau_rise_ms", rule.tau_rise_ms);
    c.time("SuperSpike tau_decay_ms", rule.tau_decay_ms);
    check_rate(c, "SuperSpike", rule.rate);
    c.require_signal("SuperSpike", rule.rate.strength > 0.0, ", or set a rate strength above 0");
    c.time("SuperSpike penalty tau_ms", rule.penalty.tau_ms);
    require_not_negative(c.place, "SuperSpike penalty strength", rule.penalty.strength);
    if (rule.penalty.strength > 0.0 && c.network.schedule().timing == UpdateTiming::arrival)
        throw ConfigError(c.place, "SuperSpike penalty strength is above 0, but weights change at arrivals",
                          "use UpdateTiming::interval, or a strength of 0");
}
void check(const Case& c, const Instantaneous& rule) {
    c.require_membrane("Instantaneous", true);
    check_surrogate(c.place, "Instantaneous", rule.surrogate);
    check_rate(c, "Instantaneous", rule.rate);
    c.require_signal("Instantaneous", rule.rate.strength > 0.0, ", or set a rate strength above 0");
}
void check(const Case& c, const RewardEprop& rule) {
    c.require_membrane("RewardEprop", true);
    check_surrogate(c.place, "RewardEprop", rule.surrogate);
    c.time("RewardEprop filter_tau_ms", rule.filter_tau_ms);
    c.require_signal("RewardEprop");
    c.require_reward("RewardEprop");
}
void check(const Case& c, const Stllr& rule) {
    c.require_membrane("Stllr", true);
    check_surrogate(c.place, "Stllr", rule.surrogate);
    c.time("Stllr tau_pre_ms", rule.tau_pre_ms);
    c.time("Stllr tau_post_ms", rule.tau_post_ms);
    require_finite(c.place, "Stllr after", rule.after);
    require_finite(c.place, "Stllr before", rule.before);
    c.require_signal("Stllr");
}
void check(const Case& c, const RewardStdp& rule) {
    c.require_spiking("RewardStdp");
    c.time("RewardStdp tau_pre_ms", rule.tau_pre_ms);
    c.time("RewardStdp tau_post_ms", rule.tau_post_ms);
    c.time("RewardStdp tau_eligibility_ms", rule.tau_eligibility_ms);
    require_finite(c.place, "RewardStdp a_plus", rule.a_plus);
    require_finite(c.place, "RewardStdp a_minus", rule.a_minus);
    c.require_reward("RewardStdp");
}
void check(const Case& c, const Pes& rule) {
    c.require_spiking("Pes");
    c.time("Pes filter_tau_ms", rule.filter_tau_ms);
    c.require_signal("Pes");
}
void check(const Case& c, const ReadoutRule&) { c.require_readout("ReadoutRule"); }
void check(const Case& c, const RewardReadout&) {
    c.require_readout("RewardReadout");
    c.require_reward("RewardReadout");
}

/// A row's traces are common to its targets, so what traces decay with must be, too.
void check_common_traces(const Network& network, const Projection& projection) {
    const Population& target = network.at(projection.target);
    const auto* eprop = std::get_if<Eprop>(&projection.spec.rule);
    const bool by_threshold = std::visit(
        [](const auto& rule) {
            if constexpr (requires { rule.surrogate; })
                return std::holds_alternative<RelativePiecewiseLinear>(rule.surrogate);
            return false;
        },
        projection.spec.rule);
    for (const Variation& v : target.variations) {
        bool common = v.parameter == "threshold" && (by_threshold || (eprop != nullptr && eprop->reset_in_gradient));
        for (const std::string_view name :
             {"tau_m_ms", "tau_a_ms", "beta", "tau_ms", "tau_s_ms", "tau_e_ms", "tau_i_ms"})
            common = common || v.parameter == name;
        if (common)
            throw ConfigError(where(projection),
                              "learns, but " + v.parameter + " of its target " + where(target) +
                                  " is varied; allowed is one value for all neurons that a projection learns onto",
                              "vary other parameters, or make the projection static");
    }
}

} // namespace

void validate_rule(const Network& network, const Projection& projection) {
    check_common_traces(network, projection);
    const Case one{network, projection, where(projection)};
    std::visit([&](const auto& rule) { check(one, rule); }, projection.spec.rule);
}

} // namespace saltus::detail
