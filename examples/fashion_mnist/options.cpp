// SPDX-License-Identifier: BSD-3-Clause
#include "examples/fashion_mnist/options.hpp"

#include "examples/common/options.hpp"
#include "examples/common/text.hpp"

#include <algorithm>
#include <cstdio>
#include <limits>
#include <thread>

namespace saltus::examples {
namespace {

const Words<LearningRule> rules = {{"eprop-symmetric", LearningRule::eprop_symmetric},
                                   {"eprop-random", LearningRule::eprop_random},
                                   {"eprop-adaptive", LearningRule::eprop_adaptive},
                                   {"readout-only", LearningRule::readout_only}};
const Words<NeuronKind> neurons = {{"lif", NeuronKind::lif}, {"adaptive-lif", NeuronKind::adaptive_lif}};
const Words<Precision> precisions = {{"single", Precision::single_precision}, {"double", Precision::double_precision}};

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
    add_number(app, "--train-samples", o.train_samples, 1, 60000, "only the first so many training images");
    add_number(app, "--test-samples", o.test_samples, 1, 10000, "only the first so many test images");
    add_folder(app, "--data", o.data, "where the four files are");
}

void add_how_it_runs(CLI::App& app, DemoOptions& o) {
    add_number(app, "--seed", o.seed, 0, std::numeric_limits<std::uint64_t>::max(),
               "seed of the initial weights and the order of images");
    app.add_option("--tick-us", o.network.tick_us,
                   text("resolution of event times in us, a divisor of 1000; learning steps stay 1 ms (%lld)",
                        static_cast<long long>(o.network.tick_us)))
        ->check(divides_1000())
        ->type_name("N");
    add_choice(app, "--precision", o.precision, precisions, "precision of weights and traces");
    add_number(app, "--threads", o.threads, 1, 256,
               "threads for the tests between epochs; results do not depend on it");
    add_folder(app, "--out", o.out, "where the results go");
    app.add_flag("--no-plots", o.no_plots, "write the data of the pictures but do not draw them");
    app.add_flag("--quiet", o.quiet, "no progress, only the final table");
}

int complain(const std::string& message) {
    std::string line = message;
    std::replace(line.begin(), line.end(), '\n', ' ');
    std::fprintf(stderr, "fashion_mnist: %s; --help lists the options\n", line.c_str());
    return 2;
}

} // namespace

std::string name_of(LearningRule rule) {
    return std::find_if(rules.begin(), rules.end(), [&](const auto& r) { return r.second == rule; })->first;
}

std::string name_of(NeuronKind neuron) {
    return std::find_if(neurons.begin(), neurons.end(), [&](const auto& n) { return n.second == neuron; })->first;
}

std::optional<DemoOptions> parse_options(int argc, const char* const* argv, int& status) {
    DemoOptions options;
    options.threads = std::clamp(std::thread::hardware_concurrency(), 1u, 256u);
    CLI::App app(
        "Learns to tell the ten kinds of clothing of Fashion-MNIST apart with a spiking network and e-prop,\n"
        "one image after the other.",
        "fashion_mnist");
    app.footer(examples_of_use);
    app.get_formatter()->column_width(26);
    app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    add_what_is_learned(app, options);
    add_how_it_runs(app, options);
    try {
        app.parse(argc, argv);
        const double rate = options.network.learning_rate;
        options.network.use(options.network.rule);
        if (app.count("--learning-rate") > 0) options.network.learning_rate = rate;
        return options;
    } catch (const CLI::CallForHelp&) {
        std::printf("%s", app.help().c_str());
        status = 0;
    } catch (const CLI::ParseError& error) {
        status = complain(error.what());
    }
    return std::nullopt;
}

} // namespace saltus::examples
