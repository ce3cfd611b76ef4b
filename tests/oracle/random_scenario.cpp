// SPDX-License-Identifier: BSD-3-Clause
#include "tests/oracle/random_scenario.hpp"

#include "tests/oracle/draw.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace saltus_oracle {
namespace {

// Spikes per neuron and tick that weights and learning rates are chosen for.
constexpr double expected_rate = 0.05;

// An engine that stores weights in single precision is to start from the same ones.
double as_single(double x) { return static_cast<double>(static_cast<float>(x)); }

class Maker {
  public:
    Maker(std::uint64_t seed, const Options& options) : draw_(seed), options_(options) {}

    Scenario make() {
        check_options();
        make_grid();
        make_populations();
        make_learning();
        make_projections();
        make_inputs();
        make_targets();
        return scenario_;
    }

  private:
    void check_options() const;
    void make_grid();
    void make_populations();
    Population spiking_population();
    void express(Surrogate& surrogate);
    void choose_spike_rules(Population& population);
    Population readout_population();
    void make_learning();
    Feedback make_feedback(std::size_t p);
    void make_projections();
    void project(std::size_t source, std::size_t target, bool must_learn);
    std::vector<std::pair<std::size_t, std::size_t>> pairs(const Projection& projection);
    void make_delays(Projection& projection);
    double mean_weight(const Projection& projection) const;
    void make_weights(Projection& projection);
    Plasticity make_plasticity(const Projection& projection);
    void choose_rates(Plasticity& plasticity, const Projection& projection);
    void choose_limits(Optimiser& optimiser, const Projection& projection);
    void make_inputs();
    void make_targets();

    bool is(std::size_t population, PopulationKind kind) const {
        return scenario_.populations[population].kind == kind;
    }
    std::size_t readout() const { return scenario_.populations.size() - 1; }
    double tau_ticks(std::size_t p) const { return scenario_.populations[p].tau_m_ms / scenario_.tick_ms; }
    double rate(std::size_t p) const { return is(p, PopulationKind::input) ? input_rate_ : expected_rate; }
    /// What a weight of one, arriving at one spike per tick, drives a membrane to.
    double reach(std::size_t p) const { return scenario_.populations[p].normalised_input ? 1.0 : tau_ticks(p); }

