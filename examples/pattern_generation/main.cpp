// SPDX-License-Identifier: BSD-3-Clause
// Pattern generation, learned online with e-prop: see pattern.hpp for the task and pattern.cpp for the network.
#include "examples/common/command_line.hpp"
#include "examples/common/interrupt.hpp"
#include "examples/common/pictures.hpp"
#include "examples/common/progress.hpp"
#include "examples/common/recurrent_network.hpp"
#include "examples/common/results.hpp"
#include "examples/common/text.hpp"
#include "examples/pattern_generation/pattern.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdio>

namespace {

using namespace saltus;
using namespace saltus::examples;
using namespace saltus::examples::pattern;

constexpr const char* program = "pattern_generation";
constexpr double goal = 0.1;

struct Options : RunOptions {
    PatternOptions pattern;
    std::uint64_t iterations = 500;
};

struct Record {
    std::vector<double> errors; ///< [iterations] normalised, before each is learned
    double error = 0.0;         ///< at the end, learning off
    Cost cost;
};

constexpr const char* examples_of_use = R"(Examples:
  pattern_generation                             one curve of a second
  pattern_generation --outputs 3 --period-ms 2000 --neurons 400 --iterations 2000    three curves, two seconds
  pattern_generation --feedback random           errors come back through fixed random weights

Ctrl-C ends the run and keeps what was learned so far.)";

std::optional<int> read_options(int argc, char** argv, Options& o) {
    CommandLine line(program, "A recurrent network learns by e-prop to produce a sum of four sines from frozen noise.",
                     examples_of_use);
    CLI::App& app = line.app();
    add_number(app, "--iterations", o.iterations, 1, 1'000'000, "times the pattern is practised");
    add_number(app, "--neurons", o.pattern.neurons, 1, 5000, "LIF neurons");
    add_number(app, "--outputs", o.pattern.outputs, 1, 20, "curves to produce at once");
    add_number(app, "--period-ms", o.pattern.period_ms, 100, 10'000, "length of the pattern");
    add_choice(app, "--feedback", o.pattern.feedback, feedback_words(), "how the error comes back");
    add_number(app, "--learning-rate", o.pattern.learning_rate, 0.0, 1.0, "of Adam, falling linearly to 0");
    add_number(app, "--regularisation", o.pattern.regularisation, 0.0, 1e6, "strength of the pull on firing rates");
    line.add_run_options(o);
    return line.parse(argc, argv);
}

Record practise(PatternGenerator& generator, const Options& o) {
    using Clock = std::chrono::steady_clock;
    Record record;
    Progress progress(stdout, o.iterations, o.quiet);
    const auto start = Clock::now();
    const auto seconds = [&] { return std::chrono::duration<double>(Clock::now() - start).count(); };
    for (std::uint64_t n = 0; n < o.iterations && !interrupted(); ++n) {
        generator.anneal(static_cast<double>(n) / static_cast<double>(o.iterations));
        record.errors.push_back(generator.learn());
        if (!progress.due(n + 1)) continue;
        const double rate = static_cast<double>(n + 1) / seconds();
        const std::string fields[] = {text("normalised error %.3f", record.errors.back()),
                                      "ETA " + clock_time(static_cast<double>(o.iterations - n - 1) / rate),
                                      text("%.0f iterations/s", rate)};
        progress.show(n + 1, "practising", fields);
    }
    record.cost = {seconds(), generator.simulation().counters(), generator.simulation().fingerprint()};
    return record;
}

std::string csv(const Record& record) {
    std::string lines = "iterations,normalised_error\n";
    for (std::size_t n = 0; n < record.errors.size(); ++n) lines += text("%zu,%.6g\n", n + 1, record.errors[n]);
    return lines;
}

void draw(Results& results, PatternGenerator& generator, const std::vector<double>& output,
          const std::vector<Spike>& spikes, Tick onset, const Options& o) {
    results.picture("learning_curve", learning_curve_script({.title = "Pattern generation, e-prop",
                                                             .x_axis = "iterations",
                                                             .y_axis = "squared error / variance of the target",
                                                             .curves = {{"on the way", "#4c9bd6"}},
                                                             .logarithmic = true,
                                                             .goal = goal}));
    Panels panels("Pattern generation: what was to be produced, and what is produced",
                  static_cast<double>(o.pattern.period_ms));
    panels.raster("frozen noise", "neuron", event_rows(generator.noise(), 1.0), o.pattern.inputs, "#34495e");
    std::vector<Spike> relative = spikes;
    for (Spike& spike : relative) spike.tick -= onset;
    panels.raster("hidden neurons", "neuron", event_rows(relative, 1.0), o.pattern.neurons, "#1a7f5a");
    const std::size_t outputs = o.pattern.outputs, steps = output.size() / outputs;
    for (std::size_t k = 0; k < std::min<std::size_t>(outputs, 5); ++k) {
        std::vector<double> both;
        for (std::size_t t = 0; t < steps; ++t) {
            both.push_back(generator.target()[t * outputs + k]);
            both.push_back(output[t * outputs + k]);
        }
        panels.lines(text("curve %zu", k + 1), "output", value_rows(both, 2),
                     {{"target", "#b0b0b0"}, {"network", "#d62728"}});
    }
    results.picture("pattern", panels.script("pattern"));
}

void print(const Record& record, const Options& o) {
    if (interrupted()) std::printf("interrupted after %s iterations\n", grouped(record.errors.size()).c_str());
    std::printf("\n%12s %18s %10s %16s\n", "iterations", "normalised error", "goal", "hidden spikes/s");
    const double model_s = static_cast<double>(record.errors.size()) * static_cast<double>(o.pattern.period_ms) * 1e-3;
    std::printf("%12s %18.4f %10.2f %16.1f\n\n", grouped(record.errors.size()).c_str(), record.error, goal,
                ratio(static_cast<double>(record.cost.counters.spikes), model_s));
    record.cost.print();
}

Json as_json(const Record& record, const Options& o) {
    Json json = {{"task", "pattern generation"},
                 {"normalised_error", record.error},
                 {"iterations", record.errors.size()},
                 {"neurons", o.pattern.neurons},
                 {"outputs", o.pattern.outputs},
                 {"period_ms", o.pattern.period_ms},
                 {"feedback", word_for(o.pattern.feedback, feedback_words())},
                 {"learning_rate", o.pattern.learning_rate},
                 {"regularisation", o.pattern.regularisation},
                 {"seed", o.seed},
                 {"precision", name_of(o.precision)}};
    record.cost.add_to(json);
    return json;
}

int run(const Options& o) {
    PatternGenerator generator(o.pattern, o.seed, o.precision);
    Results results(program, o);
    catch_interrupt();
    Record record = practise(generator, o);

    Simulation& simulation = generator.simulation();
    const Tick onset = simulation.now();
    simulation.record_spikes(generator.hidden());
    const std::vector<double> output = generator.produce();
    record.error = generator.normalised_error(output);
    print(record, o);
    results.write("learning_curve.csv", csv(record));
    results.write_json("result.json", as_json(record, o));
    draw(results, generator, output, simulation.spikes(), onset, o);
    results.tell();
    return interrupt_status();
}

} // namespace

int main(int argc, char** argv) { return run_example<Options>(program, argc, argv, read_options, run); }
