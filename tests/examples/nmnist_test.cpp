// SPDX-License-Identifier: BSD-3-Clause
#include "examples/common/data_error.hpp"
#include "examples/nmnist/training.hpp"
#include "tests/io/support/temporary_folder.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/shared_data.hpp"

#include <algorithm>
#include <fstream>

using namespace saltus;
using namespace saltus::examples;
using namespace saltus::examples::nmnist;

TEST_CASE("events of a digit become spikes at their microsecond", "[examples][fast]") {
    const Recording recording{{{0, 0, 0, 0},
                               {101'999, 33, 33, 1},
                               {102'000, 33, 33, 1},
                               {102'500, 33, 33, 1}, // within the pause
                               {105'000, 33, 33, 1},
                               {300'000, 1, 2, 0},
                               {309'000, 1, 2, 0}}, // would arrive after the trial
                              7};
    const Trial trial = encode(recording, {.windows = 3, .pause_us = 3000});
    CHECK(trial.label == 7);
    REQUIRE(trial.input.size() == 5);
    const std::uint32_t image = 2 * 34 * 34;
    const auto check = [&](std::size_t n, Tick tick, std::uint32_t neuron) {
        CHECK(trial.input.at(n).tick == tick);
        CHECK(trial.input.at(n).neuron == neuron);
    };
    check(0, 0, 0);
    check(1, 101'999, image - 1);
    check(2, 102'000, 2 * image - 1);
    check(3, 105'000, 2 * image - 1);
    check(4, 300'000, 2 * image + 2 * (2 * 34 + 1));
    CHECK(encode(recording, {.windows = 1, .pause_us = 0}).input.size() == 6);
    const Trial moved = encode(recording, {.windows = 1, .pause_us = 0}, {.x_px = 1, .y_px = -2});
    REQUIRE(moved.input.size() == 1); // the others have left the image
    CHECK(moved.input[0].neuron == 2 * 2);
    const Trial turned = encode(recording, {.windows = 1, .pause_us = 0}, {.xx = 0, .xy = -1, .yx = 1, .yy = 0});
    REQUIRE(turned.input.size() == 6);
    CHECK(turned.input[0].neuron == 2 * 33);            // by a quarter: top left to top right
    CHECK(turned.input[1].neuron == 2 * (33 * 34) + 1); // bottom right to bottom left
}

TEST_CASE("movements are those of a seed, and stay within their limits", "[examples][fast]") {
    const Motions most{.shift_px = 2.0, .distortion = 0.1};
    double left = 0.0, right = 0.0, narrow = 1.0, wide = 1.0;
    for (std::uint64_t n = 0; n < 1000; ++n) {
        const Motion m = random_motion(1, n, most), again = random_motion(1, n, most);
        REQUIRE((m.xx == again.xx && m.xy == again.xy && m.x_px == again.x_px && m.y_px == again.y_px));
        left = std::min(left, m.x_px);
        right = std::max(right, m.x_px);
        const double area = m.xx * m.yy - m.xy * m.yx;
        narrow = std::min(narrow, area);
        wide = std::max(wide, area);
    }
    CHECK(left >= -2.0);
    CHECK(left < -1.9);
    CHECK(right <= 2.0);
    CHECK(right > 1.9);
    CHECK(narrow > 0.75);
    CHECK(narrow < 0.87);
    CHECK(wide < 1.25);
    CHECK(wide > 1.13);
    const Motion still = random_motion(1, 5, {.shift_px = 0.0, .distortion = 0.0});
    CHECK((still.xx == 1.0 && still.xy == 0.0 && still.yx == 0.0 && still.yy == 1.0 && still.x_px == 0.0));
}

TEST_CASE("faulty lists of recordings are named", "[examples][fast]") {
    const test::TemporaryFolder folder;
    const auto list = [&](const std::string& content) {
        std::ofstream(folder / "list.txt") << content;
        return read_recordings(folder / "list.txt");
    };
    CHECK_THROWS_WITH(list("#sample #class\n1 ten\n"), Catch::Matchers::ContainsSubstring("list.txt, line 2"));
    CHECK_THROWS_WITH(list("#sample #class\n1 10\n"), Catch::Matchers::ContainsSubstring("label from 0 to 9"));
    CHECK_THROWS_WITH(list("#sample #class\n"), Catch::Matchers::ContainsSubstring("names no recordings"));
    CHECK_THROWS_WITH(list("#sample #class\n1 3\n"), Catch::Matchers::ContainsSubstring("1.bs2"));
    std::ofstream(folder / "1.bs2") << std::string("\x01\x02\x80\x00\x05\x01\x02", 7);
    CHECK_THROWS_WITH(list("#sample #class\n1 3\n"), Catch::Matchers::ContainsSubstring("the last event is not whole"));
    std::ofstream(folder / "1.bs2") << std::string("\x01\x02\x80\x00\x05", 5);
    const auto recordings = list("#sample #class\r\n1\t3\t\r\n");
    REQUIRE(recordings.size() == 1);
    CHECK(recordings[0].label == 3);
    CHECK(recordings[0].events == std::vector<io::SensorEvent>{{5, 1, 2, 1}});
    CHECK_THROWS_AS(read_recordings(folder / "absent.txt"), DataError);
}

TEST_CASE("the text of a network gives the network back", "[examples][fast]") {
    DigitReader reader;
    reader.hidden = 33;
    reader.learning_rate = 0.1;
    reader.encoding = {.windows = 2, .pause_us = 17};
    RunOptions options{.seed = 5, .precision = Precision::double_precision};
    RunOptions found;
    const DigitReader again = from_text(to_text(reader, options), found);
    CHECK(again.hidden == 33);
    CHECK(again.learning_rate == 0.1);
    CHECK(again.encoding.windows == 2);
    CHECK(again.encoding.pause_us == 17);
    CHECK(found.seed == 5);
    CHECK(found.precision == Precision::double_precision);
    CHECK_THROWS_AS(from_text("something", found), DataError);
    CHECK_THROWS_AS(from_text("{\"program\": \"nmnist\"}", found), DataError);
    CHECK_THROWS_AS(from_text("{\"program\": \"other\"}", found), DataError);
}

TEST_CASE("some digits of N-MNIST are learned", "[examples]") {
    const auto list = saltus::test::shared_data("data/nmnist/train1K.txt");
    if (!list) SALTUS_SKIP("the N-MNIST recordings are not there");
    std::vector<Recording> recordings = read_recordings(*list);
    REQUIRE(recordings.size() == 1000);
    CHECK(recordings[0].label == 5);
    std::erase_if(recordings, [](const Recording& r) { return r.label > 2; });
    REQUIRE(recordings.size() > 280);
    Selection training, test;
    for (std::size_t i = 0; i < 280; ++i) (i < 200 ? training : test).push_back(&recordings[i]);

    Course course;
    course.reader.hidden = 40;
    course.passes = 3;
    course.motions = {.shift_px = 1.0, .distortion = 0.0};
    const TrialNetwork network = describe(course.reader, 1);
    TrialClassifier classifier(network);
    RunJournal none({}, classifier, network, {});
    const Outcome outcome = learn(classifier, training, test, course, {.quiet = true}, none);
    CHECK(outcome.tested.value() > 0.85);
    CHECK(outcome.first_pass > 0.4);
    CHECK(outcome.first_pass < outcome.tested.value());
    CHECK(outcome.record.hidden_spikes > 10'000);
    CHECK(outcome.record.cost.counters.events_accepted == outcome.record.cost.counters.events_offered);
}