    Draw draw_;
    const Options& options_;
    Scenario scenario_;
    double voltage_ = 1.0; // scale of all voltages
    double input_rate_ = 0.0;
    std::size_t n_inputs_ = 0, n_hidden_ = 0;
};

void Maker::check_options() const {
    const bool late_value = options_.reset == Reset::to_value && options_.spike_effect == SpikeEffect::next_tick;
    const bool online_adam = options_.optimiser == OptimiserKind::adam && options_.schedule == ScheduleKind::arrival;
    if (late_value || online_adam) throw std::invalid_argument("options exclude each other");
}

void Maker::make_grid() {
    scenario_.tick_ms = draw_.unless_set(options_.tick_ms, {0.1, 1.0});
    scenario_.clock_ticks = draw_.unless_set<Tick>(options_.clock_ticks, {1, 2, 5, 10});
    scenario_.last_tick = draw_.whole(200, 400);
    voltage_ = draw_.one_of({1.0, 0.6, 0.03});
    input_rate_ = draw_.real(0.03, 0.15);
}

// ---- Populations: the inputs, the spiking ones, the readout

void Maker::make_populations() {
    n_inputs_ = draw_.size(1, 2);
    n_hidden_ = draw_.size(1, 3);
    for (std::size_t i = 0; i < n_inputs_; ++i) {
        Population input;
        input.kind = PopulationKind::input;
        input.size = draw_.size(2, 8);
        scenario_.populations.push_back(input);
    }
    for (std::size_t i = 0; i < n_hidden_; ++i) scenario_.populations.push_back(spiking_population());
    scenario_.populations.push_back(readout_population());
}

Population Maker::spiking_population() {
    Population p;
    p.kind = draw_.unless_set(options_.neurons, {PopulationKind::lif, PopulationKind::adaptive_lif});
    p.size = draw_.size(2, 10);
    p.tau_m_ms = scenario_.tick_ms * draw_.real(5.0, 30.0);
    p.normalised_input = draw_.chance(0.5);
    p.threshold = voltage_;
    const double drive = draw_.one_of({draw_.real(-0.3, 0.0), draw_.real(0.2, 0.8), draw_.real(1.1, 1.6)});
    if (draw_.unless_set(options_.constant_drive, {false, false, true})) p.v_inf = drive * voltage_;
    choose_spike_rules(p);
    p.surrogate.shape =
        draw_.unless_set(options_.surrogate, {SurrogateShape::piecewise_linear, SurrogateShape::exponential,
                                              SurrogateShape::fast_sigmoid, SurrogateShape::arctan});
    p.surrogate.height = draw_.real(0.3, 1.0) / voltage_;
    p.surrogate.width = draw_.real(0.3, 1.2) * voltage_;
    const double height = p.surrogate.height;
    express(p.surrogate);
    if (p.kind != PopulationKind::adaptive_lif) return p;
    // Strong adaptation makes rho - beta psi negative; with a short memory the neuron goes on
    // firing.
    const bool strong = draw_.chance(0.4);
    p.tau_a_ms = scenario_.tick_ms * (strong ? draw_.real(5.0, 15.0) : draw_.real(10.0, 60.0));
    p.beta = (strong ? draw_.real(0.8, 1.3) : draw_.real(0.05, 0.4)) / height;
    return p;
}

/// The drawn height and width in the terms of shapes that are stated otherwise.
void Maker::express(Surrogate& s) {
    if (s.shape == SurrogateShape::relative_piecewise_linear) {
        s.height *= voltage_;
        s.width /= voltage_;
    }
    if (s.shape == SurrogateShape::escape) {
        s.width = 1.0 / (std::exp(1.0) * s.height); // so that this is its peak
        s.rate_hz = 1e3 / (scenario_.tick_ms * static_cast<double>(scenario_.clock_ticks));
    }
    // The same for every scale of voltage: there are no parameters.
    if (s.shape == SurrogateShape::custom) s.custom = [](double x) { return 0.7 / (1.0 + x * x * x * x); };
}

void Maker::choose_spike_rules(Population& p) {
    p.reset = draw_.unless_set(options_.reset, {Reset::to_value, Reset::subtract});
    p.v_reset = draw_.one_of({0.0, draw_.real(-0.3, 0.3) * voltage_});
    p.spike_effect = draw_.unless_set(options_.spike_effect, {SpikeEffect::immediate, SpikeEffect::next_tick});
    p.refractory_ticks = draw_.whole(0, 6);
    p.refractory_mode = draw_.unless_set(options_.refractory_mode, {RefractoryMode::integrate, RefractoryMode::clamp});
    if (p.spike_effect != SpikeEffect::next_tick) return;
    // Whichever of two that do not go together was not asked for gives way.
    const bool both_wanted = options_.refractory_mode && options_.spike_effect;
    if (!options_.reset) p.reset = Reset::subtract;
    if (!options_.refractory_mode) p.refractory_mode = RefractoryMode::integrate;
    const bool clash = p.refractory_mode == RefractoryMode::clamp && !both_wanted;
    if (p.reset == Reset::to_value || clash) p.spike_effect = SpikeEffect::immediate;
}

Population Maker::readout_population() {
    Population p;
    p.kind = PopulationKind::readout;
    p.size = draw_.size(1, 4);
    p.tau_m_ms = scenario_.tick_ms * draw_.real(5.0, 30.0);
    if (draw_.chance(0.4)) p.tau_m_ms = scenario_.populations.back().tau_m_ms;
    p.normalised_input = draw_.chance(0.5);
    return p;
}

void Maker::make_learning() {
    Learning& learning = scenario_.learning;
    const bool adam = options_.optimiser == OptimiserKind::adam;
    learning.schedule =
        draw_.unless_set(options_.schedule, {ScheduleKind::interval, ScheduleKind::interval, ScheduleKind::arrival,
                                             ScheduleKind::arrival, ScheduleKind::none});
    if (adam && !options_.schedule) learning.schedule = ScheduleKind::interval;
    const Tick steps = scenario_.last_tick / scenario_.clock_ticks;
    learning.interval_steps = steps / draw_.whole(3, 6);
    learning.signal_window_steps = learning.interval_steps;
    if (draw_.chance(0.5)) learning.signal_window_steps = draw_.whole(1, learning.interval_steps);
    learning.average_gradient = draw_.chance(0.5);
    learning.reset_state = draw_.unless_set(options_.reset_state, {false, true});
    learning.error = draw_.unless_set(options_.error, {ErrorKind::mean_squared, ErrorKind::cross_entropy});
    std::size_t& n_outputs = scenario_.populations[readout()].size;
    if (learning.error == ErrorKind::cross_entropy) n_outputs = std::max<std::size_t>(n_outputs, 2);
    for (std::size_t p = n_inputs_; p < readout(); ++p) learning.feedback.push_back(make_feedback(p));
}

Feedback Maker::make_feedback(std::size_t p) {
    Feedback feedback{p, readout(), FeedbackKind::symmetric, {}};
    feedback.kind =
        draw_.unless_set(options_.feedback, {FeedbackKind::symmetric, FeedbackKind::random, FeedbackKind::adaptive});
    if (feedback.kind == FeedbackKind::symmetric) return feedback;
    const std::size_t n = scenario_.populations[p].size * scenario_.populations[readout()].size;
    for (std::size_t i = 0; i < n; ++i) {
        feedback.initial.push_back(as_single(draw_.real(-1.0, 1.0)));
    }
    return feedback;
}

// ---- Projections: input -> hidden, hidden -> hidden with at least one loop, hidden -> readout

void Maker::make_projections() {
    const std::size_t first = n_inputs_, end = readout();
    for (std::size_t i = 0; i < n_inputs_; ++i) {
        for (std::size_t h = first; h < end; ++h) {
            const bool needed = (h - first) % n_inputs_ == i;
            if (needed || draw_.chance(0.5)) project(i, h, h == first);
        }
    }
    const bool ring = n_hidden_ > 1 && draw_.chance(0.5);
    for (std::size_t a = first; a < end; ++a) {
        for (std::size_t b = first; b < end; ++b) {
            const bool in_ring = b == (a + 1 == end ? first : a + 1);
            const bool in_loop = ring ? in_ring : a == b && a == first;
            if (in_loop || draw_.chance(0.3)) project(a, b, in_loop && a == first);
        }
    }
    for (std::size_t h = first; h < end; ++h) project(h, readout(), h == first);
    auto& all = scenario_.projections;
    for (std::size_t i = all.size() - 1; i > 0; --i) std::swap(all[i], all[draw_.size(0, i)]);
}

void Maker::project(std::size_t source, std::size_t target, bool must_learn) {
    Projection projection;
    projection.source = source;
    projection.target = target;
    const bool multapses = draw_.unless_set(options_.multapses, {false, true}) && target != readout();
    for (const auto& [i, j] : pairs(projection)) {
        projection.synapses.push_back({i, j, 0.0, 1});
        while (multapses && draw_.chance(0.2)) projection.synapses.push_back({i, j, 0.0, 1});
    }
    make_delays(projection);
    make_weights(projection);
    projection.plastic = draw_.chance(0.7) || must_learn;
    projection.plasticity = make_plasticity(projection);
    scenario_.projections.push_back(projection);
}

std::vector<std::pair<std::size_t, std::size_t>> Maker::pairs(const Projection& projection) {
    enum class Pattern { all_to_all, sparse, one_to_one };
    const Pattern pattern = draw_.one_of({Pattern::all_to_all, Pattern::sparse, Pattern::one_to_one});
    const bool with_itself = projection.source != projection.target || draw_.chance(0.5);
    const bool from_input = is(projection.source, PopulationKind::input);
    const std::size_t n = scenario_.populations[projection.source].size;
    const std::size_t m = scenario_.populations[projection.target].size;
    std::vector<std::pair<std::size_t, std::size_t>> result;
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < m; ++j) {
            if (i == j && !with_itself) continue;
            const std::size_t partner = with_itself ? j % n : (j + m - 1) % m;
            // Every neuron hears some input, or whole networks would stay silent.
            const bool drawn = draw_.chance(0.4) || (from_input && i == j % n);
            if (pattern == Pattern::one_to_one && i != partner) continue;
            if (pattern == Pattern::sparse && !drawn) continue;
            result.emplace_back(i, j);
        }
    }
    // Not onto itself, where that is barred: the population has two neurons or more.
    if (result.empty()) result.emplace_back(0, m - 1);
    return result;
}

