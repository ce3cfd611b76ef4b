// SPDX-License-Identifier: BSD-3-Clause
#include "tests/oracle/rule_scenario.hpp"

#include "tests/oracle/dense_oracle.hpp"
#include "tests/oracle/draw.hpp"

#include <algorithm>
#include <cmath>

namespace saltus_oracle {
namespace {

double as_single(double x) { return static_cast<double>(static_cast<float>(x)); }

class Teacher {
  public:
    Teacher(std::uint64_t seed, const RuleOptions& options)
        : draw_(seed + 17), options_(options), scenario_(random_scenario(seed, options.base)) {}

    Scenario make() {
        if (options_.currents) use_currents();
        if (options_.readout_currents) put_current_before(scenario_.populations[readout()]);
        if (options_.escape_noise) make_noisy();
        for (Projection& p : scenario_.projections) {
            if (p.plastic) onto_readout(p) ? teach_readout(p) : teach(p);
        }
        scenario_.learning.traces_persist = options_.persist;
        if (options_.persist) scenario_.learning.reset_state = false;
        if (options_.spike_trains) follow_trains();
        if (options_.layers) hand_down();
        if (options_.labels) use_labels();
        if (rewarded()) give_rewards();
        if (options_.switches) switch_learning();
        set_rates();
        return scenario_;
    }

  private:
    [[nodiscard]] bool onto_readout(const Projection& p) const {
        return scenario_.populations[p.target].kind == PopulationKind::readout;
    }
    [[nodiscard]] std::size_t readout() const { return scenario_.populations.size() - 1; }
    [[nodiscard]] bool spikes(std::size_t p) const {
        const PopulationKind kind = scenario_.populations[p].kind;
        return kind != PopulationKind::input && kind != PopulationKind::readout;
    }
    [[nodiscard]] std::size_t first_hidden() const {
        std::size_t p = 0;
        while (!spikes(p)) ++p;
        return p;
    }
    [[nodiscard]] bool rewarded() const {
        return options_.rule == RuleKind::reward_eprop || options_.rule == RuleKind::reward_stdp || options_.mixed;
    }
    double ticks(double low, double high) { return scenario_.tick_ms * draw_.real(low, high); }

    /// A unit current moves the membrane by tau_s/tau_m in all: weights grow accordingly. Ticks are short against
    /// tau_s.
    void use_currents() {
        for (std::size_t p = 0; p < scenario_.populations.size(); ++p) {
            Population& population = scenario_.populations[p];
            if (!spikes(p)) continue;
            population.kind = PopulationKind::cuba_lif;
            population.tau_s_ms = draw_.chance(0.3) ? population.tau_m_ms : ticks(4.0, 12.0);
            population.beta = 0.0;
            const double gain = population.normalised_input ? scenario_.tick_ms / population.tau_m_ms : 1.0;
            population.normalised_input = false;
            if (population.spike_effect == SpikeEffect::next_tick) population.spike_effect = SpikeEffect::immediate;
            for (Projection& projection : scenario_.projections) {
                if (projection.target != p) continue;
                const double factor = gain * population.tau_m_ms / population.tau_s_ms;
                for (Synapse& s : projection.synapses) s.weight = as_single(s.weight * factor);
                projection.plasticity.optimiser.w_min *= factor;
                projection.plasticity.optimiser.w_max *= factor;
            }
        }
    }

    /// Outputs become smaller and slower; learning rates are set by what they lead to.
    void put_current_before(Population& readout) {
        readout.behind_current = true;
        readout.normalised_input = false;
        readout.tau_s_ms = draw_.chance(0.3) ? readout.tau_m_ms : ticks(1.0, 12.0);
    }

    void make_noisy() {
        for (Population& p : scenario_.populations) {
            if (p.kind == PopulationKind::input || p.kind == PopulationKind::readout) continue;
            p.spike_effect = SpikeEffect::immediate;
            p.escape_rate_hz = draw_.real(0.1, 0.5) / (1e-3 * scenario_.tick_ms);
            p.escape_width = draw_.real(0.1, 0.3) * p.threshold;
            p.surrogate = {.shape = SurrogateShape::escape, .width = p.escape_width, .rate_hz = p.escape_rate_hz};
        }
        // Some spikes to choose learning rates by; whoever runs the scenario brings others.
        for (Tick tick = 1; tick <= scenario_.last_tick; ++tick) {
            for (std::size_t p = 0; p < scenario_.populations.size(); ++p)
                for (std::size_t j = 0; spikes(p) && j < scenario_.populations[p].size; ++j)
                    if (draw_.chance(0.05)) scenario_.random_spikes.push_back({tick, p, j});
        }
    }

