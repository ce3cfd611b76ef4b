// SPDX-License-Identifier: BSD-3-Clause
// Several rules learn Fashion-MNIST side by side: every image is shown to each of them, then comes the next. See
// rules.hpp.
#include "examples/common/command_line.hpp"
#include "examples/common/image_source.hpp"
#include "examples/common/interrupt.hpp"
#include "examples/common/pictures.hpp"
#include "examples/common/progress.hpp"
#include "examples/common/results.hpp"
#include "examples/common/running_accuracy.hpp"
#include "examples/common/sample_order.hpp"
#include "examples/common/text.hpp"
#include "examples/rules_side_by_side/rules.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace {

using namespace saltus;
using namespace saltus::examples;
using namespace saltus::examples::side_by_side;

constexpr const char* program = "rules_side_by_side";
constexpr std::size_t window = 1000; ///< images that the curves average over

struct Options : RunOptions, ImageSource {
    std::uint32_t hidden = 200;

    Options() : ImageSource{.train_samples = 6'000, .test_samples = 1'000} {}
};

/// A contender and how it fares.
struct Learner {
    Contender contender;
    TrialClassifier classifier;
    RunningAccuracy<window> recent{};
    double seconds = 0.0;
    std::optional<double> tested{};

    Learner(Contender chosen, const ImageTask& task, const Options& o)
        : contender(std::move(chosen)),
          classifier(describe(contender.layers, static_cast<std::uint32_t>(task.train.pixels()), task.classes, o.seed),
                     o.precision) {}
};

struct Record {
    std::uint64_t images = 0;
    std::string curve; ///< lines of learning_curve.csv
};

constexpr const char* examples_of_use = R"(Examples:
  rules_side_by_side                             6,000 images, one after the other
  rules_side_by_side --hidden 500                larger layers
  rules_side_by_side --train-samples 60000 --test-samples 10000    all images, ten times as long

The images are those of the Debian package dataset-fashion-mnist. Ctrl-C ends the run and keeps what was learned so far.)";