void Maker::make_delays(Projection& projection) {
    const Tick least = projection.target == readout() ? 0 : 1;
    const Tick constant = draw_.chance(0.5) ? least : draw_.whole(least, 10);
    const bool mixed = draw_.chance(0.5);
    for (Synapse& synapse : projection.synapses) {
        synapse.delay_ticks = mixed ? draw_.whole(least, 10) : constant;
    }
}

/// Typical magnitude. Inputs together drive the membrane to about its threshold; a recurrent spike,
/// or one onto a readout, makes a good part of the usual fluctuation.
double Maker::mean_weight(const Projection& projection) const {
    const std::size_t target = projection.target;
    const double fan_in = std::max(
        1.0, static_cast<double>(projection.synapses.size()) / static_cast<double>(scenario_.populations[target].size));
    if (is(projection.source, PopulationKind::input)) {
        return voltage_ / (fan_in * input_rate_ * reach(target));
    }
    const double to_full_step = tau_ticks(target) / reach(target); // undoes normalised_input
    if (target == readout()) return to_full_step / std::sqrt(fan_in * expected_rate * tau_ticks(target));
    return 0.5 * voltage_ * to_full_step / std::sqrt(fan_in);
}

void Maker::make_weights(Projection& projection) {
    const double mean = mean_weight(projection);
    const bool from_input = is(projection.source, PopulationKind::input);
    const double strength = draw_.real(1.0, 2.2);
    for (Synapse& synapse : projection.synapses) {
        const double relative = from_input ? draw_.real(-0.5, 2.5) : draw_.real(-1.0, 1.0);
        synapse.weight = as_single(strength * relative * mean);
    }
}

