// SPDX-License-Identifier: BSD-3-Clause
#include "examples/fashion_mnist/report.hpp"

#include "examples/common/output.hpp"
#include "examples/common/text.hpp"

#include <nlohmann/json.hpp>

#include <sys/resource.h>

#include <cstdio>
#include <filesystem>
#include <optional>

namespace saltus::examples {
namespace {

using Json = nlohmann::ordered_json;

/// Largest resident set of this process so far.
double peak_memory_mb() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024.0;
}

double ratio(double a, double b) { return b == 0.0 ? 0.0 : a / b; }

double ns_per_plastic_event(const TrainingRecord& record) {
    return ratio(record.seconds * 1e9, static_cast<double>(record.counters.plastic_updates));
}

double events_per_second(std::uint64_t events, const TrainingRecord& record) {
    return ratio(static_cast<double>(events), record.seconds);
}

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
    return {{"test_accuracy", optional(last_test_accuracy(record))},
            {"train_accuracy_prequential", last.train_accuracy()},
            {"epochs", options.epochs},
            {"hidden", options.network.hidden},
            {"rule", name_of(options.network.rule)},
            {"neuron", name_of(options.network.neuron)},
            {"learning_rate", options.network.learning_rate},
            {"seed", options.seed},
            {"threads", options.threads},
            {"tick_us", options.network.tick_us},
            {"precision", options.precision == Precision::single_precision ? "single" : "double"},
            {"train_samples", task.train.count},
            {"test_samples", task.test.count},
            {"samples_seen", record.samples},
            {"samples_learned_from", counters.intervals_learned},
            {"interrupted", record.interrupted},
            {"seconds_per_epoch", ratio(record.seconds, static_cast<double>(record.epochs.size()))},
            {"learning_seconds", record.seconds},
            {"synaptic_events", counters.synaptic_events},
            {"plastic_synaptic_events", counters.plastic_updates},
            {"synaptic_events_per_second", events_per_second(counters.synaptic_events, record)},
            {"plastic_synaptic_events_per_second", events_per_second(counters.plastic_updates, record)},
            {"ns_per_plastic_synaptic_event", ns_per_plastic_event(record)},
            {"hidden_spikes_per_sample", last.hidden_spikes_per_sample()},
            {"input_spikes_per_sample",
             ratio(static_cast<double>(counters.events_accepted), static_cast<double>(record.samples))},
            {"peak_memory_mb", peak_memory_mb()},
            {"fingerprint", text("0x%016llx", static_cast<unsigned long long>(record.fingerprint))},
            {"per_epoch", epochs_as_json(record)}};
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
    std::printf("\nlearning time   %.2f ns per plastic synaptic event (whole learning time over %s of them)\n",
                ns_per_plastic_event(record), with_prefix(static_cast<double>(c.plastic_updates)).c_str());
    std::printf("throughput      %s synaptic events/s delivered, %s/s updated by the rule\n",
                with_prefix(events_per_second(c.synaptic_events, record)).c_str(),
                with_prefix(events_per_second(c.plastic_updates, record)).c_str());
    std::printf("learned from    %s of the images (no output was far off its target at the others)\n",
                percent(ratio(static_cast<double>(c.intervals_learned), static_cast<double>(record.samples))).c_str());
    std::printf("peak memory     %.0f MB\n", peak_memory_mb());
    std::printf("fingerprint     0x%016llx (equal options give equal ones)\n",
                static_cast<unsigned long long>(record.fingerprint));
}

std::vector<std::string> write_results(const TrainingRecord& record, const ImageClassifier& classifier,
                                       const ImageTask& task, const DemoOptions& options) {
    const std::filesystem::path folder = options.out;
    const ClassifierWeights weights = classifier.weights();
    write_file(folder / "learning_curve.csv", curve_as_csv(record));
    write_npy(folder / "hidden_weights.npy", weights.hidden, options.network.hidden);
    write_npy(folder / "readout_weights.npy", weights.readout, task.classes);
    write_file(folder / "result.json", result_as_json(record, task, options).dump(4) + "\n");
    return {"result.json", "learning_curve.csv", "hidden_weights.npy", "readout_weights.npy"};
}

} // namespace saltus::examples
