// SPDX-License-Identifier: BSD-3-Clause
// Evidence accumulation, learned online with e-prop: see task.hpp for the task, common/recurrent_network.hpp for the
// network.
#include "examples/common/command_line.hpp"
#include "examples/common/interrupt.hpp"
#include "examples/common/pictures.hpp"
#include "examples/common/recurrent_network.hpp"
#include "examples/common/text.hpp"
#include "examples/common/trial_training.hpp"
#include "examples/evidence_accumulation/task.hpp"

#include <nlohmann/json.hpp>

#include <cstdio>

namespace {

using namespace saltus;
using namespace saltus::examples;
using namespace saltus::examples::evidence;

constexpr const char* program = "evidence_accumulation";
constexpr double goal = 0.93; ///< Bellec et al. 2020 count the task as solved there

struct Options : RunOptions {
    RecurrentNetwork network;
    Timing timing;
    std::uint64_t trials = 4000, test_trials = 1000;
};

constexpr const char* examples_of_use = R"(Examples:
  evidence_accumulation                          the published task
  evidence_accumulation --adaptive 0 --regular 100   without slow thresholds there is no memory
  evidence_accumulation --feedback random        errors come back through fixed random weights
  evidence_accumulation --delay-ms 2000          a longer wait
  evidence_accumulation --cues 3 --trials 300    an easier task

Ctrl-C ends the run and keeps what was learned so far.)";

std::string odd(const std::string& text) {
    std::uint32_t number = 0;
    return parse_number(text, number) && number % 2 == 1 ? "" : "must be odd, not '" + text + "'";
}

std::optional<int> read_options(int argc, char** argv, Options& o) {
    CommandLine line(program,
                     "A recurrent network learns by e-prop to tell on which side there were more cues, a second after\n"
                     "the last of them.",
                     examples_of_use);
    CLI::App& app = line.app();
    add_number(app, "--trials", o.trials, 1, 1'000'000, "trials to learn from");
    add_number(app, "--test-trials", o.test_trials, 1, 1'000'000, "fresh trials to test with");
    add_network_options(app, o.network);
    add_number(app, "--cues", o.timing.cues, 1, 51, "number of cues, odd")->check(CLI::Validator(odd, ""));
    add_number(app, "--delay-ms", o.timing.delay_ms, 0, 10'000, "from the last cue to the question");
    line.add_run_options(o);
    const auto ended = line.parse(argc, argv);
    o.network.inputs = group * groups;
    o.network.trial_ms = o.timing.trial_ms();
    o.network.recall_ms = o.timing.recall_ms;
    return ended;
}

void draw(Results& results, TrialClassifier& classifier, const CueTrial& trial, const Options& o) {
    results.picture("learning_curve",
                    learning_curve_script({.title = "Evidence accumulation, e-prop, one trial at a time",
                                           .x_axis = "trials learned",
                                           .y_axis = "right answers (%)",
                                           .curves = {{"before each trial is learned (last 200)", "#4c9bd6"}},
                                           .percent = true,
                                           .goal = goal}));
    const TrialObservation seen = classifier.observe(trial);
    Panels panels(text("Evidence accumulation: more on the %s, %s", trial.label == left ? "left" : "right",
                       seen.chosen == trial.label ? "recognised" : "mistaken"),
                  static_cast<double>(o.timing.trial_ms()));
    for (std::size_t c = 0; c < trial.sides.size(); ++c) {
        const auto begin = static_cast<double>(static_cast<std::int64_t>(c) * (o.timing.cue_ms + o.timing.spacing_ms));
        panels.mark(begin, begin + static_cast<double>(o.timing.cue_ms), trial.sides[c] == left ? "left" : "right");
    }
    panels.mark(static_cast<double>(o.timing.recall_begin_ms()), static_cast<double>(o.timing.trial_ms()), "recall");
    const double tick_ms = classifier.grid().tick_ms();
    panels.raster("input: left, right, recall, background", "neuron", event_rows(trial.input, tick_ms),
                  std::size_t{group} * groups, "#34495e");
    panels.raster("hidden neurons", "neuron", event_rows(seen.hidden, tick_ms), o.network.regular + o.network.adaptive,
                  "#1a7f5a");
    panels.lines("readout", "output", value_rows(seen.readout, 2), {{"left", "#1f77b4"}, {"right", "#d62728"}});
    results.picture("trial", panels.script("trial"));
}

int run(const Options& o) {
    TrialClassifier classifier(describe(o.network, o.seed), o.precision);
    Results results(program, o);
    catch_interrupt();
    const TrialSource source = [&](std::uint64_t n) { return cue_trial(o.timing, classifier.grid(), o.seed, n); };
    const TrialRecord record = train(classifier, {.trials = o.trials, .source = source, .quiet = o.quiet});
    const auto tested = accuracy(classifier, source, o.trials, o.test_trials);

    record.print(tested, o.test_trials, goal);
    Json json = {{"task", "evidence accumulation"}, {"cues", o.timing.cues}, {"delay_ms", o.timing.delay_ms}};
    add_network(json, o.network);
    record.add_to(json, tested, o);
    results.write("learning_curve.csv", record.csv());
    results.write_json("result.json", json);
    draw(results, classifier, cue_trial(o.timing, classifier.grid(), o.seed, o.trials), o);
    results.tell();
    return interrupt_status();
}

} // namespace

int main(int argc, char** argv) { return run_example<Options>(program, argc, argv, read_options, run); }
