// SPDX-License-Identifier: BSD-3-Clause
#include "examples/pattern_generation/pattern.hpp"

#include "examples/common/poisson_input.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <numbers>
#include <numeric>

namespace saltus::examples::pattern {
namespace {

constexpr std::uint32_t noise_part = 0, target_part = 1; // of the random streams

TimeGrid millisecond_grid() {
    return {
        .tick = std::chrono::milliseconds(1), .delay_resolution = std::chrono::milliseconds(1), .learning_clock = 1};
}

/// sin(2 pi turns) by its power series: the same bits on every machine, for targets decide about weights.
double sine(double turns) {
    double x = turns - std::floor(turns); // [0, 1)
    if (x > 0.75) x -= 1.0;
    if (x > 0.25) x = 0.5 - x; // [-1/4, 1/4]
    const double angle = 2.0 * std::numbers::pi * x;
    double term = angle, sum = angle;
    for (int n = 2; n < 24; n += 2) {
        term *= -angle * angle / (n * (n + 1));
        sum += term;
    }
    return sum;
}

std::vector<InputEvent> frozen_noise(const PatternOptions& o, std::uint64_t seed) {
    std::vector<InputEvent> events;
    RandomStream stream = trial_stream(seed, 0, noise_part);
    append_poisson(events, millisecond_grid(), stream, 0, o.inputs, o.input_hz, 0, o.period_ms);
    return events;
}

double mean_square(std::span<const double> values, std::span<const double> from, std::size_t outputs) {
    double sum = 0.0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double d = values[i] - from[i % outputs];
        sum += d * d / static_cast<double>(values.size());
    }
    return sum;
}

double variance(const std::vector<double>& target, std::size_t outputs) {
    std::vector<double> mean(outputs, 0.0);
    for (std::size_t i = 0; i < target.size(); ++i) {
        mean[i % outputs] += target[i] * static_cast<double>(outputs) / static_cast<double>(target.size());
    }
    return mean_square(target, mean, outputs);
}

} // namespace

std::vector<double> sines(std::int64_t period_ms, std::uint32_t outputs, std::uint64_t seed) {
    constexpr std::array<double, 4> frequencies_hz = {1.0, 2.0, 3.0, 5.0};
    std::vector<double> curve(static_cast<std::size_t>(period_ms) * outputs, 0.0);
    RandomStream stream = trial_stream(seed, 0, target_part);
    for (std::uint32_t o = 0; o < outputs; ++o) {
        double largest = 0.0;
        for (const double hz : frequencies_hz) {
            const double amplitude = 0.5 + 1.5 * stream.uniform(), phase = stream.uniform();
            for (std::size_t t = 0; t < static_cast<std::size_t>(period_ms); ++t) {
                const double turns = hz * static_cast<double>(t + 1) * 1e-3;
                curve[t * outputs + o] += amplitude * sine(turns + phase);
            }
        }
        for (std::size_t i = o; i < curve.size(); i += outputs) largest = std::max(largest, std::abs(curve[i]));
        for (std::size_t i = o; i < curve.size(); i += outputs) curve[i] /= largest;
    }
    return curve;
}

PatternGenerator::Described PatternGenerator::describe(const PatternOptions& o, std::uint64_t seed) {
    Described d{.network = Network(millisecond_grid(), seed)};
    Network& network = d.network;
    constexpr double tau_ms = 30.0;
    d.input = network.add("noise", o.inputs, InputParameters{});
    d.hidden =
        network.add("hidden", o.neurons, LifParameters{.tau_m_ms = tau_ms, .spike_effect = SpikeEffect::next_tick});
    d.readout = network.add("curve", o.outputs, LeakyReadoutParameters{.tau_ms = tau_ms, .normalised_input = true});
    const Eprop eprop{.surrogate = PiecewiseLinear{.height = 0.3, .width = 1.0},
                      .filter_tau_ms = tau_ms,
                      .rate = {.strength = o.regularisation, .target_hz = 10.0}};
    const auto connect = [&](PopulationId source, PopulationId target, double fan_in, double delay, const Rule& rule) {
        d.learning.push_back(network.connect(source, target,
                                             {.weight = Normal{0.0, 1.0 / std::sqrt(fan_in)},
                                              .delay_ms = Constant{delay},
                                              .allow_self = false,
                                              .rule = rule,
                                              .optimiser = Adam{.rate = o.learning_rate}}));
    };
    connect(d.input, d.hidden, o.inputs, 1.0, eprop);
    connect(d.hidden, d.hidden, o.neurons, 1.0, eprop);
    connect(d.hidden, d.readout, o.neurons, 0.0, ReadoutRule{});
    network.set_error(d.readout, Error::mean_squared);
    network.add_feedback({d.readout, d.hidden, o.feedback, Normal{0.0, 1.0}});
    network.set_schedule({.interval_steps = o.period_ms, .average_gradient = true});
    return d;
}

PatternGenerator::PatternGenerator(const PatternOptions& options, std::uint64_t seed, Precision precision)
    : PatternGenerator(options, describe(options, seed), seed, precision) {}

PatternGenerator::PatternGenerator(const PatternOptions& options, const Described& described, std::uint64_t seed,
                                   Precision precision)
    : options_(options), input_(described.input), hidden_(described.hidden), readout_(described.readout),
      learning_(described.learning), target_(sines(options.period_ms, options.outputs, seed)),
      variance_(variance(target_, options.outputs)), noise_(frozen_noise(options, seed)),
      simulation_(described.network, {.precision = precision}) {
    std::vector<std::uint32_t> outputs(options.outputs);
    std::iota(outputs.begin(), outputs.end(), 0u);
    probe_ = simulation_.probe(readout_, std::move(outputs), 1, 1);
}

double PatternGenerator::learn() {
    const Tick onset = simulation_.now();
    for (Tick t = 0; t < options_.period_ms; ++t) {
        const auto first = static_cast<std::size_t>(t) * options_.outputs;
        (void)simulation_.set_target(readout_, onset + t + 1, std::span(target_).subspan(first, options_.outputs));
    }
    present();
    const double error = normalised_error(simulation_.read(probe_).values);
    simulation_.clear(probe_);
    return error;
}

std::vector<double> PatternGenerator::produce() {
    simulation_.set_learning(false);
    present();
    simulation_.set_learning(true);
    std::vector<double> output = simulation_.read(probe_).values;
    simulation_.clear(probe_);
    return output;
}

void PatternGenerator::present() {
    std::vector<InputEvent> events = noise_;
    for (InputEvent& event : events) event.tick += simulation_.now();
    (void)simulation_.push(input_, events);
    simulation_.advance_until(simulation_.now() + options_.period_ms);
}

double PatternGenerator::normalised_error(std::span<const double> output) const {
    double sum = 0.0;
    for (std::size_t i = 0; i < output.size(); ++i) sum += (output[i] - target_[i]) * (output[i] - target_[i]);
    return sum / (variance_ * static_cast<double>(output.size()));
}

void PatternGenerator::anneal(double progress) {
    for (const ProjectionId projection : learning_) {
        simulation_.set_learning_rate(projection, options_.learning_rate * (1.0 - progress));
    }
}

} // namespace saltus::examples::pattern