std::optional<int> read_options(int argc, char** argv, Options& o) {
    CommandLine line(program, "Several learning rules side by side on the same images of Fashion-MNIST.",
                     examples_of_use);
    CLI::App& app = line.app();
    add_number(app, "--hidden", o.hidden, 1, 20'000, "hidden neurons of each network");
    add_image_options(app, o);
    line.add_run_options(o);
    return line.parse(argc, argv);
}

using Clock = std::chrono::steady_clock;
double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// One image for everybody.
void learn_image(std::vector<Learner>& learners, const Trial& trial, double progress) {
    for (Learner& l : learners) {
        const auto start = Clock::now();
        l.classifier.anneal(progress);
        l.recent.add(l.classifier.learn(trial) == trial.label);
        l.seconds += seconds_since(start);
    }
}

Record learn(std::vector<Learner>& learners, const ImageTask& task, const Options& o) {
    Record record;
    ImageEncoder encoder(learners[0].classifier.grid(), learners[0].contender.layers.code(), task.train.pixels());
    Progress progress(stdout, task.train.count, o.quiet);
    const std::uint64_t every = std::max<std::uint64_t>(task.train.count / 200, 1);
    const auto start = Clock::now();
    for (const std::uint32_t i : sample_order(o.seed, 0, task.train.count)) {
        if (interrupted()) break;
        const double done = static_cast<double>(record.images) / static_cast<double>(task.train.count);
        learn_image(learners, encoder.encode(task.train.image(i), task.train.labels[i]), done);
        if (++record.images % every == 0 || record.images == task.train.count) {
            record.curve += text("%llu", static_cast<unsigned long long>(record.images));
            for (const Learner& l : learners) record.curve += text(",%.6g", l.recent.value());
            record.curve += "\n";
        }
        if (!progress.due(record.images)) continue;
        const auto left = static_cast<double>(task.train.count - record.images) / static_cast<double>(record.images);
        std::string right = "right:";
        for (const Learner& l : learners) right += text(" %.1f", 100.0 * l.recent.value());
        const std::string fields[] = {right + " %", "ETA " + clock_time(left * seconds_since(start))};
        progress.show(record.images, "learning", fields);
    }
    return record;
}

void test(Learner& learner, const LabelledImages& images) {
    ImageEncoder encoder(learner.classifier.grid(), learner.contender.layers.code(), images.pixels());
    std::size_t right = 0;
    for (std::size_t i = 0; i < images.count; ++i) {
        if (interrupted()) return;
        const Trial& trial = encoder.encode(images.image(i), images.labels[i]);
        right += learner.classifier.classify(trial) == trial.label ? 1 : 0;
    }
    learner.tested = ratio(static_cast<double>(right), static_cast<double>(images.count));
}

double spikes_per_image(const Counters& learned, std::uint64_t images) {
    return ratio(static_cast<double>(learned.spikes), static_cast<double>(images));
}

void print(const std::vector<Learner>& learners, const std::vector<Counters>& learned, const Record& record) {
    if (interrupted()) std::printf("interrupted after %s images\n", grouped(record.images).c_str());
    std::printf("\n%-26s %12s %10s %14s %12s %18s\n", "rule", "last 1000", "test", "hidden spikes", "s learning",
                "ns/plastic event");
    for (std::size_t k = 0; k < learners.size(); ++k) {
        const Learner& l = learners[k];
        std::printf("%-26s %12s %10s %14.1f %12.2f %18.2f\n", l.contender.name.c_str(),
                    percent(l.recent.value()).c_str(), l.tested ? percent(*l.tested).c_str() : "-",
                    spikes_per_image(learned[k], record.images), l.seconds,
                    ratio(1e9 * l.seconds, static_cast<double>(learned[k].plastic_updates)));
    }
    std::printf("\npeak memory     %.0f MB\n", peak_memory_mb());
}

Json as_json(const std::vector<Learner>& learners, const std::vector<Counters>& learned, const Record& record,
             const Options& o) {
    Json json = {{"task", "Fashion-MNIST, several rules"},
                 {"images", record.images},
                 {"hidden", o.hidden},
                 {"seed", o.seed},
                 {"precision", name_of(o.precision)},
                 {"interrupted", interrupted()},
                 {"peak_memory_mb", peak_memory_mb()},
                 {"rules", Json::array()}};
    for (std::size_t k = 0; k < learners.size(); ++k) {
        const Learner& l = learners[k];
        json["rules"].push_back({{"rule", l.contender.name},
                                 {"what", l.contender.what},
                                 {"test_accuracy", l.tested ? Json(*l.tested) : Json(nullptr)},
                                 {"accuracy_last_1000", l.recent.value()},
                                 {"hidden_spikes_per_image", spikes_per_image(learned[k], record.images)},
                                 {"learning_seconds", l.seconds},
                                 {"plastic_synaptic_events", learned[k].plastic_updates},
                                 {"fingerprint", text("0x%016llx", static_cast<unsigned long long>(
                                                                       l.classifier.simulation().fingerprint()))}});
    }
    return json;
}

std::string csv(const std::vector<Learner>& learners, const Record& record) {
    std::string head = "images";
    for (const Learner& l : learners) {
        std::string name = l.contender.name;
        std::replace(name.begin(), name.end(), ',', ';');
        head += "," + name;
    }
    return head + "\n" + record.curve;
}

int run(const Options& o) {
    const ImageTask task = read_images(o);
    Results results(program, o);
    std::vector<Learner> learners;
    for (Contender& chosen : contenders(o.hidden)) learners.emplace_back(std::move(chosen), task, o);
    catch_interrupt();
    const Record record = learn(learners, task, o);
    std::vector<Counters> learned;
    for (const Learner& l : learners) learned.push_back(l.classifier.simulation().counters());
    for (Learner& l : learners) test(l, task.test);
    print(learners, learned, record);
    results.write("learning_curve.csv", csv(learners, record));
    results.write_json("result.json", as_json(learners, learned, record, o));
    LearningCurve curve{.title = text("Fashion-MNIST, %u hidden neurons: rules side by side", o.hidden),
                        .x_axis = "images learned",
                        .y_axis = "right before each is learned (%, last 1000)",
                        .curves = {},
                        .percent = true};
    for (const Learner& l : learners) curve.curves.push_back({l.contender.name, l.contender.colour});
    results.picture("learning_curve", learning_curve_script(curve));
    results.tell();
    return interrupt_status();
}

} // namespace

int main(int argc, char** argv) { return run_example<Options>(program, argc, argv, read_options, run); }