// ---- Plasticity

Plasticity Maker::make_plasticity(const Projection& projection) {
    Plasticity plasticity;
    plasticity.rule = projection.target == readout() ? RuleKind::readout : RuleKind::eprop;
    plasticity.filter_tau_ms =
        draw_.one_of({scenario_.populations[projection.target].tau_m_ms, scenario_.populations[readout()].tau_m_ms,
                      scenario_.tick_ms * draw_.real(5.0, 40.0)});
    plasticity.normalised_filter = draw_.chance(0.5);
    plasticity.f_target_hz = draw_.real(0.02, 0.1) / (scenario_.tick_ms * 1e-3);
    plasticity.tau_rate_ms = scenario_.tick_ms * draw_.real(20.0, 200.0);
    Optimiser& optimiser = plasticity.optimiser;
    optimiser.kind = draw_.unless_set(options_.optimiser, {OptimiserKind::sgd, OptimiserKind::adam});
    if (scenario_.learning.schedule == ScheduleKind::arrival) optimiser.kind = OptimiserKind::sgd;
    optimiser.beta_1 = draw_.one_of({0.9, 0.8});
    optimiser.beta_2 = draw_.one_of({0.999, 0.95});
    optimiser.epsilon = draw_.one_of({1e-8, 1e-5});
    choose_rates(plasticity, projection);
    choose_limits(optimiser, projection);
    return plasticity;
}

