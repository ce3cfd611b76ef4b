// SPDX-License-Identifier: BSD-3-Clause
// A whole experiment as plain data: the network, what it learns from, what goes in, and for how
// long. The oracle and the engine's tests both read it; it knows neither.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

namespace saltus_oracle {

using Tick = std::int64_t;

enum class PopulationKind { input, lif, adaptive_lif, readout, cuba_lif };
enum class Reset { to_value, subtract };
enum class SpikeEffect { immediate, next_tick };
enum class RefractoryMode { integrate, clamp };
enum class SurrogateShape {
    piecewise_linear,
    exponential,
    fast_sigmoid,
    arctan,
    relative_piecewise_linear,
    sigmoid_derivative,
    gaussian,
    multi_gaussian,
    boxcar,
    escape,
    custom
};
enum class RuleKind {
    eprop,
    readout,
    superspike,
    instantaneous,
    reward_eprop,
    reward_readout,
    stllr,
    reward_stdp,
    pes
};
enum class OptimiserKind { sgd, adam, momentum, rmsprop, rmaxprop };
enum class RateBound { both, lower, upper };
enum class ScheduleKind { none, interval, arrival };
enum class ErrorKind { mean_squared, cross_entropy, label, value, spike_train };
enum class FeedbackKind { symmetric, random, adaptive };

/// With x = v - A: piecewise linear  h max(0, 1 - |x|/w);  exponential  h exp(-|x|/w);
/// fast sigmoid  h (1 + |x|/w)^-2;  arctan  h / (1 + (x/w)^2);  relative: x in thresholds, the whole divided by one;
/// sigmoid derivative  4 h s (1 - s), s = 1/(1 + exp(-x/w));  Gaussian  h exp(-x^2/(2 w^2));  multi-Gaussian: (1 + p)
/// densities of deviation w, less p of deviation s w at each of w and -w, scaled to h at 0;  boxcar  h up to w; escape:
/// the derivative by x of 1 - exp(-r exp(x/w)), r = rate_hz times the learning step.
struct Surrogate {
    SurrogateShape shape = SurrogateShape::piecewise_linear;
    double height = 0.3;                ///< h, 1 / voltage
    double width = 1.0;                 ///< w, voltage
    double share = 0.15, spread = 6.0;  ///< p and s, multi_gaussian
    double rate_hz = 100.0;             ///< escape
    double (*custom)(double) = nullptr; ///< custom
};

/// Voltages are relative to rest. A readout uses only size, tau_m_ms, normalised_input, behind_current and tau_s_ms; an
/// input only size.
struct Population {
    PopulationKind kind = PopulationKind::lif;
    std::size_t size = 0;
    double tau_m_ms = 20.0;
    bool normalised_input = false; ///< arrivals are scaled by 1 - exp(-h/tau_m)
    double v_inf = 0.0;            ///< where the membrane settles under its constant drive
    double threshold = 1.0;
    Reset reset = Reset::subtract;
    double v_reset = 0.0; ///< used by Reset::to_value
    SpikeEffect spike_effect = SpikeEffect::immediate;
    Tick refractory_ticks = 0;
    RefractoryMode refractory_mode = RefractoryMode::integrate;
    double beta = 0.0;           ///< used by adaptive_lif: A = threshold + beta a
    double tau_a_ms = 100.0;     ///< used by adaptive_lif
    double tau_s_ms = 5.0;       ///< of the synaptic current, where there is one (has_current)
    bool behind_current = false; ///< a readout whose input comes as a synaptic current; no normalised_input then
    /// Escape noise, above 0: spikes at random. The oracle draws none: they are the scenario's `random_spikes`.
    double escape_rate_hz = 0.0;
    double escape_width = 0.1;
    Surrogate surrogate;
};

/// Whether arrivals add to a synaptic current, which then moves the membrane or the output.
inline bool has_current(const Population& p) {
    return p.kind == PopulationKind::cuba_lif || (p.kind == PopulationKind::readout && p.behind_current);
}

struct Synapse {
    std::size_t source = 0; ///< neuron within the source population
    std::size_t target = 0; ///< neuron within the target population
    double weight = 0.0;
    Tick delay_ticks = 1; ///< 0 only from spiking populations onto readouts
};

struct Optimiser {
    OptimiserKind kind = OptimiserKind::sgd;
    double eta = 1e-3;
    double beta_1 = 0.9;
    double beta_2 = 0.999;
    double epsilon = 1e-8;
    double decay = 0.9;        ///< momentum, or the decay of rmsprop and rmaxprop
    bool nesterov = false;     ///< used by momentum
    double weight_decay = 0.0; ///< w <- (1 - eta weight_decay) w before each update
    Tick period = 0;           ///< the rate is multiplied by `factor` after so many updates; 0: constant
    double factor = 1.0;
    bool keep_sign = false; ///< no weight crosses zero
    double w_min = -std::numeric_limits<double>::infinity();
    double w_max = std::numeric_limits<double>::infinity();
};

struct Plasticity {
    RuleKind rule = RuleKind::eprop;
    double filter_tau_ms = 20.0;   ///< kappa = exp(-C h / filter_tau); eprop only
    bool normalised_filter = true; ///< filter_gain is 1 - kappa, else 1; eprop only
    double c_reg = 0.0;            ///< rate regularisation; eprop, instantaneous, superspike
    double f_target_hz = 10.0;
    double tau_rate_ms = 500.0; ///< not used by eprop in ScheduleKind::interval
    RateBound bound = RateBound::both;
    double tolerance_hz = 0.0;
    bool population_rate = false; ///< the rate is the mean of the target population
    double c_voltage = 0.0;       ///< voltage regularisation; eprop only
    double v_low = -1.0, v_high = 1.0;
    bool reset_in_gradient = false;                                          ///< eprop only
    double tau_rise_ms = 5.0, tau_decay_ms = 10.0;                           ///< superspike
    bool psi_while_refractory = false;                                       ///< superspike
    double c_penalty = 0.0, tau_penalty_ms = 100.0;                          ///< superspike, interval updates
    double tau_pre_ms = 20.0, tau_post_ms = 20.0, tau_eligibility_ms = 50.0; ///< stllr, reward_stdp
    double after = 1.0, before = -0.5;                                       ///< stllr; reward_stdp: A+ and -A-
    Optimiser optimiser;
};

/// DEEP R: what shrinks to nothing is replaced. The draws are data, as weights are.
struct Rewiring {
    double l1 = 0.0;
    double temperature = 0.0;
    int every = 1; ///< updates
    bool allow_self = true;
    std::function<double(int update, std::size_t source, std::size_t target)> normal;
    /// Makes the candidates of an update, one after the other.
    std::function<std::function<std::pair<std::size_t, std::size_t>()>(int update)> candidates;
    std::function<double(std::size_t source, std::size_t target)> sign; ///< 1 or -1, of a synapse that is activated
};

struct Projection {
    std::size_t source = 0; ///< population
    std::size_t target = 0; ///< population
    std::vector<Synapse> synapses;
    bool plastic = false;
    Plasticity plasticity; ///< used where plastic
    std::optional<Rewiring> rewiring{};
};

/// Learning signals from one readout population to one learning population.
struct Feedback {
    std::size_t population = 0;
    std::size_t readout = 0;
    FeedbackKind kind = FeedbackKind::symmetric;
    std::vector<double> initial; ///< B[j * n_outputs + o], for random and adaptive
    bool backpropagated = false; ///< what is fed back is psi_k L_k of the neurons of `readout`
};

/// The error of one population, where it is not the scenario's.
struct PopulationError {
    std::size_t population = 0;
    ErrorKind kind = ErrorKind::mean_squared;
    bool at_events = false; ///< counts only in steps in which a target came into force
    double weight = 1.0;
    double tau_rise_ms = 5.0, tau_decay_ms = 10.0; ///< spike_train
};

struct Reward {
    Tick tick = 0;
    double value = 0.0;
    bool terminal = false;
};

struct Learning {
    ScheduleKind schedule = ScheduleKind::none;
    Tick interval_steps = 1;      ///< T; used by ScheduleKind::interval, as are the next three
    Tick signal_window_steps = 1; ///< errors count only in the last so many steps of an interval
    bool average_gradient = false;
    bool reset_state = false;
    ErrorKind error = ErrorKind::mean_squared;
    std::vector<Feedback> feedback;
    std::vector<PopulationError> errors{}; ///< readouts not named here have `error`; others none
    bool traces_persist = false;           ///< interval ends leave the traces as they are, except for the gradient
    bool rewarded = false;
    std::size_t critic = no_critic; ///< a readout of one neuron
    double discount_tau_ms = 1000.0;
    std::vector<Reward> rewards{}; ///< in the order of their ticks

    static constexpr std::size_t no_critic = ~std::size_t{0};
};

/// Learning is on or off from the tick after this one; at first it is on.
struct LearningSwitch {
    Tick tick = 0;
    bool on = true;
};

struct InputEvent {
    Tick tick = 0;
    std::size_t population = 0;
    std::size_t neuron = 0;
};

/// In force from its tick until the readout's next one. Listed in the order of their ticks.
/// Before its first target a readout's target is 0.
struct Target {
    Tick tick = 0;
    std::size_t population = 0;
    std::vector<double> values;
};

struct Scenario {
    double tick_ms = 1.0;
    Tick clock_ticks = 1;
    Tick last_tick = 0; ///< ticks 0 ... last_tick are run, both included
    std::vector<Population> populations;
    std::vector<Projection> projections;
    Learning learning;
    std::vector<InputEvent> inputs;
    std::vector<Target> targets;
    std::vector<InputEvent> target_spikes;   ///< for ErrorKind::spike_train
    std::vector<InputEvent> random_spikes{}; ///< of populations with escape noise, in the order of their ticks
    std::vector<LearningSwitch> switches;    ///< in the order of their ticks
};

} // namespace saltus_oracle
