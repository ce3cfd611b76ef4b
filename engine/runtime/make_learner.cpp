// SPDX-License-Identifier: BSD-3-Clause
#include "engine/runtime/make_learner.hpp"

#include <algorithm>
#include <type_traits>

namespace saltus {
namespace {

/// What a rule needs to know of its target, in the user's units.
struct TargetFacts {
    double tau_ms = 1.0;
    double gain = 1.0;
    double threshold = 1.0;
    double tau_a_ms = 1.0;
    double beta = 0.0;
    double tau_s_ms = 1.0;
    bool adaptive = false, currents = false;
    bool late_effect = false; ///< a spike acts one tick later
};

TargetFacts target_facts(const ModelParameters& model, double tick_ms) {
    TargetFacts facts;
    const auto take_lif = [&](const LifParameters& p) {
        facts.tau_ms = p.tau_m_ms;
        facts.threshold = p.threshold;
        facts.late_effect = p.spike_effect == SpikeEffect::next_tick;
        if (p.normalised_input) facts.gain = 1.0 - stable_exp(-tick_ms / p.tau_m_ms);
    };
    if (const auto* lif = std::get_if<LifParameters>(&model)) take_lif(*lif);
    if (const auto* p = std::get_if<AdaptiveLifParameters>(&model)) {
        take_lif(*p);
        facts.tau_a_ms = p->tau_a_ms;
        facts.beta = p->beta;
        facts.adaptive = true;
    }
    if (const auto* p = std::get_if<CubaLifParameters>(&model)) {
        take_lif(*p);
        facts.gain = 1.0;
        facts.tau_s_ms = p->tau_e_ms; // equal to tau_i_ms where it learns
        facts.currents = true;
    }
    if (const auto* p = std::get_if<CubaReadoutParameters>(&model)) {
        facts.tau_ms = p->tau_m_ms;
        facts.tau_s_ms = p->tau_s_ms;
        facts.currents = true;
    }
    if (const auto* p = std::get_if<LeakyReadoutParameters>(&model)) {
        facts.tau_ms = p->tau_ms;
        if (p->normalised_input) facts.gain = 1.0 - stable_exp(-tick_ms / p->tau_ms);
    }
    return facts;
}

template <class Real>
class Maker {
  public:
    Maker(const Network& network, const Projection& projection, std::uint32_t neurons, const LearningClock& clock,
          std::size_t history_blocks)
        : network_(network), projection_(projection), clock_(clock), neurons_(neurons), blocks_(history_blocks),
          tick_ms_(network.grid().tick_ms()), step_ms_(tick_ms_ * static_cast<double>(clock.period)),
          facts_(target_facts(network.at(projection.target).model, tick_ms_)) {
        learner_.neurons = neurons;
        learner_.seen.assign(neurons, 0);
        learner_.spikes.assign(neurons, 0.0);
    }

    Learner<Real> make(const Rule& rule) {
        if (interval() && network_.schedule().average_gradient)
            learner_.scale = static_cast<Real>(1.0 / static_cast<double>(clock_.signal_steps()));
        learner_.kernel = membrane_kernel();
        std::visit([this](const auto& stated) { set(stated); }, rule);
        return std::move(learner_);
    }

  private:
    [[nodiscard]] bool interval() const { return network_.schedule().timing == UpdateTiming::interval; }
    [[nodiscard]] double decay(double tau_ms) const { return stable_exp(-step_ms_ / tau_ms); }
    [[nodiscard]] ArrivalKernel membrane_kernel() const {
        if (facts_.currents) return ArrivalKernel::current(tick_ms_, facts_.tau_ms, facts_.tau_s_ms);
        return {tick_ms_, facts_.tau_ms, facts_.gain};
    }

    // --- rules --------------------------------------------------------------------------------------------------

