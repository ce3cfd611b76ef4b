// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/scenario_network.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <tuple>

namespace saltus::test {
namespace {

namespace so = saltus_oracle;

TimeGrid grid_of(const so::Scenario& scenario) {
    const Picoseconds tick(std::llround(scenario.tick_ms * 1e9));
    return {.tick = tick, .delay_resolution = tick, .learning_clock = scenario.clock_ticks};
}

Surrogate surrogate_of(const so::Surrogate& s) {
    switch (s.shape) {
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
    return lif;
}

ModelParameters model_of(const so::Population& p, double tick_ms) {
    switch (p.kind) {
        case so::PopulationKind::input: return InputParameters{};
        case so::PopulationKind::readout: return LeakyReadoutParameters{p.tau_m_ms, p.normalised_input};
        case so::PopulationKind::lif: return lif_of(p, tick_ms);
        default: break;
    }
    AdaptiveLifParameters adaptive;
    static_cast<LifParameters&>(adaptive) = lif_of(p, tick_ms);
    adaptive.beta = p.beta;
    adaptive.tau_a_ms = p.tau_a_ms;
    return adaptive;
}

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
    if (!p.plastic || scenario_.learning.schedule == so::ScheduleKind::none) return spec;
    const so::Plasticity& pl = p.plasticity;
    if (pl.rule == so::RuleKind::readout) {
        spec.rule = ReadoutRule{};
    } else {
        spec.rule = Eprop{.surrogate = surrogate_of(scenario_.populations[p.target].surrogate),
                          .filter_tau_ms = pl.filter_tau_ms,
                          .normalised_filter = pl.normalised_filter,
                          .rate = {pl.c_reg, pl.f_target_hz, pl.tau_rate_ms}};
    }
    if (pl.optimiser.kind == so::OptimiserKind::adam) {
        spec.optimiser = Adam{pl.optimiser.eta, pl.optimiser.beta_1, pl.optimiser.beta_2, pl.optimiser.epsilon};
    } else {
        spec.optimiser = Sgd{pl.optimiser.eta};
    }
    spec.limits = {std::max(pl.optimiser.w_min, -1e30), std::min(pl.optimiser.w_max, 1e30)};
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
    for (const so::Feedback& f : learning.feedback) readouts.insert(f.readout);
    for (const so::Projection& p : scenario_.projections) {
        if (p.plastic && p.plasticity.rule == so::RuleKind::readout) readouts.insert(p.target);
    }
    for (const std::size_t r : readouts) {
        network_.set_error(population(r),
                           learning.error == so::ErrorKind::cross_entropy ? Error::cross_entropy : Error::mean_squared);
    }
    for (const so::Feedback& f : learning.feedback) {
        const bool learns = std::any_of(scenario_.projections.begin(), scenario_.projections.end(), [&](const auto& p) {
            return p.plastic && p.plasticity.rule == so::RuleKind::eprop && p.target == f.population;
        });
        fed_back_.push_back(learns);
        if (!learns) continue; // a description that the engine refuses, as the matrix would be of no use
        FeedbackSpec spec{.readout = population(f.readout),
                          .learner = population(f.population),
                          .kind = static_cast<FeedbackKind>(f.kind)};
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
