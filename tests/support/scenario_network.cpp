// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/scenario_network.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <stdexcept>
#include <tuple>

namespace saltus::test {
namespace {

namespace so = saltus_oracle;

TimeGrid grid_of(const so::Scenario& scenario) {
    const Picoseconds tick(std::llround(scenario.tick_ms * 1e9));
    return {.tick = tick, .delay_resolution = tick, .learning_clock = scenario.clock_ticks};
}

Surrogate surrogate_of(const so::Surrogate& s, const TimeGrid& grid) {
    switch (s.shape) {
        case so::SurrogateShape::relative_piecewise_linear: return RelativePiecewiseLinear{s.height, s.width};
        case so::SurrogateShape::sigmoid_derivative: return SigmoidDerivative{s.height, s.width};
        case so::SurrogateShape::gaussian: return GaussianSurrogate{s.height, s.width};
        case so::SurrogateShape::multi_gaussian: return MultiGaussian{s.height, s.width, s.share, s.spread};
        case so::SurrogateShape::boxcar: return Boxcar{s.height, s.width};
        case so::SurrogateShape::escape:
            return matching_surrogate(LifParameters{.escape_rate_hz = s.rate_hz, .escape_width = s.width}, grid);
        case so::SurrogateShape::custom: return CustomSurrogate{s.custom};
        case so::SurrogateShape::exponential: return ExponentialSurrogate{s.height, s.width};
        case so::SurrogateShape::fast_sigmoid: return FastSigmoid{s.height, s.width};
        case so::SurrogateShape::arctan: return Arctan{s.height, s.width};
        default: return PiecewiseLinear{s.height, s.width};
    }
}

LifParameters lif_of(const so::Population& p, double tick_ms) {
    LifParameters lif;
    lif.tau_m_ms = p.tau_m_ms;
    lif.threshold = p.threshold;
    lif.reset = p.reset == so::Reset::to_value ? Reset::to_value : Reset::subtract;
    lif.v_reset = p.v_reset;
    lif.spike_effect = p.spike_effect == so::SpikeEffect::next_tick ? SpikeEffect::next_tick : SpikeEffect::immediate;
    lif.refractory_ms = static_cast<double>(p.refractory_ticks) * tick_ms;
    lif.refractory = p.refractory_mode == so::RefractoryMode::clamp ? Refractory::clamp : Refractory::integrate;
    lif.v_inf = p.v_inf;
    lif.normalised_input = p.normalised_input;
    lif.escape_rate_hz = p.escape_rate_hz;
    lif.escape_width = p.escape_width;
    return lif;
}

ModelParameters model_of(const so::Population& p, double tick_ms) {
    switch (p.kind) {
        case so::PopulationKind::input: return InputParameters{};
        case so::PopulationKind::readout:
            if (p.behind_current) return CubaReadoutParameters{.tau_m_ms = p.tau_m_ms, .tau_s_ms = p.tau_s_ms};
            return LeakyReadoutParameters{p.tau_m_ms, p.normalised_input};
        case so::PopulationKind::lif: return lif_of(p, tick_ms);
        case so::PopulationKind::cuba_lif: {
            CubaLifParameters cuba;
            static_cast<LifParameters&>(cuba) = lif_of(p, tick_ms);
            cuba.tau_e_ms = cuba.tau_i_ms = p.tau_s_ms;
            return cuba;
        }
        default: break;
    }
    AdaptiveLifParameters adaptive;
    static_cast<LifParameters&>(adaptive) = lif_of(p, tick_ms);
    adaptive.beta = p.beta;
    adaptive.tau_a_ms = p.tau_a_ms;
    return adaptive;
}

/// The rule with this surrogate. (Assigned, not constructed: GCC 12 takes the copy of a variant in an aggregate for
/// uninitialised.)
template <class Stated>
Rule with_surrogate(Stated rule, const Surrogate& surrogate) {
    rule.surrogate = surrogate;
    return rule;
}

Rule rule_of(const so::Plasticity& p, const Surrogate& surrogate) {
    const RateRegularisation rate{p.c_reg,        p.f_target_hz,    p.tau_rate_ms, static_cast<RateBound>(p.bound),
                                  p.tolerance_hz, p.population_rate};
    switch (p.rule) {
        case so::RuleKind::readout: return ReadoutRule{};
        case so::RuleKind::superspike:
            return with_surrogate(SuperSpike{.tau_rise_ms = p.tau_rise_ms,
                                             .tau_decay_ms = p.tau_decay_ms,
                                             .psi_while_refractory = p.psi_while_refractory,
                                             .penalty = {p.c_penalty, p.tau_penalty_ms},
                                             .rate = rate},
                                  surrogate);
        case so::RuleKind::instantaneous: return with_surrogate(Instantaneous{.rate = rate}, surrogate);
        case so::RuleKind::reward_eprop:
            return with_surrogate(
                RewardEprop{.filter_tau_ms = p.filter_tau_ms, .normalised_filter = p.normalised_filter}, surrogate);
        case so::RuleKind::reward_readout: return RewardReadout{};
        case so::RuleKind::stllr:
            return with_surrogate(
                Stllr{.tau_pre_ms = p.tau_pre_ms, .tau_post_ms = p.tau_post_ms, .after = p.after, .before = p.before},
                surrogate);
        case so::RuleKind::reward_stdp:
            return RewardStdp{p.tau_pre_ms, p.tau_post_ms, p.tau_eligibility_ms, p.after, -p.before};
        case so::RuleKind::pes: return Pes{p.filter_tau_ms};
        case so::RuleKind::eprop: break;
    }
    return with_surrogate(Eprop{.filter_tau_ms = p.filter_tau_ms,
                                .normalised_filter = p.normalised_filter,
                                .rate = rate,
                                .voltage = {p.c_voltage, p.v_low, p.v_high},
                                .reset_in_gradient = p.reset_in_gradient},
                          surrogate);
}

Optimiser optimiser_of(const so::Optimiser& o) {
    switch (o.kind) {
        case so::OptimiserKind::adam: return Adam{o.eta, o.beta_1, o.beta_2, o.epsilon};
        case so::OptimiserKind::momentum: return Momentum{o.eta, o.decay, o.nesterov};
        case so::OptimiserKind::rmsprop: return RmsProp{o.eta, o.decay, o.epsilon};
        case so::OptimiserKind::rmaxprop: return RMaxProp{o.eta, o.decay, o.epsilon};
        case so::OptimiserKind::sgd: break;
    }
    return Sgd{o.eta};
}

Error error_of(so::ErrorKind kind) { return static_cast<Error>(kind); }

/// All pairs once (self-pairs all or none), one delay: what the engine stores densely.
bool all_to_all(const so::Scenario& scenario, const so::Projection& p) {
    const std::size_t sources = scenario.populations[p.source].size;
    const std::size_t targets = scenario.populations[p.target].size;
    std::set<std::pair<std::size_t, std::size_t>> pairs;
    std::size_t self = 0;
    for (const so::Synapse& s : p.synapses) {
        if (s.delay_ticks != p.synapses.front().delay_ticks) return false;
        if (!pairs.insert({s.source, s.target}).second) return false;
        if (p.source == p.target && s.source == s.target) ++self;
    }
    if (p.source == p.target && self == 0) return pairs.size() == sources * (targets - 1);
    return pairs.size() == sources * targets;
}

} // namespace

ScenarioRun::ScenarioRun(const so::Scenario& scenario, SimulationOptions options)
    : scenario_(scenario), network_(grid_of(scenario), 1) {
    add_populations();
    add_projections();
    if (scenario.learning.schedule != so::ScheduleKind::none) add_learning();
    simulation_ = std::make_unique<Simulation>(network_, options);
    for (std::uint32_t p = 0; p < dense_.size(); ++p) {
        if (!dense_[p]) continue;
        std::vector<double> weights;
        for (const std::size_t position : order_[p])
            weights.push_back(scenario.projections[p].synapses[position].weight);
        simulation_->set_weights({p}, weights);
    }
    for (std::uint32_t p = 0; p < scenario.populations.size(); ++p) simulation_->record_spikes({p});
}

void ScenarioRun::add_populations() {
    for (std::size_t p = 0; p < scenario_.populations.size(); ++p) {
        network_.add("population " + std::to_string(p), static_cast<std::uint32_t>(scenario_.populations[p].size),
                     model_of(scenario_.populations[p], scenario_.tick_ms));
    }
}

ProjectionSpec ScenarioRun::spec(const so::Projection& p, bool dense) const {
    ProjectionSpec spec;
    spec.allow_multapses = true;
    if (dense) {
        spec.delay_ms = Constant{static_cast<double>(p.synapses.front().delay_ticks) * scenario_.tick_ms};
        spec.allow_self = false;
        for (const so::Synapse& s : p.synapses) spec.allow_self |= s.source == s.target;
        spec.allow_multapses = false;
    } else {
        ExplicitList list;
        for (const so::Synapse& s : p.synapses) {
            list.pairs.push_back({static_cast<std::uint32_t>(s.source), static_cast<std::uint32_t>(s.target)});
            list.weights.push_back(s.weight);
            list.delays_ms.push_back(static_cast<double>(s.delay_ticks) * scenario_.tick_ms);
        }
        spec.connector = list;
    }
    if (scenario_.populations[p.target].kind == so::PopulationKind::readout) spec.allow_multapses = false;
    for (const so::Feedback& f : scenario_.learning.feedback) {
        const bool mirrored =
            f.kind == so::FeedbackKind::symmetric && f.population == p.source && f.readout == p.target;
        if (mirrored) spec.allow_multapses = false;
    }
    if (!p.plastic || scenario_.learning.schedule == so::ScheduleKind::none) return spec;
    if (p.rewiring) {
        spec.allow_multapses = false;
        spec.allow_self = p.rewiring->allow_self;
        spec.delay_ms = Constant{static_cast<double>(p.synapses.front().delay_ticks) * scenario_.tick_ms};
        std::get<ExplicitList>(spec.connector).delays_ms.clear();
        spec.rewiring = DeepR{p.rewiring->l1, p.rewiring->temperature, p.rewiring->every};
    }
    const so::Plasticity& pl = p.plasticity;
    spec.rule = rule_of(pl, surrogate_of(scenario_.populations[p.target].surrogate, network_.grid()));
    spec.optimiser = optimiser_of(pl.optimiser);
    spec.weight_decay = pl.optimiser.weight_decay;
    if (pl.optimiser.period > 0) spec.rate_schedule = StepDecay{pl.optimiser.period, pl.optimiser.factor};
    spec.limits = {std::max(pl.optimiser.w_min, -1e30), std::min(pl.optimiser.w_max, 1e30), pl.optimiser.keep_sign};
    return spec;
}

void ScenarioRun::add_projections() {
    for (const so::Projection& p : scenario_.projections) {
        dense_.push_back(all_to_all(scenario_, p));
        network_.connect(population(p.source), population(p.target), spec(p, dense_.back()));
        std::vector<std::size_t> order(p.synapses.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            const auto key = [&](std::size_t k) {
                return std::tuple(p.synapses[k].source, p.synapses[k].delay_ticks, p.synapses[k].target);
            };
            return key(a) < key(b);
        });
        order_.push_back(std::move(order));
    }
}

