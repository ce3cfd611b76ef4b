// SPDX-License-Identifier: BSD-3-Clause
#include "examples/fashion_mnist/training.hpp"

#include "examples/common/evaluation.hpp"
#include "examples/common/interrupt.hpp"
#include "examples/common/progress.hpp"
#include "examples/common/running_accuracy.hpp"
#include "examples/common/sample_order.hpp"
#include "examples/common/text.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>

namespace saltus::examples {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

std::uint64_t synaptic_work(const Counters& counters) { return counters.synaptic_events + counters.plastic_updates; }

class Training {
  public:
    Training(ImageClassifier& classifier, const ImageTask& task, const DemoOptions& options)
        : classifier_(classifier), task_(task), options_(options),
          evaluation_(
              [this] {
                  return ImageClassifier(options_.network, task_.train.pixels(), task_.classes, options_.seed,
                                         options_.precision);
              },
              std::min<unsigned>(options.threads, static_cast<unsigned>(task.test.count))),
          total_(std::uint64_t{options.epochs} * task.train.count),
          curve_interval_(std::clamp<std::uint64_t>(total_ / 200, 1, 1000)) {}

    TrainingRecord run() {
        for (unsigned epoch = 0; epoch < options_.epochs && !interrupted(); ++epoch) {
            learn_epoch(epoch);
            if (!interrupted()) test_epoch(epoch);
            tell_epoch(epoch);
        }
        record_.counters = counters();
        record_.fingerprint = classifier_.simulation().fingerprint();
        record_.interrupted = interrupted();
        return std::move(record_);
    }

  private:
    [[nodiscard]] Counters counters() const { return classifier_.simulation().counters(); }

    void learn_epoch(unsigned epoch) {
        EpochRecord& now = record_.epochs.emplace_back();
        Progress progress(stdout, task_.train.count, options_.quiet);
        const Counters before = counters();
        const auto start = Clock::now();
        for (const std::uint32_t sample : sample_order(options_.seed, epoch, task_.train.count)) {
            if (interrupted()) break;
            learn_sample(sample, now);
            if (progress.due(now.samples)) tell_progress(progress, epoch, before, seconds_since(start));
        }
        now.seconds = seconds_since(start);
        now.hidden_spikes = counters().spikes - before.spikes;
        record_.seconds += now.seconds;
        const bool told = !record_.curve.empty() && record_.curve.back().samples == record_.samples;
        if (!told && record_.samples > 0) record_.curve.push_back({record_.samples, recent_.value()});
    }

    void learn_sample(std::uint32_t sample, EpochRecord& now) {
        classifier_.anneal(static_cast<double>(record_.samples) / static_cast<double>(total_));
        const std::uint32_t label = task_.train.labels[sample];
        const bool correct = classifier_.learn(task_.train.image(sample), label) == label;
        recent_.add(correct);
        now.correct += correct ? 1 : 0;
        ++now.samples;
        if (++record_.samples % curve_interval_ == 0) record_.curve.push_back({record_.samples, recent_.value()});
    }

    void test_epoch(unsigned epoch) {
        EpochRecord& now = record_.epochs.back();
        Progress progress(stdout, 0, options_.quiet);
        progress.note(title(epoch) + ": testing on " + grouped(task_.test.count) + " images ...");
        const auto start = Clock::now();
        const auto correct = evaluation_.correct(classifier_.weights(), task_.test, interrupted);
        now.test_seconds = seconds_since(start);
        if (!correct) return;
        now.test_accuracy = static_cast<double>(*correct) / static_cast<double>(task_.test.count);
        record_.curve.back().test = now.test_accuracy;
    }

    [[nodiscard]] std::string title(unsigned epoch) const { return text("epoch %u/%u", epoch + 1, options_.epochs); }

    /// Accuracy is that of the last 1000 images; events are synaptic events, delivered and learned from; spikes are
    /// those of hidden neurons.
    void tell_progress(Progress& progress, unsigned epoch, const Counters& before, double seconds) const {
        const EpochRecord& now = record_.epochs.back();
        const double rate = static_cast<double>(now.samples) / seconds;
        const double events = static_cast<double>(synaptic_work(counters()) - synaptic_work(before)) / seconds;
        const double spikes = static_cast<double>(counters().spikes - before.spikes);
        const std::string fields[] = {
            text("accuracy %s (epoch %s)", percent(recent_.value()).c_str(), percent(now.train_accuracy()).c_str()),
            "ETA " + clock_time(static_cast<double>(total_ - record_.samples) / rate),
            text("%s images/s", grouped(static_cast<std::uint64_t>(rate)).c_str()),
            with_prefix(events) + " events/s",
            text("%.0f spikes/image", spikes / static_cast<double>(now.samples)),
            text("%s/%s", grouped(now.samples).c_str(), grouped(task_.train.count).c_str()),
        };
        progress.show(now.samples, title(epoch), fields);
    }

    void tell_epoch(unsigned epoch) const {
        const EpochRecord& now = record_.epochs.back();
        if (options_.quiet || !now.test_accuracy) return;
        std::printf("%s: %.2f %% of the training images right before they were learned, %.2f %% of the test images\n",
                    title(epoch).c_str(), 100.0 * now.train_accuracy(), 100.0 * *now.test_accuracy);
        std::fflush(stdout);
    }

    ImageClassifier& classifier_;
    const ImageTask& task_;
    const DemoOptions& options_;
    Evaluation evaluation_;
    std::uint64_t total_;
    std::uint64_t curve_interval_; ///< samples between two points of the curve
    RunningAccuracy<1000> recent_;
    TrainingRecord record_;
};

} // namespace

TrainingRecord train(ImageClassifier& classifier, const ImageTask& task, const DemoOptions& options) {
    return Training(classifier, task, options).run();
}

} // namespace saltus::examples