    void set(const Static&) {}
    void set(const PairStdp&) {} // these learn by themselves
    void set(const TripletStdp&) {}
    void set(const ReadoutRule&) {
        if (facts_.currents) return install_readout(ReadoutMap<true>{leak<true>(), {}});
        const ReadoutMap<> rule{leak<false>(), {}};
        learner_.deferred = learner_.psi_zero = may_defer(network_, projection_);
        learner_.deferred ? install(rule) : install_readout(rule);
    }
    void set(const RewardReadout&) {
        learner_.third_kind = ThirdKind::reward;
        if (facts_.currents) return install_readout(RewardReadoutMap<true>{leak<true>(), {discount()}});
        install_readout(RewardReadoutMap<>{leak<false>(), {discount()}});
    }
    void set(const Pes& rule) {
        learner_.kernel = {tick_ms_, rule.filter_tau_ms, 1.0};
        learner_.fed_back = true;
        install(ReadoutMap<>{{decay(rule.filter_tau_ms)}, {}});
    }
    void set(const Eprop& rule) {
        use(rule.surrogate);
        set_keeper(rule);
        learner_.voltage = rule.voltage;
        const bool sum = interval() && rule.rate.strength != 0.0;
        const bool voltage = rule.voltage.strength != 0.0;
        if (voltage) learner_.third_kind = ThirdKind::voltage;
        const auto low_pass = [&]<bool rate_sum, bool with_voltage>(auto membrane) {
            using Membrane = decltype(membrane);
            using Head = LowPassHead<rate_sum, with_voltage, with_voltage ? Membrane::h : 0>;
            install(RuleMap<Membrane, Head>{membrane, {decay(rule.filter_tau_ms), filter_gain(rule)}});
        };
        with_membrane(rule.reset_in_gradient, [&](auto membrane) {
            if (sum) {
                voltage ? low_pass.template operator()<true, true>(membrane)
                        : low_pass.template operator()<true, false>(membrane);
            } else {
                voltage ? low_pass.template operator()<false, true>(membrane)
                        : low_pass.template operator()<false, false>(membrane);
            }
        });
    }
    void set(const SuperSpike& rule) {
        use(rule.surrogate);
        const double keep = decay(rule.tau_decay_ms);
        const DoubleFilterHead head{decay(rule.tau_rise_ms), keep, 1.0 - keep};
        if (rule.rate.strength != 0.0) set_keeper(rule);
        learner_.psi_while_refractory = rule.psi_while_refractory;
        if (rule.penalty.strength > 0.0) {
            const std::vector<double> none(neurons_, 0.0);
            learner_.pull = {rule.penalty.strength, decay(rule.penalty.tau_ms), none, none};
        }
        with_membrane(false, [&](auto membrane) {
            install(RuleMap<decltype(membrane), DoubleFilterHead>{membrane, head});
        });
    }
    void set(const Instantaneous& rule) {
        use(rule.surrogate);
        if (rule.rate.strength != 0.0) set_keeper(rule);
        with_membrane(false, [&](auto membrane) { install(RuleMap<decltype(membrane), InstantHead>{membrane, {}}); });
    }
    void set(const RewardEprop& rule) {
        use(rule.surrogate);
        learner_.third_kind = ThirdKind::reward;
        const RewardHead head{decay(rule.filter_tau_ms), filter_gain(rule), discount()};
        with_membrane(false, [&](auto membrane) { install(RuleMap<decltype(membrane), RewardHead>{membrane, head}); });
    }
    void set(const Stllr& rule) {
        use(rule.surrogate);
        use_pairs(rule.tau_pre_ms, rule.tau_post_ms);
        install(StllrMap{{decay(rule.tau_pre_ms), rule.after, rule.before}, {}});
    }
    void set(const RewardStdp& rule) {
        learner_.counts_spikes = true;
        learner_.rewarded = true;
        use_pairs(rule.tau_pre_ms, rule.tau_post_ms);
        install(
            RewardStdpMap{{decay(rule.tau_pre_ms), rule.a_plus, -rule.a_minus}, {decay(rule.tau_eligibility_ms), 1.0}});
    }

    // --- parts --------------------------------------------------------------------------------------------------

    void use(const Surrogate& surrogate) {
        learner_.surrogate = frozen(surrogate, facts_.threshold);
        learner_.fed_back = true;
    }
    void use_pairs(double tau_pre_ms, double tau_post_ms) {
        learner_.kernel = ArrivalKernel::pairing(tick_ms_, tau_pre_ms);
        learner_.third_kind = ThirdKind::trail;
        learner_.trail_decay = decay(tau_post_ms);
        learner_.trail.assign(neurons_, 0.0);
    }
    template <class Filtered>
    [[nodiscard]] double filter_gain(const Filtered& rule) const {
        return rule.normalised_filter ? 1.0 - decay(rule.filter_tau_ms) : 1.0;
    }
    [[nodiscard]] double discount() const { return decay(network_.reward()->discount_tau_ms); }

    template <class Stated>
    void set_keeper(const Stated& rule) {
        const RateRegularisation& rate = rule.rate;
        RateKeeper& keeper = learner_.keeper;
        const double per_step = step_ms_ * 1e-3;
        keeper.strength = rate.strength;
        keeper.target_per_step = rate.target_hz * per_step;
        keeper.tolerance_per_step = rate.tolerance_hz * per_step;
        keeper.bound = rate.bound;
        keeper.population = rate.population;
        keeper.by_step = keeps_rates_by_step(rule, network_.schedule().timing);
        keeper.filter = decay(rate.tau_ms);
        keeper.rate.assign(neurons_, 0.0);
        if (!keeper.by_step) learner_.rate_factor.assign(neurons_, Real{0});
    }

