// SPDX-License-Identifier: BSD-3-Clause
#include "examples/nmnist/network.hpp"
#include "examples/common/options.hpp"

#include "examples/common/data_error.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cmath>

namespace saltus::examples::nmnist {

TrialNetwork describe(const DigitReader& p, std::uint64_t seed) {
    TrialNetwork d;
    d.network = Network({.tick = std::chrono::microseconds(1), .learning_clock = 1000}, seed);
    Network& network = d.network;
    d.input = network.add("pixels", p.encoding.inputs(), InputParameters{});
    const PopulationId hidden = network.add("hidden", p.hidden, LifParameters{.tau_m_ms = p.tau_hidden_ms});
    d.hidden = {hidden};
    d.readout = network.add("digits", classes, LeakyReadoutParameters{.tau_ms = p.tau_readout_ms});
    const Eprop eprop{.surrogate = PiecewiseLinear{.height = 0.3, .width = 1.0},
                      .filter_tau_ms = p.tau_readout_ms,
                      .normalised_filter = false};
    const double readout_rate = p.learning_rate * p.readout_rate_factor;
    const ProjectionId in = network.connect(d.input, hidden,
                                            {.weight = Normal{0.0, 1.0 / std::sqrt(side * side)},
                                             .delay_ms = Constant{1.0},
                                             .rule = eprop,
                                             .optimiser = Sgd{p.learning_rate}});
    const ProjectionId out = network.connect(
        hidden, d.readout,
        {.weight = Constant{0.0}, .delay_ms = Constant{0.0}, .rule = ReadoutRule{}, .optimiser = Sgd{readout_rate}});
    d.learning_rates = {{in, p.learning_rate}, {out, readout_rate}};
    network.set_error(d.readout, Error::cross_entropy);
    network.add_feedback({d.readout, hidden, FeedbackKind::symmetric});
    network.set_schedule(
        {.interval_steps = trial_ms, .signal_period = p.signal_period, .error_threshold = p.error_threshold});
    return d;
}

void add_reader_options(CLI::App& app, DigitReader& reader) {
    add_number(app, "--hidden", reader.hidden, 1, 5000, "hidden neurons");
    add_number(app, "--learning-rate", reader.learning_rate, 0.0, 1.0, "of gradient descent, falling linearly to 0");
    add_number(app, "--windows", reader.encoding.windows, 1, 3,
               "input neurons of a pixel and polarity: of 3, each has a saccade");
    add_number(app, "--pause-us", reader.encoding.pause_us, 0, 310'000,
               "events of an input neuron are left out for so long after one");
}

void add_reader(Json& json, const DigitReader& reader) {
    json["hidden"] = reader.hidden;
    json["learning_rate"] = reader.learning_rate;
    json["windows"] = reader.encoding.windows;
    json["pause_us"] = reader.encoding.pause_us;
}

std::string to_text(const DigitReader& reader, const RunOptions& options) {
    Json json = {{"program", "nmnist"}, {"seed", options.seed}, {"precision", name_of(options.precision)}};
    add_reader(json, reader);
    return json.dump();
}

DigitReader from_text(const std::string& text, RunOptions& options) {
    try {
        const Json json = Json::parse(text);
        if (json.at("program") != "nmnist") throw DataError("the journal is of another program than nmnist");
        options.seed = json.at("seed");
        options.precision =
            json.at("precision") == "double" ? Precision::double_precision : Precision::single_precision;
        DigitReader reader;
        reader.hidden = json.at("hidden");
        reader.learning_rate = json.at("learning_rate");
        reader.encoding.windows = json.at("windows");
        reader.encoding.pause_us = json.at("pause_us");
        return reader;
    } catch (const Json::exception& error) {
        throw DataError(std::string("the journal does not describe a network of nmnist: ") + error.what());
    }
}

} // namespace saltus::examples::nmnist
