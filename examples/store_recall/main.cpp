// SPDX-License-Identifier: BSD-3-Clause
// Store and recall, learned online with e-prop: see task.hpp for the task, common/recurrent_network.hpp for the
// network.
#include "examples/common/command_line.hpp"
#include "examples/common/interrupt.hpp"
#include "examples/common/pictures.hpp"
#include "examples/common/recurrent_network.hpp"
#include "examples/common/text.hpp"
#include "examples/common/trial_training.hpp"
#include "examples/store_recall/task.hpp"

#include <nlohmann/json.hpp>

namespace {

using namespace saltus;
using namespace saltus::examples;
using namespace saltus::examples::store_recall;

constexpr const char* program = "store_recall";
constexpr double goal = 0.95;

struct Options : RunOptions {
    RecurrentNetwork network;
    Timing timing;
    std::uint64_t trials = 4000, test_trials = 1000;
};

constexpr const char* examples_of_use = R"(Examples:
  store_recall                                   eight bits, some to be stored
  store_recall --adaptive 0 --regular 100        no slow thresholds: only activity can remember
  store_recall --bits 3 --trials 1500            a shorter wait
  store_recall --feedback random                 errors come back through fixed random weights

Ctrl-C ends the run and keeps what was learned so far.)";

std::optional<int> read_options(int argc, char** argv, Options& o) {
    o.network.tau_adaptation_ms = 1200.0; // the published value
    o.network.regularisation = 20.0;
    CommandLine line(program,
                     "A recurrent network learns by e-prop to keep the one bit of a stream that it was told to store.",
                     examples_of_use);
    CLI::App& app = line.app();
    add_number(app, "--trials", o.trials, 1, 1'000'000, "trials to learn from");
    add_number(app, "--test-trials", o.test_trials, 1, 1'000'000, "fresh trials to test with");
    add_network_options(app, o.network);
    add_number(app, "--bits", o.timing.bits, 1, 50, "bits before the recall");
    line.add_run_options(o);
    const auto ended = line.parse(argc, argv);
    o.network.inputs = group * groups;
    o.network.trial_ms = o.timing.trial_ms();
    o.network.recall_ms = o.timing.step_ms;
    return ended;
}

void draw(Results& results, TrialClassifier& classifier, const BitTrial& trial, const Options& o) {
    results.picture("learning_curve",
                    learning_curve_script({.title = "Store and recall, e-prop, one trial at a time",
                                           .x_axis = "trials learned",
                                           .y_axis = "right answers (%)",
                                           .curves = {{"before each trial is learned (last 200)", "#4c9bd6"}},
                                           .percent = true,
                                           .goal = goal}));
    const TrialObservation seen = classifier.observe(trial);
    const auto step = static_cast<double>(o.timing.step_ms);
    Panels panels(text("Store and recall: %u was stored last, %u recalled", trial.label, seen.chosen),
                  static_cast<double>(o.timing.trial_ms()));
    for (std::size_t s = 0; s < trial.bits.size(); ++s) {
        const auto begin = static_cast<double>(s) * step;
        if (trial.stored[s]) panels.mark(begin, begin + step, text("store %u", trial.bits[s]));
    }
    panels.mark(static_cast<double>(o.timing.trial_ms()) - step, static_cast<double>(o.timing.trial_ms()), "recall");
    const double tick_ms = classifier.grid().tick_ms();
    panels.raster("input: 0, 1, store, recall", "neuron", event_rows(trial.input, tick_ms), std::size_t{group} * groups,
                  "#34495e");
    panels.raster("hidden neurons", "neuron", event_rows(seen.hidden, tick_ms), o.network.regular + o.network.adaptive,
                  "#1a7f5a");
    panels.lines("readout", "output", value_rows(seen.readout, 2), {{"0", "#1f77b4"}, {"1", "#d62728"}});
    results.picture("trial", panels.script("trial"));
}

int run(const Options& o) {
    TrialClassifier classifier(describe(o.network, o.seed), o.precision);
    Results results(program, o);
    catch_interrupt();
    const TrialSource source = [&](std::uint64_t n) { return bit_trial(o.timing, classifier.grid(), o.seed, n); };
    const TrialRecord record = train(classifier, {.trials = o.trials, .source = source, .quiet = o.quiet});
    const auto tested = accuracy(classifier, source, o.trials, o.test_trials);

    record.print(tested, o.test_trials, goal);
    Json json = {{"task", "store and recall"}, {"bits", o.timing.bits}};
    add_network(json, o.network);
    record.add_to(json, tested, o);
    results.write("learning_curve.csv", record.csv());
    results.write_json("result.json", json);
    draw(results, classifier, bit_trial(o.timing, classifier.grid(), o.seed, o.trials), o);
    results.tell();
    return interrupt_status();
}

} // namespace

int main(int argc, char** argv) { return run_example<Options>(program, argc, argv, read_options, run); }