    /// What a unit current moves the target's membrane by in a learning step.
    [[nodiscard]] double feed() const {
        return PspKernel(facts_.tau_ms, facts_.tau_s_ms)(step_ms_, decay(facts_.tau_ms), decay(facts_.tau_s_ms));
    }
    /// The membrane of a target that is a readout.
    template <bool currents>
    [[nodiscard]] LeakMembrane<currents> leak() const {
        if constexpr (currents) return {decay(facts_.tau_ms), decay(facts_.tau_s_ms), feed()};
        return {decay(facts_.tau_ms)};
    }

    /// call(membrane) with that of the target.
    template <class Call>
    void with_membrane(bool reset, const Call& call) {
        const double alpha = decay(facts_.tau_ms), sigma = decay(facts_.tau_s_ms);
        const double rest_ms = facts_.late_effect ? step_ms_ - tick_ms_ : step_ms_; // from the effect to the next edge
        const double fall = facts_.threshold * stable_exp(-rest_ms / facts_.tau_ms);
        if (facts_.adaptive) return call(LifMembrane<true>{alpha, decay(facts_.tau_a_ms), facts_.beta});
        if (facts_.currents) {
            const LifMembrane<false, true, true> all{.alpha = alpha, .sigma = sigma, .feed = feed(), .fall = fall};
            if (reset) return call(all);
            return call(LifMembrane<false, true>{.alpha = alpha, .sigma = sigma, .feed = feed()});
        }
        if (reset) return call(LifMembrane<false, false, true>{.alpha = alpha, .fall = fall});
        call(LifMembrane<false>{.alpha = alpha});
    }

    template <class Map>
    void install_readout(const Map& rule) {
        if (interval())
            make_history<Map>();
        else
            assign_steps();
        learner_.rule = rule;
    }

    /// Combinations that validation refuses are in no list, and cost no code.
    template <class Map>
    void install(const Map& rule) {
        if constexpr (std::is_constructible_v<IntervalRules, Map>) {
            if (interval()) {
                make_history<Map>();
                learner_.rule = rule;
            } else if constexpr (CommonRules::has<Map>) {
                assign_steps();
                learner_.products.template emplace<typename ArrivalProducts<Real>::template Of<Map>>(rule, neurons_,
                                                                                                     blocks_);
            }
        }
    }

    template <class Map>
    void make_history() {
        const HistoryShape shape{Map::entries, Map::has_third, static_cast<std::size_t>(clock_.memory)};
        learner_.history.emplace(neurons_, static_cast<std::size_t>(clock_.interval), shape);
    }
    void assign_steps() {
        for (auto* values : {&learner_.psi, &learner_.signal, &learner_.third})
            values->assign((neurons_ + std::size_t{15}) / 16 * 16, Real{0}); // padded for the kernels
    }

    const Network& network_;
    const Projection& projection_;
    const LearningClock& clock_;
    std::uint32_t neurons_;
    std::size_t blocks_;
    double tick_ms_, step_ms_;
    TargetFacts facts_;
    Learner<Real> learner_;
};

} // namespace

bool may_defer(const Network& network, const Projection& projection) {
    const auto follows = [&](const FeedbackSpec& f) {
        return f.learner == projection.source && f.readout == projection.target && f.kind != FeedbackKind::random;
    };
    const ProjectionSpec& spec = projection.spec;
    const WeightLimits none{};
    return network.schedule().timing == UpdateTiming::arrival && std::holds_alternative<ReadoutRule>(spec.rule) &&
           std::holds_alternative<LeakyReadoutParameters>(network.at(projection.target).model) &&
           std::none_of(network.feedbacks().begin(), network.feedbacks().end(), follows) &&
           std::holds_alternative<Sgd>(spec.optimiser) && std::holds_alternative<ConstantRate>(spec.rate_schedule) &&
           spec.weight_decay == 0.0 && !spec.limits.keep_sign && spec.limits.low <= none.low &&
           spec.limits.high >= none.high;
}

template <class Real>
Learner<Real> make_learner(const Network& network, const Projection& projection, std::uint32_t neurons,
                           const LearningClock& clock, std::size_t history_blocks) {
    return Maker<Real>(network, projection, neurons, clock, history_blocks).make(projection.spec.rule);
}

template Learner<float> make_learner(const Network&, const Projection&, std::uint32_t, const LearningClock&,
                                     std::size_t);
template Learner<double> make_learner(const Network&, const Projection&, std::uint32_t, const LearningClock&,
                                      std::size_t);

} // namespace saltus
