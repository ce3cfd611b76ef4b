// SPDX-License-Identifier: BSD-3-Clause
// The examples that learn by trials, on shorter versions of their tasks.
#include "examples/common/recurrent_network.hpp"
#include "examples/common/trial_training.hpp"
#include "examples/evidence_accumulation/task.hpp"
#include "examples/store_recall/task.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <numeric>

using namespace saltus;
using namespace saltus::examples;

namespace {

constexpr std::uint64_t seed = 3;

TimeGrid millisecond_grid() {
    return {
        .tick = std::chrono::milliseconds(1), .delay_resolution = std::chrono::milliseconds(1), .learning_clock = 1};
}

RecurrentNetwork small_network(std::uint32_t inputs, std::int64_t trial_ms, std::int64_t recall_ms) {
    RecurrentNetwork p;
    p.inputs = inputs;
    p.regular = 30;
    p.adaptive = 30;
    p.trial_ms = trial_ms;
    p.recall_ms = recall_ms;
    return p;
}

/// Spikes of each group of input neurons in [begin, end).
std::vector<std::size_t> spikes_per_group(const Trial& trial, std::uint32_t group, std::uint32_t groups, Tick begin,
                                          Tick end) {
    std::vector<std::size_t> counts(groups, 0);
    for (const InputEvent& e : trial.input) {
        if (e.tick >= begin && e.tick < end) ++counts.at(e.neuron / group);
    }
    return counts;
}

struct Outcome {
    double before, after;
    std::uint64_t spikes, fingerprint;
};

Outcome learn(const RecurrentNetwork& parameters, const TrialSource& source, std::uint64_t trials) {
    TrialClassifier classifier(describe(parameters, seed));
    Outcome outcome{};
    outcome.before = accuracy(classifier, source, trials, 200).value();
    const TrialRecord record = train(classifier, {.trials = trials, .source = source, .quiet = true});
    outcome.after = accuracy(classifier, source, trials, 200).value();
    outcome.spikes = record.hidden_spikes;
    outcome.fingerprint = record.cost.fingerprint;
    CHECK(record.trials == trials);
    CHECK(record.cost.counters.events_accepted == record.cost.counters.events_offered);
    CHECK(record.cost.counters.intervals_learned == trials);
    return outcome;
}

} // namespace

TEST_CASE("cue trials are as published", "[examples][fast]") {
    using namespace evidence;
    const Timing timing;
    CHECK(timing.trial_ms() == 2250);
    std::size_t rights = 0, favoured = 0, cues = 0, background = 0;
    constexpr std::uint64_t trials = 400;
    for (std::uint64_t n = 0; n < trials; ++n) {
        const CueTrial trial = cue_trial(timing, millisecond_grid(), seed, n);
        const auto right_cues = static_cast<std::size_t>(std::accumulate(trial.sides.begin(), trial.sides.end(), 0u));
        REQUIRE(trial.sides.size() == 7);
        CHECK(trial.label == (right_cues > 3 ? 1u : 0u));
        rights += trial.label;
        favoured += std::max(right_cues, 7 - right_cues);
        for (std::int64_t c = 0; c < 7; ++c) {
            const auto counts = spikes_per_group(trial, group, groups, 150 * c, 150 * c + 100);
            const std::uint32_t side = trial.sides[static_cast<std::size_t>(c)];
            CHECK(counts[1 - side] == 0);
            CHECK(counts[2] == 0);
            cues += counts[side];
            const auto pause = spikes_per_group(trial, group, groups, 150 * c + 100, 150 * c + 150);
            CHECK(pause[0] + pause[1] + pause[2] == 0);
        }
        const auto recall = spikes_per_group(trial, group, groups, 2100, 2250);
        CHECK(recall[2] > 20);
        background += spikes_per_group(trial, group, groups, 0, 2250)[3];
        CHECK(spikes_per_group(trial, group, groups, 1050, 2100)[2] == 0);
    }
    const auto mean = [&](std::size_t sum) { return static_cast<double>(sum) / trials; };
    CHECK(mean(rights) == Catch::Approx(0.5).margin(0.08));
    CHECK(mean(favoured) == Catch::Approx(5.0).margin(0.15)); // E max(k, 7 - k), k ~ Binomial(7, 0.7)
    CHECK(mean(cues) == Catch::Approx(7 * 10 * 40 * 0.1).epsilon(0.02));
    CHECK(mean(background) == Catch::Approx(10 * 10 * 2.25).epsilon(0.02));
}

