// SPDX-License-Identifier: BSD-3-Clause
// A whole experiment as plain data: the network, what it learns from, what goes in, and for how
// long. The oracle and the engine's tests both read it; it knows neither.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace saltus_oracle {

using Tick = std::int64_t;

enum class PopulationKind { input, lif, adaptive_lif, readout };
enum class Reset { to_value, subtract };
enum class SpikeEffect { immediate, next_tick };
enum class RefractoryMode { integrate, clamp };
enum class SurrogateShape { piecewise_linear, exponential, fast_sigmoid, arctan };
enum class RuleKind { eprop, readout };
enum class OptimiserKind { sgd, adam };
enum class ScheduleKind { none, interval, arrival };
enum class ErrorKind { mean_squared, cross_entropy };
enum class FeedbackKind { symmetric, random, adaptive };

/// With x = v - A: piecewise linear  h max(0, 1 - |x|/w);  exponential  h exp(-|x|/w);
/// fast sigmoid  h (1 + |x|/w)^-2;  arctan  h / (1 + (x/w)^2).
struct Surrogate {
    SurrogateShape shape = SurrogateShape::piecewise_linear;
    double height = 0.3; ///< h, 1 / voltage
    double width = 1.0;  ///< w, voltage
};

/// Voltages are relative to rest. A readout uses only size, tau_m_ms and normalised_input; an input
/// only size.
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
    double beta = 0.0;       ///< used by adaptive_lif: A = threshold + beta a
    double tau_a_ms = 100.0; ///< used by adaptive_lif
    Surrogate surrogate;
};

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
    double w_min = -std::numeric_limits<double>::infinity();
    double w_max = std::numeric_limits<double>::infinity();
};

struct Plasticity {
    RuleKind rule = RuleKind::eprop;
    double filter_tau_ms = 20.0;   ///< kappa = exp(-C h / filter_tau); eprop only
    bool normalised_filter = true; ///< filter_gain is 1 - kappa, else 1; eprop only
    double c_reg = 0.0;            ///< rate regularisation; eprop only
    double f_target_hz = 10.0;
    double tau_rate_ms = 500.0; ///< used by ScheduleKind::arrival
    Optimiser optimiser;
};

struct Projection {
    std::size_t source = 0; ///< population
    std::size_t target = 0; ///< population
    std::vector<Synapse> synapses;
    bool plastic = false;
    Plasticity plasticity; ///< used where plastic
};

/// Learning signals from one readout population to one learning population.
struct Feedback {
    std::size_t population = 0;
    std::size_t readout = 0;
    FeedbackKind kind = FeedbackKind::symmetric;
    std::vector<double> initial; ///< B[j * n_outputs + o], for random and adaptive
};

struct Learning {
    ScheduleKind schedule = ScheduleKind::none;
    Tick interval_steps = 1;      ///< T; used by ScheduleKind::interval, as are the next three
    Tick signal_window_steps = 1; ///< errors count only in the last so many steps of an interval
    bool average_gradient = false;
    bool reset_state = false;
    ErrorKind error = ErrorKind::mean_squared;
    std::vector<Feedback> feedback;
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
};

} // namespace saltus_oracle
