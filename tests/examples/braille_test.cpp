// SPDX-License-Identifier: BSD-3-Clause
#include "examples/braille/letters.hpp"
#include "examples/common/trial_training.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/shared_data.hpp"

#include <algorithm>
#include <chrono>

using namespace saltus;
using namespace saltus::examples;
using namespace saltus::examples::braille;

namespace {

TimeGrid millisecond_grid() {
    return {
        .tick = std::chrono::milliseconds(1), .delay_resolution = std::chrono::milliseconds(1), .learning_clock = 1};
}

} // namespace

TEST_CASE("spikes of a letter add up to its pressures", "[examples][fast]") {
    Letter letter;
    letter.label = 3;
    for (std::size_t s = 0; s < steps; ++s) {
        for (std::size_t t = 0; t < taxels; ++t) {
            const auto phase = static_cast<double>((s * (t + 1)) % 40);
            letter.pressure[s][t] = phase < 20.0 ? phase / 20.0 : 2.0 - phase / 20.0;
        }
    }
    const Encoding encoding;
    const Trial trial = encode(letter, encoding, millisecond_grid());
    CHECK(trial.label == 3);
    CHECK(trial.input.size() > 1000);
    for (std::size_t t = 0; t < taxels; ++t) {
        for (std::size_t s = 0; s < steps; ++s) {
            const auto at = static_cast<Tick>(s + 1) * encoding.step_ms - 1;
            double sum = 0.0;
            for (const InputEvent& e : trial.input) {
                if (e.tick > at || e.neuron / 2 != t) continue;
                sum += e.neuron % 2 == 0 ? encoding.theta : -encoding.theta;
            }
            CHECK(sum == Catch::Approx(letter.pressure[s][t]).margin(1.5001 * encoding.theta)); // theta + hysteresis
        }
    }
    const auto late = std::max_element(trial.input.begin(), trial.input.end(),
                                       [](const InputEvent& a, const InputEvent& b) { return a.tick < b.tick; });
    CHECK(late->tick < encoding.trial_ms());
}

TEST_CASE("some Braille letters are learned", "[examples]") {
    const auto file = saltus::test::shared_data("data/braille/braille.csv.gz");
    if (!file) SALTUS_SKIP("the Braille letters are not there");
    Letters letters = read_letters(*file);
    CHECK(letters.names.size() == 27);
    CHECK(letters.names[0] == "Space");
    CHECK(letters.names[26] == "Z");
    CHECK(letters.samples.size() == 1350);
    CHECK(letters.samples[0].pressure[4][6] == 1.0 - 95.0 / 255.0); // the fifth row of the table

    letters.names.resize(7);
    letters.samples.resize(7 * 50);
    const Encoding encoding;
    RecurrentNetwork network = reader(letters, encoding);
    network.regular = 60;
    network.learning_rate = 4e-3;
    TrialClassifier classifier(describe(network, 1));
    const LetterTrials trials = split(letters, encoding, classifier.grid(), 1);
    CHECK(trials.training.size() == 280);
    CHECK(trials.test.size() == 70);
    const TrialSource fresh = [&](std::uint64_t n) { return trials.test[n]; };
    CHECK(accuracy(classifier, fresh, 0, 70).value() < 0.4);
    const TrialRecord record =
        train(classifier, {.trials = 8 * 280, .source = in_epochs(trials.training, 1), .quiet = true});
    CHECK(accuracy(classifier, fresh, 0, 70).value() > 0.85);
    CHECK(record.hidden_spikes > 100'000);
    CHECK(record.cost.counters.events_accepted == record.cost.counters.events_offered);
}