void ScenarioRun::add_learning() {
    const so::Learning& learning = scenario_.learning;
    std::set<std::size_t> readouts;
    const auto is_readout = [&](std::size_t p) { return scenario_.populations[p].kind == so::PopulationKind::readout; };
    for (const so::Feedback& f : learning.feedback) {
        if (is_readout(f.readout)) readouts.insert(f.readout);
    }
    for (const so::Projection& p : scenario_.projections) {
        if (p.plastic && is_readout(p.target)) readouts.insert(p.target);
    }
    for (const so::PopulationError& e : learning.errors) {
        readouts.erase(e.population);
        network_.set_error({.readout = population(e.population),
                            .error = error_of(e.kind),
                            .at_events = e.at_events,
                            .weight = e.weight,
                            .tau_rise_ms = e.tau_rise_ms,
                            .tau_decay_ms = e.tau_decay_ms});
    }
    for (const std::size_t r : readouts) network_.set_error(population(r), error_of(learning.error));
    if (learning.rewarded) {
        RewardSpec reward{.discount_tau_ms = learning.discount_tau_ms};
        if (learning.critic != so::Learning::no_critic) reward.critic = population(learning.critic);
        network_.set_reward(reward);
    }
    for (const so::Feedback& f : learning.feedback) {
        const bool learns = std::any_of(scenario_.projections.begin(), scenario_.projections.end(), [&](const auto& p) {
            return p.plastic && p.plasticity.rule != so::RuleKind::reward_stdp && p.target == f.population;
        });
        fed_back_.push_back(learns);
        if (!learns) continue; // a description that the engine refuses, as the matrix would be of no use
        FeedbackSpec spec{.readout = population(f.readout),
                          .learner = population(f.population),
                          .kind = static_cast<FeedbackKind>(f.kind),
                          .source = f.backpropagated ? FeedbackSource::backpropagated : FeedbackSource::error};
        const bool readout_learns =
            std::any_of(scenario_.projections.begin(), scenario_.projections.end(),
                        [&](const auto& p) { return p.plastic && p.source == f.population && p.target == f.readout; });
        // Adaptive feedback whose readout never changes is fixed; the engine asks that it be called so.
        if (f.kind == so::FeedbackKind::adaptive && !readout_learns) spec.kind = FeedbackKind::random;
        const std::size_t neurons = scenario_.populations[f.population].size;
        const std::size_t outputs = scenario_.populations[f.readout].size;
        if (f.kind != so::FeedbackKind::symmetric) {
            for (std::size_t o = 0; o < outputs; ++o) {
                for (std::size_t j = 0; j < neurons; ++j) spec.matrix.push_back(f.initial[j * outputs + o]);
            }
        }
        network_.add_feedback(spec);
    }
    LearningSchedule schedule;
    schedule.timing = learning.schedule == so::ScheduleKind::interval ? UpdateTiming::interval : UpdateTiming::arrival;
    schedule.reset_state = false;
    if (schedule.timing == UpdateTiming::interval) {
        schedule.interval_steps = learning.interval_steps;
        schedule.signal_window = learning.signal_window_steps;
        schedule.average_gradient = learning.average_gradient;
        schedule.reset_state = learning.reset_state;
        if (learning.traces_persist) schedule.memory_steps = scenario_.last_tick / scenario_.clock_ticks + 1;
    }
    network_.set_schedule(schedule);
}

