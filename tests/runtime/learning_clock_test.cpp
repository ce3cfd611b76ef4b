// SPDX-License-Identifier: BSD-3-Clause
// Which learning step a tick belongs to, and at which steps the error counts.
#include "engine/core/time.hpp"
#include "engine/runtime/learner.hpp"
#include "tests/runtime/learning_network.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace saltus;
using namespace saltus::test;

} // namespace

TEST_CASE("step n covers the ticks after edge n - 1 up to edge n", "[runtime][clock][fast]") {
    for (const Tick period : {1, 3, 10}) {
        const LearningClock clock{.period = period, .interval = 4};
        std::int64_t n = 1;
        for (Tick t = 1; t < 200; ++t) {
            if (t > clock.edge(n)) ++n;
            INFO("period " << period << " tick " << t);
            CHECK(clock.step_of(t) == n);
            CHECK(clock.until_edge(t) == n * period - t);
            CHECK(clock.position(n) == static_cast<std::size_t>(n - 1) % 4);
        }
    }
}

TEST_CASE("the error counts at the window's steps that are multiples of the period", "[runtime][clock][fast]") {
    for (const std::int64_t interval : {1, 7, 12}) {
        for (std::int64_t window = 1; window <= interval; ++window) {
            for (std::int64_t every = 1; every <= window; ++every) {
                const LearningClock clock{.period = 1, .interval = interval, .window = window, .signal_period = every};
                std::int64_t counted = 0;
                for (std::int64_t place = 1; place <= interval; ++place) {
                    const bool expected = place > interval - window && place % every == 0;
                    CHECK(clock.signals(place) == expected);
                    CHECK(clock.signals(place + 5 * interval) == expected);
                    counted += expected ? 1 : 0;
                }
                CHECK(clock.signal_steps() == counted);
                CHECK(counted > 0);
            }
        }
    }
}

TEST_CASE("losses count the window's steps, and gradients are averaged over them", "[runtime][clock][fast]") {
    const auto learn = [](std::int64_t window, std::int64_t every, bool average) {
        Network network(one_ms);
        const auto input = network.add("input", 1, InputParameters{});
        const auto readout = network.add("readout", 1, LeakyReadoutParameters{});
        const auto projection =
            network.connect(input, readout, {.weight = Constant{0.0}, .rule = ReadoutRule{}, .optimiser = Sgd{1e-3}});
        network.set_error(readout, Error::mean_squared);
        network.set_schedule(
            {.interval_steps = 20, .signal_window = window, .signal_period = every, .average_gradient = average});
        Simulation simulation(network, {.precision = Precision::double_precision});
        const double target = 2.0;
        (void)simulation.set_target(readout, 1, {&target, 1});
        (void)simulation.push(input, 0, 0);
        simulation.advance_until(20);
        return std::pair(simulation.last_loss(readout), simulation.weights(projection).front());
    };
    for (const auto& [window, every, steps] : {std::tuple{0, 1, 20}, {0, 5, 4}, {7, 1, 7}, {7, 3, 2}, {20, 20, 1}}) {
        INFO("window " << window << " period " << every);
        const auto [loss, weight] = learn(window, every, false);
        const auto [same_loss, averaged] = learn(window, every, true);
        CHECK(loss == Catch::Approx(steps * 2.0).epsilon(1e-14)); // the readout rests at 0: half of 2 squared a step
        CHECK(same_loss == loss);
        double expected = 0.0; // w <- w + rate sum of 2 e^(-(n - 1)/20) over the steps that count
        for (int n = 1; n <= 20; ++n) {
            if (n > 20 - (window == 0 ? 20 : window) && n % every == 0) expected += 2e-3 * std::exp(-(n - 1) / 20.0);
        }
        CHECK(weight == Catch::Approx(expected).epsilon(1e-12));
        CHECK(averaged == Catch::Approx(expected / steps).epsilon(1e-12));
        CHECK(expected > 1e-4);
    }
}