    void teach(Projection& p) {
        Plasticity& rule = p.plasticity;
        rule.rule = options_.rule;
        if (options_.mixed)
            rule.rule = draw_.one_of({RuleKind::eprop, RuleKind::superspike, RuleKind::instantaneous,
                                      RuleKind::reward_eprop, RuleKind::stllr, RuleKind::reward_stdp, RuleKind::pes});
        const Population& target = scenario_.populations[p.target];
        if (rule.rule == RuleKind::superspike && target.kind == PopulationKind::adaptive_lif)
            rule.rule = RuleKind::instantaneous;
        if (rule.rule != RuleKind::eprop) rule.c_reg = 0.0;
        rule.tau_rise_ms = ticks(3.0, 10.0);
        rule.tau_decay_ms = draw_.chance(0.3) ? rule.tau_rise_ms : ticks(5.0, 20.0);
        rule.psi_while_refractory = options_.psi_while_refractory && rule.rule == RuleKind::superspike;
        if (options_.penalty) {
            rule.c_penalty = draw_.real(0.01, 0.1);
            rule.tau_penalty_ms = ticks(20.0, 200.0);
        }
        rule.tau_pre_ms = ticks(5.0, 30.0);
        rule.tau_post_ms = ticks(5.0, 30.0);
        rule.tau_eligibility_ms = ticks(20.0, 80.0);
        rule.after = draw_.real(0.5, 1.5);
        rule.before = draw_.real(-1.0, 1.0);
        const bool may_reset = target.kind != PopulationKind::adaptive_lif && target.reset == Reset::subtract;
        rule.reset_in_gradient = options_.reset_in_gradient && may_reset && rule.rule == RuleKind::eprop;
        if (options_.voltage && !rule.reset_in_gradient) {
            rule.c_voltage = draw_.real(0.1, 1.0) / target.threshold;
            rule.v_high = draw_.real(0.3, 0.8) * target.threshold;
            rule.v_low = draw_.real(-0.3, 0.1) * target.threshold;
        }
        if (options_.bound) {
            rule.c_reg = draw_.real(0.5, 2.0) * 20.0;
            rule.bound = *options_.bound;
            rule.tolerance_hz = draw_.real(0.0, 0.5) * rule.f_target_hz;
            rule.population_rate = draw_.chance(0.5);
        }
        choose_optimiser(rule.optimiser);
    }

    void teach_readout(Projection& p) {
        const bool value = options_.rule == RuleKind::reward_eprop || (options_.mixed && draw_.chance(0.5));
        p.plasticity.rule = value ? RuleKind::reward_readout : RuleKind::readout;
        choose_optimiser(p.plasticity.optimiser);
    }

    void choose_optimiser(Optimiser& o) {
        if (options_.optimiser) o.kind = *options_.optimiser;
        o.decay = draw_.real(0.5, 0.95);
        o.nesterov = draw_.chance(0.5);
        o.epsilon = draw_.one_of({1e-5, 1e-3});
        o.keep_sign = options_.keep_sign;
        if (options_.keep_sign) {
            o.w_min = std::min(o.w_min, 0.0);
            o.w_max = std::max(o.w_max, 0.0);
        }
        if (!options_.decay) return;
        o.weight_decay = draw_.real(0.01, 0.1);
        o.period = draw_.whole(1, 30);
        o.factor = draw_.real(0.6, 0.95);
    }

    /// The first hidden population follows target trains; where the feedback of others came from the readout, it may
    /// come from there instead.
    void follow_trains() {
        const std::size_t leader = first_hidden();
        Learning& learning = scenario_.learning;
        learning.errors.push_back({.population = leader,
                                   .kind = ErrorKind::spike_train,
                                   .weight = draw_.real(0.5, 2.0),
                                   .tau_rise_ms = ticks(3.0, 10.0),
                                   .tau_decay_ms = ticks(5.0, 20.0)});
        for (Tick tick = 1; tick <= scenario_.last_tick; ++tick) {
            for (std::size_t j = 0; j < scenario_.populations[leader].size; ++j) {
                if (draw_.chance(0.05)) scenario_.target_spikes.push_back({tick, leader, j});
            }
        }
        for (std::size_t p = leader + 1; p < readout(); ++p) feed_from(p, leader, false);
    }

    /// Every hidden population is also taught by the one after it.
    void hand_down() {
        for (std::size_t p = first_hidden(); p + 1 < readout(); ++p) feed_from(p, p + 1, true);
    }

    void feed_from(std::size_t learner, std::size_t source, bool backpropagated) {
        const auto taught = [&](std::size_t p) {
            return std::any_of(scenario_.projections.begin(), scenario_.projections.end(), [&](const Projection& q) {
                const RuleKind rule = q.plasticity.rule;
                return q.target == p && q.plastic && rule != RuleKind::reward_stdp && rule != RuleKind::pes;
            });
        };
        if (!taught(learner) || !taught(source)) return;
        std::size_t ways = 0;
        bool once = true, learns = false;
        for (const Projection& q : scenario_.projections) {
            if (!(q.source == learner && q.target == source)) continue;
            ++ways;
            learns = learns || q.plastic;
            for (std::size_t a = 0; a < q.synapses.size(); ++a) {
                for (std::size_t b = a + 1; b < q.synapses.size(); ++b) {
                    if (q.synapses[a].source == q.synapses[b].source && q.synapses[a].target == q.synapses[b].target)
                        once = false;
                }
            }
        }
        Feedback feedback{learner, source, FeedbackKind::random, {}, backpropagated};
        const bool lazily = learns && scenario_.learning.schedule == ScheduleKind::arrival;
        if (ways == 1 && once && !lazily && draw_.chance(0.8)) feedback.kind = FeedbackKind::symmetric;
        if (feedback.kind == FeedbackKind::random) {
            const std::size_t n = scenario_.populations[learner].size * scenario_.populations[source].size;
            for (std::size_t k = 0; k < n; ++k) feedback.initial.push_back(as_single(draw_.real(-1.0, 1.0)));
        }
        scenario_.learning.feedback.push_back(feedback);
    }