TEST_CASE("a trial is a function of seed and number", "[examples][fast]") {
    const auto trial = [](std::uint64_t s, std::uint64_t n) {
        return evidence::cue_trial({}, millisecond_grid(), s, n).input;
    };
    const auto equal = [](const std::vector<InputEvent>& a, const std::vector<InputEvent>& b) {
        return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const InputEvent& x, const InputEvent& y) {
            return x.tick == y.tick && x.neuron == y.neuron;
        });
    };
    CHECK(equal(trial(1, 5), trial(1, 5)));
    CHECK_FALSE(equal(trial(1, 5), trial(1, 6)));
    CHECK_FALSE(equal(trial(1, 5), trial(2, 5)));
}

TEST_CASE("the last bit that was stored is the label", "[examples][fast]") {
    using namespace store_recall;
    const Timing timing;
    std::size_t ones = 0, stored = 0;
    constexpr std::uint64_t trials = 400;
    for (std::uint64_t n = 0; n < trials; ++n) {
        const BitTrial trial = bit_trial(timing, millisecond_grid(), seed, n);
        REQUIRE(trial.bits.size() == 8);
        std::uint32_t label = 99;
        for (std::size_t s = 0; s < 8; ++s) {
            if (trial.stored[s]) label = trial.bits[s], ++stored;
            const auto begin = static_cast<Tick>(200 * s);
            const auto counts = spikes_per_group(trial, group, groups, begin, begin + 200);
            CHECK(counts[trial.bits[s]] > 100);
            CHECK(counts[1 - trial.bits[s]] == 0);
            CHECK((counts[2] > 100) == trial.stored[s]);
            CHECK(counts[3] == 0);
        }
        CHECK(trial.label == label);
        CHECK(spikes_per_group(trial, group, groups, 1600, 1800)[3] > 100);
        ones += trial.label;
    }
    CHECK(static_cast<double>(ones) / trials == Catch::Approx(0.5).margin(0.08));
    CHECK(static_cast<double>(stored) / trials == Catch::Approx(1.0 + 7.0 / 3.0).epsilon(0.05));
}

TEST_CASE("evidence accumulation is learned", "[examples]") {
    using namespace evidence;
    const Timing timing{.cues = 3, .delay_ms = 200};
    const TrialSource source = [&](std::uint64_t n) { return cue_trial(timing, millisecond_grid(), seed, n); };
    RecurrentNetwork p = small_network(group * groups, timing.trial_ms(), timing.recall_ms);
    const Outcome first = learn(p, source, 500);
    CHECK(first.before < 0.7);
    CHECK(first.after > 0.9);
    CHECK(first.spikes > 100'000);

    p.regular = 60; // as many neurons, but none that remembers
    p.adaptive = 0;
    CHECK(learn(p, source, 500).after < 0.7);
}

TEST_CASE("store and recall is learned, the same every time", "[examples]") {
    using namespace store_recall;
    const Timing timing{.bits = 2};
    const TrialSource source = [&](std::uint64_t n) { return bit_trial(timing, millisecond_grid(), seed, n); };
    RecurrentNetwork p = small_network(group * groups, timing.trial_ms(), timing.step_ms);
    p.tau_adaptation_ms = 1200.0;
    const Outcome first = learn(p, source, 500);
    CHECK(first.before < 0.7);
    CHECK(first.after > 0.9);
    CHECK(first.spikes > 50'000);
    CHECK(learn(p, source, 500).fingerprint == first.fingerprint);
}
