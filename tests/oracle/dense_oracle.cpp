// SPDX-License-Identifier: BSD-3-Clause
// Stages 1 to 5 and 9 of a tick: the dynamics. Stages 6 to 8 are in dense_learning.cpp.
#include "tests/oracle/dense_oracle.hpp"

#include "tests/oracle/dense_run.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <tuple>
#include <utility>

namespace saltus_oracle {
namespace {

double normal_density(double x, double mean, double deviation) {
    const double z = (x - mean) / deviation;
    return std::exp(-0.5 * z * z) / (deviation * std::sqrt(2.0 * std::acos(-1.0)));
}

/// Yin, Corradi, Bohte 2021, eq. 5, but for its scale.
double multi_gaussian(const Surrogate& s, double x) {
    const double broad = s.spread * s.width;
    return (1.0 + s.share) * normal_density(x, 0.0, s.width) - s.share * normal_density(x, s.width, broad) -
           s.share * normal_density(x, -s.width, broad);
}

double surrogate(const Population& population, double x, double step_ms) {
    const Surrogate& s = population.surrogate;
    const double distance = std::abs(x) / s.width;
    switch (s.shape) {
        case SurrogateShape::piecewise_linear: return s.height * std::max(0.0, 1.0 - distance);
        case SurrogateShape::exponential: return s.height * std::exp(-distance);
        case SurrogateShape::fast_sigmoid: return s.height / ((1.0 + distance) * (1.0 + distance));
        case SurrogateShape::arctan: return s.height / (1.0 + distance * distance);
        case SurrogateShape::relative_piecewise_linear:
            return s.height * std::max(0.0, 1.0 - distance / population.threshold) / population.threshold;
        case SurrogateShape::sigmoid_derivative: {
            const double sigmoid = 1.0 / (1.0 + std::exp(-x / s.width));
            return 4.0 * s.height * sigmoid * (1.0 - sigmoid);
        }
        case SurrogateShape::gaussian: return s.height * std::exp(-0.5 * distance * distance);
        case SurrogateShape::multi_gaussian: return s.height * multi_gaussian(s, x) / multi_gaussian(s, 0.0);
        case SurrogateShape::boxcar: return std::abs(x) <= s.width ? s.height : 0.0;
        case SurrogateShape::escape: {
            const double expected = 1e-3 * s.rate_hz * step_ms * std::exp(x / s.width);
            return std::exp(-expected) * expected / s.width;
        }
        case SurrogateShape::custom: return s.custom(x);
    }
    return 0.0;
}

void require(bool condition, const char* what) {
    if (!condition) throw std::invalid_argument(what);
}

void check_scenario(const Scenario& scenario) {
    for (const Population& population : scenario.populations) {
        require(!is_spiking(population) || population.reset == Reset::subtract ||
                    population.spike_effect == SpikeEffect::immediate,
                "a reset to a value cannot act a tick late");
    }
    for (const Projection& projection : scenario.projections) {
        const bool may_be_instant = is_spiking(scenario.populations[projection.source]) &&
                                    scenario.populations[projection.target].kind == PopulationKind::readout;
        for (const Synapse& synapse : projection.synapses) {
            require(synapse.delay_ticks >= (may_be_instant ? 0 : 1), "delay too short");
        }
    }
}

} // namespace

// ---- Before the first tick

DenseRun::DenseRun(const Scenario& scenario, const Recording& recording)
    : scenario_(scenario), recording_(recording), learning_(scenario_.learning) {
    check_scenario(scenario);
    make_neurons();
    make_synapses();
    sort_canonically();
    take_input();
    for (const Feedback& feedback : learning_.feedback) {
        const std::size_t n =
            scenario_.populations[feedback.population].size * scenario_.populations[feedback.readout].size;
        result_.feedback.push_back(feedback.initial);
        result_.feedback.back().resize(n, 0.0);
    }
}

namespace {
/// The response of a membrane to a decaying unit current: P(t) of tau_m v' = -v + exp(-t/tau_s).
double response(double t_ms, double tau_m_ms, double tau_s_ms) {
    if (tau_m_ms == tau_s_ms) return t_ms / tau_m_ms * std::exp(-t_ms / tau_m_ms);
    return tau_s_ms / (tau_s_ms - tau_m_ms) * (std::exp(-t_ms / tau_s_ms) - std::exp(-t_ms / tau_m_ms));
}
} // namespace

double DenseRun::step_ms() const { return scenario_.tick_ms * static_cast<double>(scenario_.clock_ticks); }

void DenseRun::make_neurons() {
    for (const Population& population : scenario_.populations) {
        Neurons n;
        n.alpha = std::exp(-scenario_.tick_ms / population.tau_m_ms);
        n.alpha_step = std::exp(-step_ms() / population.tau_m_ms);
        n.gain = population.normalised_input ? 1.0 - n.alpha : 1.0;
        if (population.kind == PopulationKind::adaptive_lif) {
            n.rho = std::exp(-scenario_.tick_ms / population.tau_a_ms);
            n.rho_step = std::exp(-step_ms() / population.tau_a_ms);
            n.beta = population.beta;
        }
        if (has_current(population)) {
            n.gain = 1.0;
            n.sigma = std::exp(-scenario_.tick_ms / population.tau_s_ms);
            n.sigma_step = std::exp(-step_ms() / population.tau_s_ms);
            n.feed = response(scenario_.tick_ms, population.tau_m_ms, population.tau_s_ms);
            n.feed_step = response(step_ms(), population.tau_m_ms, population.tau_s_ms);
        }
        for (auto* values : {&n.v, &n.a, &n.psi, &n.signal, &n.step_spikes, &n.interval_spikes, &n.target, &n.error,
                             &n.current, &n.voltage, &n.open_psi, &n.rise, &n.decayed}) {
            values->assign(population.size, 0.0);
        }
        n.release.assign(population.size, 0);
        n.pending.assign(population.size, 0);
        n.held.assign(population.size, 0);
        n.emitted.assign(population.size * static_cast<std::size_t>(scenario_.last_tick + 1), 0);
        neurons_.push_back(n);
    }
    for (auto* traces : {&result_.traces, &result_.adaptation, &result_.psi, &result_.signal})
        traces->resize(neurons_.size());
}

void DenseRun::make_synapses() {
    for (const Projection& projection : scenario_.projections) {
        const std::size_t n = projection.synapses.size();
        Synapses s;
        s.kappa = std::exp(-step_ms() / projection.plasticity.filter_tau_ms);
        s.filter_gain = projection.plasticity.normalised_filter ? 1.0 - s.kappa : 1.0;
        s.rate_decay = std::exp(-step_ms() / projection.plasticity.tau_rate_ms);
        for (auto* values : {&s.z, &s.eps, &s.eb, &s.es, &s.g, &s.first_moment, &s.second_moment, &s.i, &s.s, &s.x,
                             &s.el, &s.elf, &s.f}) {
            values->assign(n, 0.0);
        }
        for (auto* values : {&s.trail, &s.busy, &s.fourth})
            values->assign(scenario_.populations[projection.target].size, 0.0);
        s.arrived.assign(n, 0);
        s.own_updates.assign(n, 0);
        s.dormant.assign(n, 0);
        for (const Synapse& synapse : projection.synapses) s.sign.push_back(std::signbit(synapse.weight) ? -1.0 : 1.0);
        s.rate.assign(scenario_.populations[projection.target].size, 0.0);
        synapses_.push_back(s);
        result_.last_gradient.emplace_back(n, 0.0);
        result_.gradient_sum.emplace_back(n, 0.0);
        auto& weights = result_.weights.emplace_back();
        for (const Synapse& synapse : projection.synapses) weights.push_back(synapse.weight);
    }
}

// Sums depend on the order of their terms in the last bit; this is the order the contract gives.
void DenseRun::sort_canonically() {
    canonical_.clear();
    for (std::size_t p = 0; p < scenario_.projections.size(); ++p) {
        for (std::size_t s = 0; s < scenario_.projections[p].synapses.size(); ++s) {
            canonical_.push_back({p, s});
        }
    }
    const auto key = [this](SynapseRef ref) {
        const Projection& projection = scenario_.projections[ref.projection];
        const Synapse& synapse = projection.synapses[ref.index];
        return std::tuple(projection.source, synapse.source, ref.projection, synapse.delay_ticks, ref.index);
    };
    std::sort(canonical_.begin(), canonical_.end(), [&key](SynapseRef a, SynapseRef b) { return key(a) < key(b); });
}

// An event leaves at the end of its tick and is looked up at least a tick later, so it may be noted
// in advance.
void DenseRun::take_input() {
    for (const InputEvent& event : scenario_.inputs) {
        if (event.tick > scenario_.last_tick) continue;
        const std::size_t size = scenario_.populations[event.population].size;
        const std::size_t at = static_cast<std::size_t>(event.tick) * size + event.neuron;
        ++neurons_[event.population].emitted[at];
    }
}

// ---- One tick: the stages of the contract, in order

Result DenseRun::run() {
    for (now_ = 0; now_ <= scenario_.last_tick; ++now_) one_tick();
    read_symmetric_feedback();
    for (const Projection& projection : scenario_.projections) result_.synapses.push_back(projection.synapses);
    return std::move(result_);
}

void DenseRun::one_tick() {
    const bool learning_edge = at_edge() && learning_.schedule != ScheduleKind::none;
    const auto& switches = scenario_.switches;
    for (; next_switch_ < switches.size() && switches[next_switch_].tick < now_; ++next_switch_)
        on_ = switches[next_switch_].on;
    take_targets();
    if (now_ > 0) decay(); // the initial state is the state at tick 0
    deliver(false);
    if (learning_edge) sample_surrogates();
    fire();
    deliver(true);
    if (learning_edge) learn();
    record();
    const bool interval_ends = learning_edge && by_interval() && step_in_interval() == learning_.interval_steps;
    if (interval_ends) update_interval();
}

/// Stages 6 and 7 of an edge.
void DenseRun::learn() {
    if (on_) ++edges_learned_;
    compute_errors();
    compute_delta();
    if (!on_) silence();
    compute_signals();
    if (follows()) update_rates();
    for (std::size_t p = 0; p < synapses_.size(); ++p) {
        if (!scenario_.projections[p].plastic) continue;
        const RuleKind rule = scenario_.projections[p].plasticity.rule;
        const bool onto_readout = rule == RuleKind::readout || rule == RuleKind::reward_readout;
        onto_readout ? extend_readout(p) : extend(p);
    }
    for (Neurons& n : neurons_) std::fill(n.step_spikes.begin(), n.step_spikes.end(), 0.0);
    resumed_ = !follows();
}

/// Nothing is learned in this step: traces take nothing in, and go on.
void DenseRun::silence() {
    delta_ = 0.0;
    for (Neurons& n : neurons_) {
        for (auto* values : {&n.psi, &n.open_psi, &n.error}) std::fill(values->begin(), values->end(), 0.0);
    }
}

void DenseRun::take_targets() {
    const auto& targets = scenario_.targets;
    for (; next_target_ < targets.size() && targets[next_target_].tick <= now_; ++next_target_) {
        neurons_[targets[next_target_].population].target = targets[next_target_].values;
        neurons_[targets[next_target_].population].event = true;
    }
}

void DenseRun::decay() {
    for (std::size_t p = 0; p < neurons_.size(); ++p) {
        const Population& population = scenario_.populations[p];
        if (population.kind == PopulationKind::input) continue;
        Neurons& n = neurons_[p];
        const double v_inf = is_spiking(population) ? population.v_inf : 0.0;
        const bool clamp = clamps(population);
        for (std::size_t j = 0; j < population.size; ++j) {
            if (population.kind == PopulationKind::cuba_lif && !is_random(population)) look_between(p, j);
            // A clamped membrane leaves from the reset value at its release: no decay there yet.
            const bool held = clamp && now_ <= n.release[j] && n.pending[j] == 0;
            if (!held) n.v[j] = v_inf + (n.v[j] - v_inf) * n.alpha + n.feed * n.current[j];
            n.current[j] *= n.sigma;
            n.a[j] *= n.rho;
            if (n.pending[j] == 0) continue;
            n.v[j] -= population.threshold;
            n.a[j] += 1.0;
            n.pending[j] = 0;
        }
    }
}

/// A membrane that is above threshold between two ticks only: no scenario to compare by.
void DenseRun::look_between(std::size_t p, std::size_t j) {
    const Population& population = scenario_.populations[p];
    const Neurons& n = neurons_[p];
    if (refractory(p, j) || now_ - 1 < n.release[j]) return;
    constexpr int parts = 20;
    double highest = -std::numeric_limits<double>::infinity(), last = 0.0;
    for (int part = 1; part <= parts; ++part) {
        const double t = scenario_.tick_ms * part / parts;
        last = population.v_inf + (n.v[j] - population.v_inf) * std::exp(-t / population.tau_m_ms) +
               n.current[j] * response(t, population.tau_m_ms, population.tau_s_ms) -
               (n.pending[j] ? population.threshold : 0.0);
        highest = std::max(highest, last);
    }
    const double threshold = population.threshold;
    const bool peak = highest > n.v[j] && highest > last && last < threshold;
    if (peak && highest > threshold - 1e-4 * std::abs(threshold)) result_.min_threshold_margin = 0.0;
}

void DenseRun::deliver(bool zero_delay) {
    for (const SynapseRef ref : canonical_) {
        const Projection& projection = scenario_.projections[ref.projection];
        const Synapse& synapse = projection.synapses[ref.index];
        if ((synapse.delay_ticks == 0) != zero_delay) continue;
        for (int count = arrivals_now(projection, synapse); count > 0; --count) deliver_one(ref);
    }
}

int DenseRun::arrivals_now(const Projection& projection, const Synapse& synapse) const {
    const Tick sent = now_ - synapse.delay_ticks;
    const Population& source = scenario_.populations[projection.source];
    // External input leaves after a reset of the same tick, a neuron's spike before it.
    const Tick earliest = source.kind == PopulationKind::input ? last_reset_ : last_reset_ + 1;
    if (sent < std::max<Tick>(earliest, 0)) return 0;
    const std::size_t at = static_cast<std::size_t>(sent) * source.size + synapse.source;
    return neurons_[projection.source].emitted[at];
}

void DenseRun::deliver_one(SynapseRef ref) {
    const auto [p, s] = ref;
    const Projection& projection = scenario_.projections[p];
    const Population& population = scenario_.populations[projection.target];
    const std::size_t j = projection.synapses[s].target;
    Neurons& n = neurons_[projection.target];
    const bool learns = projection.plastic && learning_.schedule != ScheduleKind::none;
    ++result_.counters.arrivals;

    if (learns && learning_.schedule == ScheduleKind::arrival && population.kind != PopulationKind::readout) {
        // The first arrival finds nothing that could have been learned. While nothing is, the gradient waits.
        if (on_ && synapses_[p].arrived[s]) optimise(p, s, synapses_[p].g[s]);
        if (on_) synapses_[p].g[s] = 0.0;
        synapses_[p].arrived[s] = 1;
    }
    const bool currents = has_current(population);
    const bool lost = clamps(population) && refractory(projection.target, j) && !currents;
    if (!lost) (currents ? n.current : n.v)[j] += n.gain * result_.weights[p][s];
    if (learns && follows()) {
        const Tick clock = scenario_.clock_ticks;
        const Tick edge = (now_ + clock - 1) / clock * clock;
        const double wait_ms = static_cast<double>(edge - now_) * scenario_.tick_ms;
        Synapses& x = synapses_[p];
        if (projection.plasticity.rule == RuleKind::pes) {
            x.z[s] += std::exp(-wait_ms / projection.plasticity.filter_tau_ms);
        } else if (currents) {
            x.i[s] += std::exp(-wait_ms / population.tau_s_ms);
            x.z[s] += response(wait_ms, population.tau_m_ms, population.tau_s_ms);
        } else {
            x.z[s] += n.gain * std::exp(-wait_ms / population.tau_m_ms);
        }
        x.s[s] += 1.0;
        x.x[s] += std::exp(-wait_ms / projection.plasticity.tau_pre_ms);
    }
}

double DenseRun::threshold_of(std::size_t p, std::size_t j) const {
    return scenario_.populations[p].threshold + neurons_[p].beta * neurons_[p].a[j];
}

void DenseRun::sample_surrogates() {
    for (std::size_t p = 0; p < neurons_.size(); ++p) {
        const Population& population = scenario_.populations[p];
        if (!is_spiking(population)) continue;
        for (std::size_t j = 0; j < population.size; ++j) {
            const double x = neurons_[p].v[j] - threshold_of(p, j);
            neurons_[p].open_psi[j] = surrogate(population, x, step_ms());
            neurons_[p].psi[j] = refractory(p, j) ? 0.0 : neurons_[p].open_psi[j];
            neurons_[p].voltage[j] = neurons_[p].v[j];
            neurons_[p].held[j] = refractory(p, j) ? 1 : 0;
        }
    }
}

void DenseRun::fire() {
    const auto& random = scenario_.random_spikes;
    for (; next_random_ < random.size() && random[next_random_].tick <= now_; ++next_random_)
        spike(random[next_random_].population, random[next_random_].neuron);
    for (std::size_t p = 0; p < neurons_.size(); ++p) {
        if (!is_spiking(scenario_.populations[p]) || is_random(scenario_.populations[p])) continue;
        for (std::size_t j = 0; j < scenario_.populations[p].size; ++j) {
            if (refractory(p, j)) continue;
            const double x = neurons_[p].v[j] - threshold_of(p, j);
            result_.min_threshold_margin = std::min(result_.min_threshold_margin, std::abs(x));
            if (x >= 0.0) spike(p, j);
        }
    }
}

void DenseRun::spike(std::size_t p, std::size_t j) {
    const Population& population = scenario_.populations[p];
    Neurons& n = neurons_[p];
    n.release[j] = now_ + population.refractory_ticks;
    n.step_spikes[j] += 1.0;
    n.interval_spikes[j] += 1.0;
    n.emitted[static_cast<std::size_t>(now_) * population.size + j] = 1;
    result_.spikes.push_back({now_, p, j});
    ++result_.counters.spikes;
    if (population.spike_effect == SpikeEffect::next_tick) {
        n.pending[j] = 1;
        return;
    }
    n.v[j] = population.reset == Reset::to_value ? population.v_reset : n.v[j] - population.threshold;
    n.a[j] += 1.0;
}

void DenseRun::record() {
    for (std::size_t p = 0; p < neurons_.size(); ++p) {
        const Population& population = scenario_.populations[p];
        const bool wanted =
            population.kind == PopulationKind::readout || (is_spiking(population) && recording_.membranes);
        if (!wanted) continue;
        const auto keep = [p](std::vector<std::vector<double>>& traces, const std::vector<double>& values) {
            traces[p].insert(traces[p].end(), values.begin(), values.end());
        };
        keep(result_.traces, neurons_[p].v);
        if (!is_spiking(population)) continue;
        keep(result_.adaptation, neurons_[p].a);
        keep(result_.psi, neurons_[p].psi);
        keep(result_.signal, neurons_[p].signal);
    }
}

Result run_dense(const Scenario& scenario, const Recording& recording) { return DenseRun(scenario, recording).run(); }

} // namespace saltus_oracle
