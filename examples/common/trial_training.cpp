// SPDX-License-Identifier: BSD-3-Clause
#include "examples/common/trial_training.hpp"

#include "examples/common/interrupt.hpp"
#include "examples/common/progress.hpp"
#include "examples/common/running_accuracy.hpp"
#include "examples/common/sample_order.hpp"
#include "examples/common/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>

namespace saltus::examples {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

constexpr std::size_t window = 200; ///< trials that the curve averages over

class Training {
  public:
    Training(TrialClassifier& classifier, const TrialTrainingPlan& plan)
        : classifier_(classifier), plan_(plan), every_(std::max<std::uint64_t>(plan.trials / 200, 1)) {}

    TrialRecord run() {
        Progress progress(stdout, plan_.trials, plan_.quiet);
        const Counters before = classifier_.simulation().counters();
        const auto start = Clock::now();
        while (record_.trials < plan_.trials && !interrupted()) {
            learn_next();
            if (progress.due(record_.trials)) tell(progress, seconds_since(start));
        }
        record_.cost = {seconds_since(start), classifier_.simulation().counters(),
                        classifier_.simulation().fingerprint()};
        record_.hidden_spikes = record_.cost.counters.spikes - before.spikes;
        return std::move(record_);
    }

  private:
    void learn_next() {
        classifier_.anneal(static_cast<double>(record_.trials) / static_cast<double>(plan_.trials));
        const Trial trial = plan_.source(record_.trials);
        const bool right = classifier_.learn(trial) == trial.label;
        recent_.add(right);
        if (plan_.watch) plan_.watch(record_.trials, right);
        const double share = 1.0 / static_cast<double>(std::min<std::uint64_t>(++record_.trials, window));
        loss_ += (classifier_.last_loss() - loss_) * share;
        const bool last = record_.trials == plan_.trials;
        if (record_.trials % every_ == 0 || last) record_.curve.push_back({record_.trials, recent_.value(), loss_});
    }

    void tell(Progress& progress, double seconds) const {
        const double rate = static_cast<double>(record_.trials) / seconds;
        const std::string fields[] = {
            text("right %s of the last %zu", percent(recent_.value()).c_str(), window),
            "ETA " + clock_time(static_cast<double>(plan_.trials - record_.trials) / rate),
            text("loss %.3f", loss_),
            text("%.0f trials/s", rate),
            text("%s/%s", grouped(record_.trials).c_str(), grouped(plan_.trials).c_str()),
        };
        progress.show(record_.trials, "learning", fields);
    }

    TrialClassifier& classifier_;
    const TrialTrainingPlan& plan_;
    std::uint64_t every_; ///< trials between two points of the curve
    RunningAccuracy<window> recent_;
    double loss_ = 0.0; ///< mean, of late
    TrialRecord record_;
};

} // namespace

TrialSource in_epochs(const std::vector<Trial>& trials, std::uint64_t seed) {
    return [&trials, seed, epoch = ~std::uint64_t{0}, order = std::vector<std::uint32_t>()](std::uint64_t n) mutable {
        if (n / trials.size() != epoch) {
            epoch = n / trials.size();
            order = sample_order(seed, epoch, trials.size());
        }
        return trials[order[n % trials.size()]];
    };
}

double TrialRecord::hidden_spikes_per_trial() const {
    return ratio(static_cast<double>(hidden_spikes), static_cast<double>(trials));
}

std::string TrialRecord::csv() const {
    std::string lines = "trials,accuracy_last_200,loss\n";
    for (const Point& p : curve) {
        lines += text("%llu,%.6g,%.6g\n", static_cast<unsigned long long>(p.trials), p.accuracy, p.loss);
    }
    return lines;
}

void TrialRecord::add_to(Json& json, std::optional<double> tested, const RunOptions& options) const {
    json["test_accuracy"] = tested ? Json(*tested) : Json(nullptr);
    json["accuracy_last_200"] = curve.empty() ? Json(nullptr) : Json(curve.back().accuracy);
    json["trials"] = trials;
    json["seed"] = options.seed;
    json["precision"] = name_of(options.precision);
    json["hidden_spikes_per_trial"] = hidden_spikes_per_trial();
    cost.add_to(json);
}

void TrialRecord::print(std::optional<double> tested, std::uint64_t test_trials, double goal) const {
    if (interrupted()) std::printf("interrupted after %s trials\n", grouped(trials).c_str());
    std::printf("\n%18s %12s %12s %14s %16s\n", "trials learned", "last 200", "fresh", "goal", "hidden spikes");
    std::printf("%18s %12s %12s %14s %16s\n", "", "right", "right", "", "per trial");
    std::printf("%18s %12s %12s %14s %16.1f\n\n", grouped(trials).c_str(),
                curve.empty() ? "-" : percent(curve.back().accuracy).c_str(), tested ? percent(*tested).c_str() : "-",
                percent(goal).c_str(), hidden_spikes_per_trial());
    if (tested) {
        std::printf("tested          on %s trials never learned from: %s\n", grouped(test_trials).c_str(),
                    *tested >= goal ? "goal reached" : "short of the goal");
    }
    cost.print();
}

TrialRecord train(TrialClassifier& classifier, const TrialTrainingPlan& plan) {
    return Training(classifier, plan).run();
}

std::optional<double> accuracy(TrialClassifier& classifier, const TrialSource& source, std::uint64_t first,
                               std::uint64_t count) {
    std::uint64_t right = 0;
    for (std::uint64_t n = first; n < first + count; ++n) {
        if (interrupted()) return std::nullopt;
        const Trial trial = source(n);
        right += classifier.classify(trial) == trial.label ? 1 : 0;
    }
    return ratio(static_cast<double>(right), static_cast<double>(count));
}

} // namespace saltus::examples
