// SPDX-License-Identifier: BSD-3-Clause
#include "examples/common/recurrent_network.hpp"
#include "examples/common/options.hpp"

#include "engine/core/stable_math.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cmath>

namespace saltus::examples {
namespace {

TimeGrid millisecond_grid() {
    return {
        .tick = std::chrono::milliseconds(1), .delay_resolution = std::chrono::milliseconds(1), .learning_clock = 1};
}

AdaptiveLifParameters neurons(const RecurrentNetwork& p) {
    AdaptiveLifParameters model;
    model.tau_m_ms = p.tau_m_ms;
    model.threshold = p.threshold;
    model.refractory_ms = p.refractory_ms;
    model.spike_effect = SpikeEffect::next_tick; // the published discrete-time form
    model.beta = p.adaptation * (1.0 - stable_exp(-1.0 / p.tau_adaptation_ms)) / (1.0 - stable_exp(-1.0 / p.tau_m_ms));
    model.tau_a_ms = p.tau_adaptation_ms;
    return model;
}

} // namespace

TrialNetwork describe(const RecurrentNetwork& p, std::uint64_t seed) {
    if (p.regular == 0 && p.adaptive == 0) {
        throw ConfigError("hidden layer", "it has no neurons", "remedy: at least one regular or adaptive neuron");
    }
    TrialNetwork d;
    Network& network = d.network = Network(millisecond_grid(), seed);
    const AdaptiveLifParameters model = neurons(p);
    d.input = network.add("input", p.inputs, InputParameters{});
    if (p.regular > 0) d.hidden.push_back(network.add("regular", p.regular, static_cast<const LifParameters&>(model)));
    if (p.adaptive > 0) d.hidden.push_back(network.add("adaptive", p.adaptive, model));
    d.readout =
        network.add("readout", p.classes, LeakyReadoutParameters{.tau_ms = p.tau_readout_ms, .normalised_input = true});

    const Eprop eprop{.surrogate = PiecewiseLinear{.height = 0.3 / p.threshold, .width = p.threshold},
                      .filter_tau_ms = p.tau_readout_ms,
                      .rate = {.strength = p.regularisation, .target_hz = p.target_hz}};
    const auto connect = [&](PopulationId source, PopulationId target, double fan_in, double rate, const Rule& rule) {
        ProjectionSpec spec{.weight = Normal{0.0, 1.0 / std::sqrt(fan_in)},
                            .allow_self = false,
                            .rule = rule,
                            .optimiser = Adam{.rate = rate}};
        if (target == d.readout) spec.delay_ms = Constant{0.0};
        d.learning_rates.emplace_back(network.connect(source, target, spec), rate);
    };
    const double recurrent = p.regular + p.adaptive;
    for (const PopulationId target : d.hidden) {
        connect(d.input, target, p.inputs, p.learning_rate, eprop);
        for (const PopulationId source : d.hidden) connect(source, target, recurrent, p.learning_rate, eprop);
        network.add_feedback({d.readout, target, p.feedback, Normal{0.0, 1.0}});
    }
    for (const PopulationId source : d.hidden) {
        connect(source, d.readout, recurrent, p.learning_rate * p.readout_rate_factor, ReadoutRule{});
    }
    network.set_error(d.readout, Error::cross_entropy);
    network.set_schedule({.interval_steps = p.trial_ms, .signal_window = p.recall_ms, .average_gradient = true});
    return d;
}

const Words<FeedbackKind>& feedback_words() {
    static const Words<FeedbackKind> words = {
        {"symmetric", FeedbackKind::symmetric}, {"random", FeedbackKind::random}, {"adaptive", FeedbackKind::adaptive}};
    return words;
}

void add_network_options(CLI::App& app, RecurrentNetwork& network) {
    add_number(app, "--regular", network.regular, 0, 5000, "LIF neurons");
    add_number(app, "--adaptive", network.adaptive, 0, 5000, "adaptive LIF neurons");
    add_number(app, "--tau-adaptation-ms", network.tau_adaptation_ms, 1.0, 1e5, "how long thresholds stay raised");
    add_choice(app, "--feedback", network.feedback, feedback_words(), "how the error comes back");
    add_number(app, "--learning-rate", network.learning_rate, 0.0, 1.0, "of Adam, falling linearly to 0");
    add_number(app, "--regularisation", network.regularisation, 0.0, 1e6, "strength of the pull on firing rates");
}

void add_network(nlohmann::ordered_json& json, const RecurrentNetwork& network) {
    json["regular"] = network.regular;
    json["adaptive"] = network.adaptive;
    json["tau_adaptation_ms"] = network.tau_adaptation_ms;
    json["feedback"] = word_for(network.feedback, feedback_words());
    json["learning_rate"] = network.learning_rate;
    json["regularisation"] = network.regularisation;
}

} // namespace saltus::examples
