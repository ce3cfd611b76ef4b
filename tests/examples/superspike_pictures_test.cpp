// SPDX-License-Identifier: BSD-3-Clause
#include "examples/common/data_error.hpp"
#include "examples/superspike_pictures/painter.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/shared_data.hpp"
#include "tests/support/skip.hpp"

#include <cmath>
#include <filesystem>
#include <fstream>

using namespace saltus;
using namespace saltus::examples;
using namespace saltus::examples::superspike;

TEST_CASE("the distance of two trains is that of the double exponentials on them", "[examples][fast]") {
    // One spike missing, of four trains: c times the integral of k^2, k(t) = dt (e^(-t/a) - e^(-t/b)) / (a - b).
    TrainDistance distance(4);
    distance.count(2, 1.0);
    constexpr int steps = 3000;
    for (int n = 0; n < steps; ++n) distance.step();
    const double a = 10e-3, b = 5e-3, dt = 1e-4, average = 10.0;
    const double seen = 1.0 - std::exp(-steps * dt / average);
    CHECK(distance.error() * seen == Catch::Approx(dt * dt / (a * b * a * b) / average / 4.0).epsilon(0.04));
    distance.count(2, 1.0);
    distance.count(2, -1.0); // a spike where it was wanted
    const double before = distance.error() * seen;
    distance.step();
    CHECK(distance.error() * (1.0 - std::exp(-(steps + 1) * dt / average)) == Catch::Approx(before).epsilon(1e-4));
}

TEST_CASE("rasters that are none are refused by name and line", "[examples][fast]") {
    const auto file = std::filesystem::temp_directory_path() / "saltus_raster_test.ras";
    const auto refused = [&](const std::string& content, const std::string& word) {
        std::ofstream(file) << content;
        try {
            (void)read_raster(file, 0);
        } catch (const DataError& error) {
            return std::string(error.what()).find(word) != std::string::npos;
        }
        return false;
    };
    CHECK(refused("0.5 3\n0.1\n", "line 2"));
    CHECK(refused("1.9 3\n", "below 1.89"));
    CHECK(refused("0.5 200\n", "from 0 to 199"));
    CHECK(refused("0.5 3 4\n", "line 1"));
    CHECK(refused("", "no spikes"));
    std::ofstream(file) << "0.5 3\n0.1 7\n";
    const Raster raster = read_raster(file, 0); // in any order
    CHECK(raster.size() == 2);
    CHECK(raster[0].tick == 1000);
    CHECK(raster[0].neuron == 7);
    std::filesystem::remove(file);
}

TEST_CASE("a picture is painted ever better, however errors come back", "[examples]") {
    const auto folder = saltus::test::shared_data("data/superspike");
    if (!folder) SALTUS_SKIP("the rasters of SuperSpike are not there");
    // Where errors do not come back by the outputs' own weights, busy hidden neurons need the penalty.
    struct Way {
        Feedback feedback;
        double penalty;
        int blocks;
        bool learns;
    };
    const Way way = GENERATE(Way{Feedback::symmetric, 0.0, 16, true}, Way{Feedback::random, 1.0, 40, true},
                             Way{Feedback::random, 0.0, 40, false}, Way{Feedback::uniform, 1e4, 40, true});
    const Raster input = read_raster(*folder / "oxford-input.ras", 0);
    const Raster target = read_raster(*folder / "oxford-target.ras", 1);
    CHECK(input.size() == 1889);
    CHECK(target.size() == 10367);
    Painter painter({.feedback = way.feedback, .penalty = way.penalty}, input, target, 2, Precision::single_precision);
    painter.set_learning(false);
    for (int n = 0; n < 20; ++n) painter.advance_block();
    const double before = painter.error();
    CHECK(before == Catch::Approx(214.0).epsilon(0.05)); // of the target alone: almost nobody spikes
    painter.set_learning(true);
    for (int n = 0; n < way.blocks; ++n) painter.advance_block();
    INFO("feedback " << static_cast<int>(way.feedback) << ", penalty " << way.penalty);
    CHECK((painter.error() < 0.93 * before) == way.learns); // a mean over ten seconds
    CHECK(painter.simulation().counters().spikes > 5000);
    CHECK(painter.simulation().counters().intervals_learned == static_cast<std::uint64_t>(way.blocks));
}
