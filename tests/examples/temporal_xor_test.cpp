// SPDX-License-Identifier: BSD-3-Clause
#include "examples/temporal_xor/xor.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <cmath>

using namespace saltus;
using namespace saltus::examples::temporal_xor;

TEST_CASE("the gradient of a loss of spike times, two layers, against differences of the engine's spikes",
          "[examples][gradient][fast]") {
    TemporalXor network({}, 3, Precision::double_precision);
    const std::vector<double> start = network.weights();
    int compared = 0;
    for (std::uint32_t question = 0; question < questions; ++question) {
        network.set_weights(start);
        const Outcome outcome = network.ask(question);
        REQUIRE(std::max(outcome.output_ms[0], outcome.output_ms[1]) < no_spike);
        const std::vector<double> gradient = network.gradient(outcome, answer_to(question));
        double largest = 0.0;
        for (const double g : gradient) largest = std::max(largest, std::abs(g));
        CHECK(largest > 1e-3);
        for (std::size_t k = 0; k < start.size(); k += 3) {
            constexpr double h = 1e-2; // times come in steps of 1e-6 ms
            double sum = 0.0;
            for (const double side : {1.0, -1.0}) {
                std::vector<double> moved = start;
                moved[k] += side * h;
                network.set_weights(moved);
                sum += side * network.ask(question).loss;
            }
            CHECK(std::abs(sum / (2.0 * h) - gradient[k]) < 2e-3 * largest);
            compared += std::abs(gradient[k]) > 0.01 * largest ? 1 : 0;
        }
    }
    CHECK(compared > 10);
}

TEST_CASE("XOR of spike times is learned", "[examples]") {
    const double tau_m_ms = GENERATE(10.0, 5.0); // twice the synaptic one, and equal to it
    TemporalXor network({.tau_m_ms = tau_m_ms}, 1, Precision::single_precision);
    RandomStream order(1, 77);
    double early = 0.0, late = 0.0;
    constexpr int trials = 2000;
    for (int n = 0; n < trials; ++n) {
        const double loss = network.learn(order.below(questions)).loss;
        if (n < 50) early += loss / 50;
        if (n >= trials - 50) late += loss / 50;
    }
    CHECK(early > 0.5);
    CHECK(late < 0.2);
    for (std::uint32_t question = 0; question < questions; ++question) {
        const Outcome outcome = network.ask(question);
        CHECK(outcome.chosen == answer_to(question));
        CHECK(outcome.margin_ms() > 0.5);
    }
}
