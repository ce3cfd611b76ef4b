// SPDX-License-Identifier: BSD-3-Clause
#include "examples/robot/adaptive_control.hpp"

#include "engine/core/random.hpp"
#include "engine/core/stable_math.hpp"

#include <cmath>

namespace saltus::examples::robot {
namespace {

constexpr double tau_m_ms = 20.0, refractory_ms = 2.0;
constexpr Tick step_ticks = 1000; ///< a control step, in ticks of a microsecond

LifParameters neuron() {
    return {.tau_m_ms = tau_m_ms,
            .reset = Reset::to_value,
            .refractory_ms = refractory_ms,
            .refractory = Refractory::clamp};
}

/// The current at which a LIF neuron of threshold 1 fires at this rate.
double current_for(double hz) {
    const double interval_ms = 1000.0 / hz - refractory_ms;
    return 1.0 / (1.0 - stable_exp(-interval_ms / tau_m_ms));
}

} // namespace

AdaptiveController::AdaptiveController(const AdaptiveControl& parameters, std::uint64_t seed)
    : AdaptiveController(parameters, seed, describe(parameters, seed)) {}

AdaptiveController::AdaptiveController(const AdaptiveControl& parameters, std::uint64_t seed,
                                       const Described& described)
    : parameters_(parameters), first_(described.first), torques_(described.torques), input_(described.input),
      output_(described.output), simulation_(described.network), current_(parameters.neurons) {
    draw_tuning(seed);
}

AdaptiveController::Described AdaptiveController::describe(const AdaptiveControl& p, std::uint64_t seed) {
    Described d;
    d.network = Network({}, seed); // ticks of 1 us, learning steps of 1 ms
    Network& network = d.network;
    d.first = network.add("first", p.neurons, neuron());
    network.accept_current(d.first);
    d.torques = network.add("torques", p.joints, LeakyReadoutParameters{.tau_ms = p.filter_ms});
    PopulationId last = d.first;
    const double fan_in = p.neurons;
    if (p.rule == ControlRule::eprop) {
        last = network.add("hidden", p.hidden, LifParameters{.tau_m_ms = tau_m_ms});
        d.input = network.connect(d.first, last,
                                  {.weight = Normal{4.5 / fan_in, 1.5 / std::sqrt(fan_in)},
                                   .rule = Eprop{.filter_tau_ms = p.filter_ms, .normalised_filter = false},
                                   .optimiser = Sgd{p.hidden_rate}});
        network.add_feedback({d.torques, last, FeedbackKind::symmetric});
    }
    d.output = network.connect(
        last, d.torques,
        {.weight = Constant{0.0}, .delay_ms = Constant{0.0}, .rule = ReadoutRule{}, .optimiser = Sgd{p.learning_rate}});
    network.set_error(d.torques, Error::label); // E = -target: the target is the torque asked for
    network.set_schedule(LearningSchedule::at_arrivals());
    return d;
}

/// Directions evenly on the sphere, highest rates and thresholds evenly in their ranges.
void AdaptiveController::draw_tuning(std::uint64_t seed) {
    constexpr std::uint64_t tuning = 5ULL << 56; // a stream of its own
    const std::size_t dimensions = 2 * parameters_.joints;
    encoders_.resize(parameters_.neurons * dimensions);
    bias_.resize(parameters_.neurons);
    for (std::size_t i = 0; i < parameters_.neurons; ++i) {
        RandomStream random(seed, tuning | i);
        double* const direction = &encoders_[i * dimensions];
        double square = 0.0;
        for (std::size_t k = 0; k < dimensions; ++k) {
            direction[k] = random.normal();
            square += direction[k] * direction[k];
        }
        const double hz =
            parameters_.rate_low_hz + (parameters_.rate_high_hz - parameters_.rate_low_hz) * random.uniform();
        const double silent_below = 1.8 * random.uniform() - 0.9;
        const double gain = (current_for(hz) - 1.0) / (1.0 - silent_below);
        bias_[i] = 1.0 - gain * silent_below;
        for (std::size_t k = 0; k < dimensions; ++k) direction[k] *= gain / std::sqrt(square);
    }
}

void AdaptiveController::step(std::span<const double> state, std::span<const double> asked, std::span<double> added) {
    for (std::size_t i = 0; i < current_.size(); ++i) {
        double sum = bias_[i];
        for (std::size_t k = 0; k < state.size(); ++k) sum += encoders_[i * state.size() + k] * state[k];
        current_[i] = sum;
    }
    const Tick now = simulation_.now();
    (void)simulation_.set_current(first_, now, current_);
    (void)simulation_.set_target(torques_, now + 1, asked);
    simulation_.advance_until(now + step_ticks);
    for (std::uint32_t o = 0; o < added.size(); ++o) added[o] = simulation_.state(torques_, o);
}

std::vector<double> AdaptiveController::hidden_weights() const {
    if (parameters_.rule != ControlRule::eprop) return {};
    return simulation_.weights(input_);
}

} // namespace saltus::examples::robot
