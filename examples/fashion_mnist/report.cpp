// SPDX-License-Identifier: BSD-3-Clause
#include "examples/fashion_mnist/report.hpp"

#include "examples/common/text.hpp"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <optional>

namespace saltus::examples {
namespace {

Cost cost_of(const TrainingRecord& record) { return {record.seconds, record.counters, record.fingerprint}; }

Json optional(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

/// Of the last epoch that was tested.
std::optional<double> last_test_accuracy(const TrainingRecord& record) {
    std::optional<double> last;
    for (const EpochRecord& epoch : record.epochs) {
        if (epoch.test_accuracy) last = epoch.test_accuracy;
    }
    return last;
}

Json epochs_as_json(const TrainingRecord& record) {
    Json list = Json::array();
    for (const EpochRecord& epoch : record.epochs) {
        list.push_back({{"samples", epoch.samples},
                        {"train_accuracy_prequential", epoch.train_accuracy()},
                        {"test_accuracy", optional(epoch.test_accuracy)},
                        {"seconds", epoch.seconds},
                        {"test_seconds", epoch.test_seconds},
                        {"hidden_spikes_per_sample", epoch.hidden_spikes_per_sample()}});
    }
    return list;
}

Json result_as_json(const TrainingRecord& record, const ImageTask& task, const DemoOptions& options) {
    const EpochRecord last = record.epochs.empty() ? EpochRecord{} : record.epochs.back();
    const Counters& counters = record.counters;
    Json json = {{"test_accuracy", optional(last_test_accuracy(record))},
                 {"train_accuracy_prequential", last.train_accuracy()},
                 {"epochs", options.epochs},
                 {"hidden", options.network.hidden},
                 {"rule", name_of(options.network.rule)},
                 {"neuron", name_of(options.network.neuron)},
                 {"learning_rate", options.network.learning_rate},
                 {"seed", options.seed},
                 {"threads", options.threads},
                 {"tick_us", options.network.tick_us},
                 {"precision", name_of(options.precision)},
                 {"train_samples", task.train.count},
                 {"test_samples", task.test.count},
                 {"samples_seen", record.samples},
                 {"samples_learned_from", counters.intervals_learned},
                 {"seconds_per_epoch", ratio(record.seconds, static_cast<double>(record.epochs.size()))},
                 {"hidden_spikes_per_sample", last.hidden_spikes_per_sample()},
                 {"input_spikes_per_sample",
                  ratio(static_cast<double>(counters.events_accepted), static_cast<double>(record.samples))}};
    cost_of(record).add_to(json);
    json["per_epoch"] = epochs_as_json(record);
    return json;
}

std::string curve_as_csv(const TrainingRecord& record) {
    std::string lines = "samples_seen,prequential_accuracy_last_1000,test_accuracy\n";
    for (const CurvePoint& point : record.curve) {
        lines += text("%llu,%.6g,%s\n", static_cast<unsigned long long>(point.samples), point.prequential,
                      point.test ? text("%.6g", *point.test).c_str() : "");
    }
    return lines;
}

void print_epochs(const TrainingRecord& record) {
    std::printf("\n%7s %12s %10s %10s %10s %16s\n", "epoch", "train", "test", "seconds", "samples/s", "hidden spikes");
    std::printf("%7s %12s %10s %10s %10s %16s\n", "", "prequential", "", "learning", "", "per sample");
    for (std::size_t i = 0; i < record.epochs.size(); ++i) {
        const EpochRecord& epoch = record.epochs[i];
        const std::string test = epoch.test_accuracy ? text("%.2f %%", 100.0 * *epoch.test_accuracy) : "-";
        std::printf("%7zu %10.2f %% %10s %10.2f %10.0f %16.1f\n", i + 1, 100.0 * epoch.train_accuracy(), test.c_str(),
                    epoch.seconds, ratio(static_cast<double>(epoch.samples), epoch.seconds),
                    epoch.hidden_spikes_per_sample());
    }
}

} // namespace

void print_table(const TrainingRecord& record) {
    const Counters& c = record.counters;
    print_epochs(record);
    std::printf("\nlearned from    %s of the images (no output was far off its target at the others)\n",
                percent(ratio(static_cast<double>(c.intervals_learned), static_cast<double>(record.samples))).c_str());
    cost_of(record).print();
}

void write_results(Results& results, const TrainingRecord& record, const ImageClassifier& classifier,
                   const ImageTask& task, const DemoOptions& options) {
    const ClassifierWeights weights = classifier.weights();
    results.write("learning_curve.csv", curve_as_csv(record));
    results.write_matrix("hidden_weights.npy", weights.hidden, options.network.hidden);
    results.write_matrix("readout_weights.npy", weights.readout, task.classes);
    results.write_json("result.json", result_as_json(record, task, options));
}

} // namespace saltus::examples