void ScenarioRun::push_everything() {
    for (const so::InputEvent& e : scenario_.inputs) {
        (void)simulation_->push(population(e.population), e.tick, static_cast<std::uint32_t>(e.neuron));
    }
    for (const so::Target& t : scenario_.targets) {
        (void)simulation_->set_target(population(t.population), t.tick, t.values);
    }
    for (const so::InputEvent& e : scenario_.target_spikes) {
        const InputEvent spike{e.tick, static_cast<std::uint32_t>(e.neuron)};
        if (simulation_->push_targets(population(e.population), std::span(&spike, 1)) != Status::ok)
            throw std::logic_error("a target spike was refused");
    }
    for (const so::Reward& r : scenario_.learning.rewards) {
        if (simulation_->set_reward(r.tick, r.value, r.terminal) != Status::ok)
            throw std::logic_error("a reward was refused");
    }
}

void ScenarioRun::advance_until(so::Tick t) {
    for (; next_switch_ < scenario_.switches.size() && scenario_.switches[next_switch_].tick <= t; ++next_switch_) {
        simulation_->advance_until(scenario_.switches[next_switch_].tick);
        simulation_->set_learning(scenario_.switches[next_switch_].on);
    }
    simulation_->advance_until(t);
}

std::vector<so::Spike> ScenarioRun::spikes() const {
    std::vector<so::Spike> spikes;
    for (const Spike& s : simulation_->spikes()) spikes.push_back({s.tick, s.population, s.neuron});
    return spikes;
}

so::PerSynapse ScenarioRun::weights() const {
    so::PerSynapse all;
    for (std::uint32_t p = 0; p < order_.size(); ++p) {
        const std::vector<double> ordered = simulation_->weights({p});
        std::vector<double> weights(ordered.size());
        for (std::size_t k = 0; k < ordered.size(); ++k) weights[order_[p][k]] = ordered[k];
        all.push_back(std::move(weights));
    }
    return all;
}

std::vector<std::vector<double>> ScenarioRun::feedback() const {
    std::vector<std::vector<double>> all;
    for (std::size_t f = 0, index = 0; f < fed_back_.size(); ++f) {
        if (!fed_back_[f]) {
            all.emplace_back();
            continue;
        }
        const std::vector<double> matrix = simulation_->feedback(index++); // [o][j]
        const std::size_t neurons = scenario_.populations[scenario_.learning.feedback[f].population].size;
        const std::size_t outputs = matrix.size() / neurons;
        std::vector<double> turned(matrix.size());
        for (std::size_t o = 0; o < outputs; ++o) {
            for (std::size_t j = 0; j < neurons; ++j) turned[j * outputs + o] = matrix[o * neurons + j];
        }
        all.push_back(std::move(turned));
    }
    return all;
}

} // namespace saltus::test
