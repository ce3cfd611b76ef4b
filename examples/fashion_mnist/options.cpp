// SPDX-License-Identifier: BSD-3-Clause
#include "examples/fashion_mnist/options.hpp"

#include "examples/common/command_line.hpp"
#include "examples/common/text.hpp"

#include <algorithm>
#include <thread>

namespace saltus::examples {
namespace {

const Words<LearningRule> rules = {{"eprop-symmetric", LearningRule::eprop_symmetric},
                                   {"eprop-random", LearningRule::eprop_random},
                                   {"eprop-adaptive", LearningRule::eprop_adaptive},
                                   {"readout-only", LearningRule::readout_only}};
const Words<NeuronKind> neurons = {{"lif", NeuronKind::lif}, {"adaptive-lif", NeuronKind::adaptive_lif}};

constexpr const char* examples_of_use = R"(Examples:
  fashion_mnist                                  five epochs, 500 hidden neurons: about a minute
  fashion_mnist --epochs 20 --hidden 1000        more of both
  fashion_mnist --rule eprop-random              feedback through fixed random weights
  fashion_mnist --rule readout-only              how far a random hidden layer carries
  fashion_mnist --tick-us 10                     event times a hundred times finer
  fashion_mnist --train-samples 2000 --test-samples 500 --hidden 100    a second's work

The data are the four IDX files of Fashion-MNIST (Debian package dataset-fashion-mnist), or any others of the same
names: MNIST, say. Ctrl-C ends the run and keeps what was learned so far.)";

CLI::Validator divides_1000() {
    const auto check = [](const std::string& text) -> std::string {
        std::int64_t tick = 0;
        if (parse_number(text, tick) && tick >= 1 && tick <= 1000 && 1000 % tick == 0) return {};
        return "must be a whole number from 1 to 1000 that divides 1000, not '" + text + "'";
    };
    return CLI::Validator(check, "");
}

void add_what_is_learned(CLI::App& app, DemoOptions& o) {
    add_number(app, "--hidden", o.network.hidden, 1, 20000, "number of hidden neurons");
    add_number(app, "--epochs", o.epochs, 1, 1000, "times the training images are gone through");
    add_choice(app, "--rule", o.network.rule, rules, "learning");
    add_choice(app, "--neuron", o.network.neuron, neurons, "hidden neurons");
    add_number(app, "--learning-rate", o.network.learning_rate, 0.0, 10.0,
               "initial learning rate, falling linearly to 0 (the default is less for random and adaptive)");
    add_image_options(app, o);
}

void add_how_it_runs(CLI::App& app, DemoOptions& o) {
    app.add_option("--tick-us", o.network.tick_us,
                   text("resolution of event times in us, a divisor of 1000; learning steps stay 1 ms (%lld)",
                        static_cast<long long>(o.network.tick_us)))
        ->check(divides_1000())
        ->type_name("N");
    add_number(app, "--threads", o.threads, 1, 256,
               "threads for the tests between epochs; results do not depend on it");
}

} // namespace

std::string name_of(LearningRule rule) { return word_for(rule, rules); }

std::string name_of(NeuronKind neuron) { return word_for(neuron, neurons); }

std::optional<DemoOptions> parse_options(int argc, const char* const* argv, int& status) {
    DemoOptions options;
    options.threads = std::clamp(std::thread::hardware_concurrency(), 1u, 256u);
    CommandLine line(
        "fashion_mnist",
        "Learns to tell the ten kinds of clothing of Fashion-MNIST apart with a spiking network and e-prop,\n"
        "one image after the other.",
        examples_of_use);
    add_what_is_learned(line.app(), options);
    add_how_it_runs(line.app(), options);
    line.add_run_options(options);
    if (const auto ended = line.parse(argc, argv)) {
        status = *ended;
        return std::nullopt;
    }
    const double rate = options.network.learning_rate;
    options.network.use(options.network.rule);
    if (line.app().count("--learning-rate") > 0) options.network.learning_rate = rate;
    return options;
}

} // namespace saltus::examples
