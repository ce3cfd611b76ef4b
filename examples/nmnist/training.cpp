// SPDX-License-Identifier: BSD-3-Clause
#include "examples/nmnist/training.hpp"

#include "examples/common/interrupt.hpp"
#include "examples/common/sample_order.hpp"
#include "examples/common/text.hpp"

#include <cstdio>
#include <ctime>

namespace saltus::examples::nmnist {
namespace {

/// Seconds that this program has computed.
double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

/// Pass after pass, each in another order, every presentation moved on its own.
TrialSource moved(const Selection& training, const Course& course, std::uint64_t seed) {
    return [&training, &course, seed, pass = ~std::uint64_t{0},
            order = std::vector<std::uint32_t>()](std::uint64_t n) mutable {
        if (n / training.size() != pass) {
            pass = n / training.size();
            order = sample_order(seed, pass, training.size());
        }
        return encode(*training[order[n % training.size()]], course.reader.encoding,
                      random_motion(seed, n, course.motions));
    };
}

} // namespace

Outcome learn(TrialClassifier& classifier, const Selection& training, const Selection& test, const Course& course,
              const RunOptions& options, RunJournal& journal) {
    Outcome outcome;
    std::uint64_t right_at_first = 0;
    const auto watch = [&](std::uint64_t n, bool right) {
        if (n < training.size() && right) ++right_at_first;
        if ((n + 1) % training.size() == 0) journal.mark();
    };
    const double start = cpu_seconds();
    outcome.record = train(classifier, {.trials = course.passes * training.size(),
                                        .source = moved(training, course, options.seed),
                                        .quiet = options.quiet,
                                        .watch = watch});
    const auto learned = static_cast<double>(outcome.record.trials);
    outcome.cpu_ms = ratio(1e3 * (cpu_seconds() - start), learned);
    outcome.first_pass =
        ratio(static_cast<double>(right_at_first), std::min(learned, static_cast<double>(training.size())));
    journal.finish();
    const TrialSource unmoved = [&](std::uint64_t n) { return encode(*test[n], course.reader.encoding); };
    outcome.tested = accuracy(classifier, unmoved, 0, test.size());
    return outcome;
}

std::vector<double> cross_validate(const std::vector<Recording>& recordings, std::uint32_t folds, const Course& course,
                                   const RunOptions& options) {
    constexpr std::uint64_t split_seed = 99;
    const std::vector<std::uint32_t> order = sample_order(split_seed, 0, recordings.size());
    std::vector<double> accuracies;
    for (std::uint32_t fold = 0; fold < folds && !interrupted(); ++fold) {
        Selection training, test;
        for (std::size_t i = 0; i < order.size(); ++i) {
            (i % folds == fold ? test : training).push_back(&recordings[order[i]]);
        }
        const TrialNetwork network = describe(course.reader, options.seed);
        TrialClassifier classifier(network, options.precision);
        RunJournal none({}, classifier, network, {});
        const Outcome outcome = learn(classifier, training, test, course, options, none);
        if (!outcome.tested) break;
        accuracies.push_back(*outcome.tested);
        std::printf("part %u of %u: %s of %zu recordings never learned from\n", fold + 1, folds,
                    percent(*outcome.tested).c_str(), test.size());
    }
    return accuracies;
}

} // namespace saltus::examples::nmnist
