// SPDX-License-Identifier: BSD-3-Clause
// Numbers offered at run time that are no numbers.
#include "engine/saltus.hpp"
#include "tests/support/catch.hpp"

#include <cmath>
#include <limits>

TEST_CASE("weights, learning rates and targets that are not finite are refused, and nothing changes",
          "[runtime][input][fast]") {
    using namespace saltus;
    Network network;
    const auto in = network.add("in", 2, InputParameters{});
    const auto out = network.add("out", 2, LeakyReadoutParameters{});
    const auto p = network.connect(in, out, {.weight = Constant{0.5}, .rule = ReadoutRule{}});
    network.set_error(out, Error::mean_squared);
    Simulation simulation(network);
    const auto before = simulation.fingerprint();
    const double undefined = std::nan(""), infinite = std::numeric_limits<double>::infinity();
    for (const double bad : {undefined, infinite, -infinite, 1.1e30}) {
        const std::vector<double> weights{0.1, 0.2, bad, 0.3};
        CHECK_THROWS_WITH(simulation.set_weights(p, weights), Catch::Matchers::ContainsSubstring("-1e30 to 1e30"));
    }
    for (const double bad : {undefined, infinite, -1.0})
        CHECK_THROWS_WITH(simulation.set_learning_rate(p, bad),
                          Catch::Matchers::ContainsSubstring("set_learning_rate"));
    for (const double bad : {undefined, infinite}) {
        const std::vector<double> target{0.0, bad};
        CHECK(simulation.set_target(out, 10, target) == Status::invalid_value);
    }
    CHECK(simulation.fingerprint() == before);
    const std::vector<double> good{0.1, -1e30, 0.0, 1e30};
    simulation.set_weights(p, good);
    CHECK(simulation.fingerprint() != before);
}

TEST_CASE("rewards that are not finite, or come late, are refused and counted", "[runtime][input][fast]") {
    using namespace saltus;
    Network network;
    const auto in = network.add("in", 2, InputParameters{});
    const auto hidden = network.add("hidden", 2, LifParameters{});
    network.connect(in, hidden, {.weight = Constant{0.5}, .rule = RewardStdp{}});
    network.set_reward({});
    network.set_schedule(LearningSchedule::at_arrivals());
    Simulation simulation(network);
    simulation.advance_until(10);
    for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity()})
        CHECK(simulation.set_reward(20, bad) == Status::invalid_value);
    CHECK(simulation.set_reward(10, 1.0) == Status::late);
    CHECK(simulation.set_reward(20, 1.0) == Status::ok);
    CHECK(simulation.counters().teaching_refused == 3);
}