    void use_labels() {
        PopulationError error{.population = readout(), .at_events = true};
        error.kind = draw_.one_of({ErrorKind::label, ErrorKind::cross_entropy, ErrorKind::mean_squared});
        error.weight = draw_.real(0.5, 2.0);
        if (scenario_.populations[readout()].size < 2) error.kind = ErrorKind::label;
        scenario_.learning.errors.push_back(error);
    }

    /// A critic that hears what the readout hears, and rewards at random.
    void give_rewards() {
        Learning& learning = scenario_.learning;
        learning.rewarded = true;
        learning.discount_tau_ms = ticks(20.0, 200.0);
        for (Tick tick = 1; tick <= scenario_.last_tick; ++tick) {
            if (draw_.chance(0.1)) learning.rewards.push_back({tick, draw_.real(-1.0, 1.0), draw_.chance(0.2)});
        }
        if (draw_.chance(0.2)) return;
        const std::size_t critic = scenario_.populations.size();
        Population population = scenario_.populations[readout()];
        population.size = 1;
        const std::size_t actor = readout();
        scenario_.populations.push_back(population);
        learning.critic = critic;
        learning.errors.push_back({.population = critic, .kind = ErrorKind::value, .weight = draw_.real(0.5, 1.5)});
        std::vector<Projection> more;
        for (const Projection& q : scenario_.projections) {
            if (q.target != actor ||
                std::any_of(more.begin(), more.end(), [&](const Projection& m) { return m.source == q.source; }))
                continue;
            Projection p = q;
            p.target = critic;
            p.synapses.clear();
            for (std::size_t i = 0; i < scenario_.populations[q.source].size; ++i)
                p.synapses.push_back({i, 0, as_single(draw_.real(-0.5, 0.5)), draw_.whole(0, 3)});
            p.plastic = true;
            p.plasticity.rule = RuleKind::reward_readout;
            p.plasticity.optimiser.w_min = -10.0;
            p.plasticity.optimiser.w_max = 10.0;
            more.push_back(p);
        }
        scenario_.projections.insert(scenario_.projections.end(), more.begin(), more.end());
        std::vector<Feedback> also;
        for (const Feedback& f : learning.feedback) {
            if (f.readout != actor) continue;
            Feedback copy{f.population, critic, FeedbackKind::random, {}};
            for (std::size_t j = 0; j < scenario_.populations[f.population].size; ++j)
                copy.initial.push_back(as_single(draw_.real(-1.0, 1.0)));
            also.push_back(copy);
        }
        learning.feedback.insert(learning.feedback.end(), also.begin(), also.end());
    }

    /// Pauses from a tick to a good part of the run, that begin and end anywhere within steps and intervals.
    void switch_learning() {
        for (Tick tick = draw_.whole(5, 40); tick < scenario_.last_tick; tick += draw_.whole(20, 120)) {
            scenario_.switches.push_back({tick, false});
            tick += draw_.chance(0.3) ? draw_.whole(1, 10) : draw_.whole(10, 70);
            scenario_.switches.push_back({tick, true});
        }
    }

    /// From what the gradients of a run that does not learn add up to.
    void set_rates() {
        for (Projection& p : scenario_.projections) p.plasticity.optimiser.eta = 0.0;
        const Result still = run_dense(scenario_);
        for (std::size_t k = 0; k < scenario_.projections.size(); ++k) {
            Projection& p = scenario_.projections[k];
            double size = 0.0, total = 0.0;
            for (std::size_t s = 0; s < p.synapses.size(); ++s) {
                size += std::abs(p.synapses[s].weight);
                total += still.gradient_sum[k][s];
            }
            const double n = static_cast<double>(p.synapses.size());
            Optimiser& o = p.plasticity.optimiser;
            const double share = draw_.real(0.1, 0.4);
            if (o.kind == OptimiserKind::sgd)
                o.eta = total > 0.0 ? share * size / total : 0.0;
            else if (o.kind == OptimiserKind::momentum)
                o.eta = total > 0.0 ? share * size / total * (1.0 - o.decay) : 0.0;
            else
                o.eta = 0.1 * share * size / n;
        }
    }

    Draw draw_;
    RuleOptions options_;
    Scenario scenario_;
};

} // namespace

Scenario rule_scenario(std::uint64_t seed, const RuleOptions& options) { return Teacher(seed, options).make(); }

} // namespace saltus_oracle
