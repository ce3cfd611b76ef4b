// SPDX-License-Identifier: BSD-3-Clause
#include "examples/temporal_xor/xor.hpp"

#include <algorithm>
#include <cmath>

namespace saltus::examples::temporal_xor {

namespace {

constexpr double ticks_per_ms = 1e6; // of 1 ns
constexpr double latest_ms = 100.0;  // what the time of a silent output counts as
constexpr double least_slope = 0.01; // 1/ms, of a membrane at threshold: bounds the gradients of grazing spikes

double seen(double time_ms) { return std::min(time_ms, latest_ms); }

} // namespace

double Outcome::margin_ms() const { return std::abs(seen(output_ms[0]) - seen(output_ms[1])); }

TemporalXor::TemporalXor(const XorOptions& options, std::uint64_t seed, Precision precision)
    : options_(options), simulation_(describe(seed), {.precision = precision}) {
    simulation_.record_spikes(ids_.hidden);
    simulation_.record_spikes(ids_.output);
}

Network TemporalXor::describe(std::uint64_t seed) {
    neuron_.tau_m_ms = options_.tau_m_ms;
    neuron_.tau_e_ms = neuron_.tau_i_ms = options_.tau_s_ms;
    neuron_.reset = Reset::to_value;
    neuron_.refractory_ms = trial_ms / 2.0; // one spike a trial
    neuron_.refractory = Refractory::clamp;
    Network network({.tick = std::chrono::nanoseconds(1), .learning_clock = 1'000'000}, seed);
    ids_.input = network.add("input", 3, InputParameters{});
    ids_.hidden = network.add("hidden", options_.hidden, neuron_);
    ids_.output = network.add("output", 2, neuron_);
    const double strong = 4.0 * neuron_.threshold; // one such spike suffices where tau_m is not far from tau_s
    ids_.to_hidden = network.connect(ids_.input, ids_.hidden,
                                     {.weight = Normal{0.6 * strong, 0.4 * strong}, .delay_ms = Constant{delay_ms}});
    const double share = 3.0 * strong / static_cast<double>(options_.hidden);
    ids_.to_output = network.connect(ids_.hidden, ids_.output,
                                     {.weight = Normal{share, 0.5 * share}, .delay_ms = Constant{delay_ms}});
    return network;
}

Outcome TemporalXor::ask(std::uint32_t question) {
    Outcome outcome;
    outcome.hidden_ms.assign(options_.hidden, no_spike);
    for (std::uint32_t i = 0; i < 2; ++i)
        outcome.input_ms[i] = (question >> i & 1u) != 0 ? options_.late_ms : options_.early_ms;
    outcome.input_ms[2] = options_.early_ms;
    const Tick start = simulation_.now();
    for (std::uint32_t i = 0; i < 3; ++i)
        (void)simulation_.push(ids_.input, start + static_cast<Tick>(std::llround(outcome.input_ms[i] * ticks_per_ms)),
                               i);
    simulation_.clear_spikes();
    simulation_.advance_until(start + static_cast<Tick>(trial_ms * ticks_per_ms));
    for (const Spike& spike : simulation_.spikes()) {
        const double time_ms = static_cast<double>(spike.tick - start) / ticks_per_ms;
        (PopulationId{spike.population} == ids_.hidden ? outcome.hidden_ms[spike.neuron]
                                                       : outcome.output_ms[spike.neuron]) = time_ms;
    }
    const auto [first, second] = outcome.output_ms;
    if (first != second) outcome.chosen = first < second ? 0 : 1;
    outcome.loss = std::max(0.0, -std::log(chances(outcome)[answer_to(question)]));
    return outcome;
}

std::array<double, 2> TemporalXor::chances(const Outcome& outcome) const {
    const double lead = (seen(outcome.output_ms[1]) - seen(outcome.output_ms[0])) / options_.loss_tau_ms;
    const double first = 1.0 / (1.0 + std::exp(-lead));
    return {first, 1.0 / (1.0 + std::exp(lead))};
}

std::vector<double> TemporalXor::gradient(const Outcome& outcome, std::uint32_t answer) const {
    const LeakyResponse response(neuron_);
    const std::size_t hidden = options_.hidden;
    const std::vector<double> w = weights();
    std::vector<double> gradient(w.size(), 0.0), by_hidden(hidden, 0.0);
    const std::array<double, 2> chance = chances(outcome);
    std::vector<double> arrival(hidden), weight(hidden), by_weight(hidden), by_time(hidden);
    for (std::size_t j = 0; j < hidden; ++j) arrival[j] = outcome.hidden_ms[j] + delay_ms;
    for (std::size_t o = 0; o < 2; ++o) {
        if (outcome.output_ms[o] > latest_ms) continue;
        const double by_output = ((o == answer ? 1.0 : 0.0) - chance[o]) / options_.loss_tau_ms;
        for (std::size_t j = 0; j < hidden; ++j) weight[j] = w[3 * hidden + 2 * j + o];
        spike_time_gradient<LeakyResponse>(response, outcome.output_ms[o], arrival, weight, by_weight, by_time,
                                           least_slope);
        for (std::size_t j = 0; j < hidden; ++j) {
            gradient[3 * hidden + 2 * j + o] = by_output * by_weight[j];
            by_hidden[j] += by_output * by_time[j];
        }
    }
    std::array<double, 3> inputs{}, from{}, by_w{}, by_t{};
    for (std::size_t i = 0; i < 3; ++i) inputs[i] = outcome.input_ms[i] + delay_ms;
    for (std::size_t j = 0; j < hidden; ++j) {
        if (outcome.hidden_ms[j] == no_spike) continue;
        for (std::size_t i = 0; i < 3; ++i) from[i] = w[i * hidden + j];
        spike_time_gradient<LeakyResponse>(response, outcome.hidden_ms[j], inputs, from, by_w, by_t, least_slope);
        for (std::size_t i = 0; i < 3; ++i) gradient[i * hidden + j] = by_hidden[j] * by_w[i];
    }
    return gradient;
}

/// What is silent has no gradient. Nothing is pushed while answers are right.
void TemporalXor::push_silent(const Outcome& outcome, std::uint32_t answer, std::vector<double>& weights) const {
    if (outcome.chosen == answer) return;
    const std::size_t hidden = options_.hidden;
    for (std::size_t j = 0; j < hidden; ++j) {
        if (outcome.hidden_ms[j] != no_spike) continue;
        for (std::size_t i = 0; i < 3; ++i) weights[i * hidden + j] += options_.push;
    }
    if (outcome.output_ms[answer] != no_spike) return;
    for (std::size_t j = 0; j < hidden; ++j) weights[3 * hidden + 2 * j + answer] += options_.push;
}

Outcome TemporalXor::learn(std::uint32_t question) {
    const Outcome outcome = ask(question);
    const std::uint32_t answer = answer_to(question);
    const std::vector<double> g = gradient(outcome, answer);
    std::vector<double> w = weights();
    double length = 0.0;
    for (const double part : g) length += part * part;
    const double rate = options_.learning_rate / std::max(1.0, std::sqrt(length)); // no step is longer than that
    for (std::size_t k = 0; k < w.size(); ++k) w[k] -= rate * g[k];
    push_silent(outcome, answer, w);
    set_weights(w);
    return outcome;
}

std::vector<double> TemporalXor::weights() const {
    std::vector<double> all = simulation_.weights(ids_.to_hidden);
    const std::vector<double> second = simulation_.weights(ids_.to_output);
    all.insert(all.end(), second.begin(), second.end());
    return all;
}

void TemporalXor::set_weights(std::span<const double> weights) {
    const std::size_t first = std::size_t{3} * options_.hidden;
    simulation_.set_weights(ids_.to_hidden, weights.first(first));
    simulation_.set_weights(ids_.to_output, weights.subspan(first));
}

} // namespace saltus::examples::temporal_xor