// Tight limits hold for the initial weights but stop some updates; wide ones only stop a run-away.
void Maker::choose_limits(Optimiser& optimiser, const Projection& projection) {
    const double margin = mean_weight(projection) * draw_.one_of({0.02, 5.0, 5.0});
    if (draw_.chance(0.1)) return;
    const auto [low, high] =
        std::minmax_element(projection.synapses.begin(), projection.synapses.end(),
                            [](const Synapse& a, const Synapse& b) { return a.weight < b.weight; });
    optimiser.w_min = low->weight - margin;
    optimiser.w_max = high->weight + margin;
}

// So that over the whole run a weight moves by some tenths of its size.
void Maker::choose_rates(Plasticity& plasticity, const Projection& projection) {
    const Learning& learning = scenario_.learning;
    const Population& target = scenario_.populations[projection.target];
    const bool interval = learning.schedule == ScheduleKind::interval;
    const double clock = static_cast<double>(scenario_.clock_ticks);
    const double window = interval ? static_cast<double>(learning.signal_window_steps) : 1.0;
    const double interval_steps = interval ? static_cast<double>(learning.interval_steps) : 1.0;
    const double counted_steps = static_cast<double>(scenario_.last_tick) / clock * (window / interval_steps);
    double trace = rate(projection.source) * reach(projection.target);
    if (plasticity.rule == RuleKind::eprop) {
        const double filter_steps = plasticity.filter_tau_ms / (scenario_.tick_ms * clock);
        trace *= 0.3 * target.surrogate.height;
        if (!plasticity.normalised_filter) trace *= std::max(1.0, filter_steps);
    }
    const double total = 0.3 * counted_steps * trace / (learning.average_gradient && interval ? window : 1.0);
    const double size = mean_weight(projection);
    const double relative = draw_.real(0.1, 0.5);
    const bool adam = plasticity.optimiser.kind == OptimiserKind::adam;
    plasticity.optimiser.eta = adam ? 0.2 * relative * size : relative * size / total;
    const double strength = draw_.real(0.1, 1.0) * window / (expected_rate * clock);
    if (draw_.unless_set(options_.regularised, {false, true})) plasticity.c_reg = strength;
}

// ---- What goes in, and what should come out

void Maker::make_inputs() {
    const Tick silent_from = draw_.whole(0, scenario_.last_tick);
    const Tick silent_to = silent_from + draw_.whole(20, 80);
    for (Tick tick = 0; tick < scenario_.last_tick; ++tick) {
        if (tick >= silent_from && tick < silent_to) continue;
        for (std::size_t p = 0; p < n_inputs_; ++p) {
            for (std::size_t i = 0; i < scenario_.populations[p].size; ++i) {
                if (!draw_.chance(input_rate_)) continue;
                scenario_.inputs.push_back({tick, p, i});
                if (draw_.chance(0.03)) scenario_.inputs.push_back({tick, p, i});
            }
        }
    }
}

void Maker::make_targets() {
    const std::size_t n_outputs = scenario_.populations[readout()].size;
    const Tick longest = draw_.whole(5, 60);
    for (Tick tick = 0; tick <= scenario_.last_tick; tick += draw_.whole(1, longest)) {
        Target target{tick, readout(), std::vector<double>(n_outputs, 0.0)};
        if (scenario_.learning.error == ErrorKind::cross_entropy) {
            target.values[draw_.size(0, n_outputs - 1)] = 1.0;
        } else {
            for (double& value : target.values) value = draw_.real(-1.0, 1.0);
        }
        scenario_.targets.push_back(target);
    }
}

} // namespace

Scenario random_scenario(std::uint64_t seed, const Options& options) { return Maker(seed, options).make(); }

} // namespace saltus_oracle
