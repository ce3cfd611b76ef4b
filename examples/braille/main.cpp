// SPDX-License-Identifier: BSD-3-Clause
// Reads Braille by touch, learned online with e-prop, one letter at a time: see letters.hpp for the data and the code,
// common/recurrent_network.hpp for the network.
#include "examples/braille/letters.hpp"
#include "examples/common/command_line.hpp"
#include "examples/common/data_error.hpp"
#include "examples/common/interrupt.hpp"
#include "examples/common/pictures.hpp"
#include "examples/common/text.hpp"
#include "examples/common/trial_training.hpp"

#include <nlohmann/json.hpp>

#include <cstdio>

namespace {

using namespace saltus;
using namespace saltus::examples;
using namespace saltus::examples::braille;

constexpr const char* program = "braille";
constexpr double goal = 0.90;

struct Options : RunOptions {
    RecurrentNetwork network = reader({}, {}); ///< what depends on the data comes later
    Encoding encoding;
    std::string data = default_file();
    std::uint64_t epochs = 15, split_seed = 1;
};

constexpr const char* examples_of_use = R"(Examples:
  braille                                        27 signs, 1080 letters to learn from, 270 to test with
  braille --split-seed 2 --seed 2                another split, other initial weights
  braille --theta 0.05                           fewer spikes: how much does a fingertip have to say?
  braille --regular 100 --adaptive 100 --tau-adaptation-ms 200    half of the neurons adapt
  braille --feedback random                      errors come back through fixed random weights

The data are not part of Saltus: --data names them, or the environment variable SALTUS_DATA a folder in which they are
braille/braille.csv.gz. Ctrl-C ends the run and keeps what was learned so far.)";

std::optional<int> read_options(int argc, char** argv, Options& o) {
    CommandLine line(program, "A network learns by e-prop to read Braille letters from what a robot's fingertip feels.",
                     examples_of_use);
    CLI::App& app = line.app();
    add_number(app, "--epochs", o.epochs, 1, 100'000, "times the letters are gone through");
    add_network_options(app, o.network);
    add_number(app, "--theta", o.encoding.theta, 0.005, 1.0, "change of pressure that makes a spike; full scale is 1");
    add_number(app, "--split-seed", o.split_seed, 0, 1'000'000, "seed of the split into letters to learn and to test");
    app.add_option("--data", o.data, "the table of letters (" + o.data + ")")->type_name("FILE");
    line.add_run_options(o);
    return line.parse(argc, argv);
}

Letters read_data(const Options& o) {
    try {
        return read_letters(o.data);
    } catch (const DataError& error) {
        throw DataError(
            std::string(error.what()) +
            "; name the table with --data, or with SALTUS_DATA the folder that holds braille/braille.csv.gz");
    }
}

std::string pressure_rows(const Letter& letter, const Encoding& encoding) {
    std::vector<double> values;
    for (const auto& reading : letter.pressure) {
        for (std::int64_t ms = 0; ms < encoding.step_ms; ++ms) {
            values.insert(values.end(), reading.begin(), reading.end());
        }
    }
    return value_rows(values, taxels);
}

void draw(Results& results, TrialClassifier& classifier, const Letters& letters, const LetterTrials& trials,
          const Options& o) {
    results.picture("learning_curve",
                    learning_curve_script({.title = "Braille letters, e-prop, one letter at a time",
                                           .x_axis = "letters learned",
                                           .y_axis = "right answers (%)",
                                           .curves = {{"before each letter is learned (last 200)", "#4c9bd6"}},
                                           .percent = true,
                                           .goal = goal}));
    const Trial& trial = trials.test.front();
    const TrialObservation seen = classifier.observe(trial);
    Panels panels(text("Braille: the letter %s, read as %s", letters.names[trial.label].c_str(),
                       letters.names[seen.chosen].c_str()),
                  static_cast<double>(o.encoding.trial_ms()));
    const double tick_ms = classifier.grid().tick_ms();
    panels.lines("pressure on the twelve taxels", "pressure",
                 pressure_rows(letters.samples[trials.test_samples.front()], o.encoding),
                 std::vector<Curve>(taxels, {"", "#34495e"}));
    panels.raster("input: each taxel rising and falling", "neuron", event_rows(trial.input, tick_ms), channels,
                  "#34495e");
    panels.raster("hidden neurons", "neuron", event_rows(seen.hidden, tick_ms), o.network.regular + o.network.adaptive,
                  "#1a7f5a");
    std::vector<Curve> outputs(letters.names.size(), {"", "#c8c8c8"});
    outputs[seen.chosen] = {letters.names[seen.chosen], "#1f77b4"};
    outputs[trial.label] = {letters.names[trial.label], "#d62728"};
    panels.lines("readout of every letter", "output", value_rows(seen.readout, outputs.size()), outputs);
    results.picture("trial", panels.script("trial"));
}

int run(Options& o) {
    const Letters letters = read_data(o);
    o.network.classes = static_cast<std::uint32_t>(letters.names.size());
    TrialClassifier classifier(describe(o.network, o.seed), o.precision);
    Results results(program, o);
    const LetterTrials trials = split(letters, o.encoding, classifier.grid(), o.split_seed);
    catch_interrupt();
    const TrialRecord record = train(
        classifier,
        {.trials = o.epochs * trials.training.size(), .source = in_epochs(trials.training, o.seed), .quiet = o.quiet});
    const auto tested = accuracy(
        classifier, [&](std::uint64_t n) { return trials.test[n]; }, 0, trials.test.size());

    record.print(tested, trials.test.size(), goal);
    Json json = {{"task", "Braille letters"},          {"epochs", o.epochs},
                 {"split_seed", o.split_seed},         {"training_samples", trials.training.size()},
                 {"test_samples", trials.test.size()}, {"theta", o.encoding.theta}};
    add_network(json, o.network);
    record.add_to(json, tested, o);
    results.write("learning_curve.csv", record.csv());
    results.write_json("result.json", json);
    draw(results, classifier, letters, trials, o);
    results.tell();
    return interrupt_status();
}

} // namespace

int main(int argc, char** argv) { return run_example<Options>(program, argc, argv, read_options, run); }
