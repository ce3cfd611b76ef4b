// SPDX-License-Identifier: BSD-3-Clause
// Reads digits from the events of a moving camera (N-MNIST), learned online with e-prop, one recording at a time, at a
// resolution of a microsecond: see recordings.hpp for the data, network.hpp for the network.
#include "examples/common/command_line.hpp"
#include "examples/common/data_error.hpp"
#include "examples/common/interrupt.hpp"
#include "examples/common/pictures.hpp"
#include "examples/common/text.hpp"
#include "examples/nmnist/training.hpp"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <numeric>

namespace {

using namespace saltus;
using namespace saltus::examples;
using namespace saltus::examples::nmnist;

constexpr const char* program = "nmnist";
constexpr double goal = 0.95;

struct Options : RunOptions {
    Course course;
    std::string data = default_folder();
    std::uint32_t folds = 0;
    std::string record_file, replay_file;
};

constexpr const char* examples_of_use = R"(Examples:
  nmnist                                         1000 recordings to learn from, 100 to test with
  nmnist --seed 2                                other initial weights, order and movements
  nmnist --folds 5                               cross-validation on the 1000; the 100 are not looked at
  nmnist --passes 1                              every recording is seen once
  nmnist --passes 1 --record run.journal         write down all that is done to the network (4 bytes an event) ...
  nmnist --replay run.journal                    ... and do it again: every bit has to be the same
  nmnist --windows 1                             what if pixels do not know which saccade it is?
  nmnist --shift-px 0 --distortion 0             what if recordings always are the same?

The recordings are not part of Saltus: --data names their folder, or the environment variable SALTUS_DATA one in which
they are nmnist/train1K.txt, nmnist/test100.txt and nmnist/*.bs2. Ctrl-C ends the run and keeps what was learned so far.)";

std::optional<int> read_options(int argc, char** argv, Options& o) {
    CommandLine line(program, "A network learns by e-prop to read digits from the raw events of a moving camera.",
                     examples_of_use);
    CLI::App& app = line.app();
    add_number(app, "--passes", o.course.passes, 1, 10'000, "times the recordings are gone through");
    Motions& motions = o.course.motions;
    add_number(app, "--shift-px", motions.shift_px, 0.0, 10.0, "each presentation is moved by up to so many pixels");
    add_number(app, "--distortion", motions.distortion, 0.0, 0.5, "and turned, stretched, sheared by up to so much");
    add_reader_options(app, o.course.reader);
    add_number(app, "--folds", o.folds, 2, 100, "parts of a cross-validation; without: learn all, test on others");
    app.add_option("--data", o.data, "the folder of the recordings (" + o.data + ")")->type_name("FOLDER");
    app.add_option("--record", o.record_file, "journal of the run to write")->type_name("FILE");
    app.add_option("--replay", o.replay_file, "journal to do again; other options are taken from it")
        ->type_name("FILE");
    line.add_run_options(o);
    return line.parse(argc, argv);
}

std::vector<Recording> read_data(const Options& o, const char* list) {
    try {
        return read_recordings(std::filesystem::path(o.data) / list);
    } catch (const DataError& error) {
        throw DataError(std::string(error.what()) +
                        "; name the folder with --data, or with SALTUS_DATA the one that holds nmnist/");
    }
}

Selection all_of(const std::vector<Recording>& recordings) {
    Selection selection;
    for (const Recording& recording : recordings) selection.push_back(&recording);
    return selection;
}

void draw(Results& results, TrialClassifier& classifier, const Recording& recording, const Options& o) {
    results.picture("learning_curve",
                    learning_curve_script({.title = "N-MNIST, e-prop, one recording at a time",
                                           .x_axis = "recordings learned",
                                           .y_axis = "right answers (%)",
                                           .curves = {{"before each recording is learned (last 200)", "#4c9bd6"}},
                                           .percent = true,
                                           .goal = goal}));
    const Trial trial = encode(recording, o.course.reader.encoding);
    const TrialObservation seen = classifier.observe(trial);
    Panels panels(text("N-MNIST: a %u, read as %u", trial.label, seen.chosen), static_cast<double>(trial_ms));
    const double tick_ms = classifier.grid().tick_ms();
    panels.raster(
        "events, by the row of their pixel (three saccades)", "row",
        [&] {
            std::string rows;
            for (const auto& e : recording.events) {
                rows += text("%.3f %u\n", static_cast<double>(e.t_us) * 1e-3, unsigned{e.y});
            }
            return rows;
        }(),
        side, "#34495e");
    panels.raster("hidden neurons", "neuron", event_rows(seen.hidden, tick_ms), o.course.reader.hidden, "#1a7f5a");
    std::vector<Curve> outputs(classes, {"", "#c8c8c8"});
    outputs[seen.chosen] = {std::to_string(seen.chosen), "#1f77b4"};
    outputs[trial.label] = {std::to_string(trial.label), "#d62728"};
    panels.lines("readout of every digit", "output", value_rows(seen.readout, outputs.size()), outputs);
    results.picture("trial", panels.script("trial"));
}

Json described(const Options& o) {
    Json json = {{"task", "N-MNIST"},
                 {"passes", o.course.passes},
                 {"shift_px", o.course.motions.shift_px},
                 {"distortion", o.course.motions.distortion}};
    add_reader(json, o.course.reader);
    return json;
}

int run_folds(const Options& o) {
    Results results(program, o);
    const std::vector<Recording> recordings = read_data(o, "train1K.txt");
    catch_interrupt();
    const std::vector<double> accuracies = cross_validate(recordings, o.folds, o.course, o);
    const double mean =
        ratio(std::accumulate(accuracies.begin(), accuracies.end(), 0.0), static_cast<double>(accuracies.size()));
    if (!accuracies.empty()) std::printf("mean            %s\n", percent(mean).c_str());
    Json json = described(o);
    json["folds"] = o.folds;
    json["seed"] = o.seed;
    json["accuracy_of_folds"] = accuracies;
    json["accuracy_mean"] = mean;
    json["interrupted"] = interrupted();
    results.write_json("result.json", json);
    results.tell();
    return interrupt_status();
}

int run(const Options& o) {
    const std::vector<Recording> training = read_data(o, "train1K.txt"), test = read_data(o, "test100.txt");
    const TrialNetwork network = describe(o.course.reader, o.seed);
    TrialClassifier classifier(network, o.precision);
    Results results(program, o);
    RunJournal journal(o.record_file, classifier, network, to_text(o.course.reader, o));
    catch_interrupt();
    const Outcome outcome = learn(classifier, all_of(training), all_of(test), o.course, o, journal);

    outcome.record.print(outcome.tested, test.size(), goal);
    std::printf("first pass      %s right before they were ever learned from\n", percent(outcome.first_pass).c_str());
    std::printf("cost            %.2f ms of CPU time to move, encode and learn a recording of 306 ms\n",
                outcome.cpu_ms);
    Json json = described(o);
    json["training_samples"] = training.size();
    json["test_samples"] = test.size();
    json["first_pass_accuracy"] = outcome.first_pass;
    json["cpu_ms_per_recording"] = outcome.cpu_ms;
    outcome.record.add_to(json, outcome.tested, o);
    results.write("learning_curve.csv", outcome.record.csv());
    results.write_json("result.json", json);
    draw(results, classifier, test.front(), o);
    results.tell();
    return interrupt_status();
}

} // namespace

int main(int argc, char** argv) {
    return run_program(program, [&] {
        Options options;
        const auto ended = read_options(argc, argv, options);
        if (ended) return *ended;
        if (!options.replay_file.empty()) return replay_journal(options.replay_file, options.quiet);
        return options.folds != 0 ? run_folds(options) : run(options);
    });
}
