// SPDX-License-Identifier: BSD-3-Clause
// Weights to start with: the formulas, and that fluctuation-driven weights make membranes fluctuate as they say.
#include "engine/saltus.hpp"
#include "tests/support/catch.hpp"

#include <cmath>
#include <vector>

namespace {

using namespace saltus;

struct Moments {
    double mean, deviation, spikes;
};

/// Mean and standard deviation over time and neurons of membranes that no spike resets, driven by Poisson inputs.
template <class Parameters>
Moments membrane(Parameters p, const Fluctuations& f, double threshold) {
    p.threshold = threshold;
    const Normal weight = fluctuation_driven(f, p);
    p.threshold = 1e6; // free
    constexpr std::uint32_t neurons = 200;
    Network network({.tick = std::chrono::microseconds(100)}, 8);
    const auto in = network.add("in", 400, PoissonParameters{.rate_hz = f.rate_hz});
    const auto out = network.add("out", neurons, p);
    network.connect(in, out, {.connector = FixedInDegree{static_cast<std::uint32_t>(f.fan_in)}, .weight = weight});
    Simulation simulation(network);
    double sum = 0.0, squares = 0.0, count = 0.0;
    for (int sample = 0; sample < 150; ++sample) {
        simulation.advance_until(2000 + sample * 300); // every 30 ms
        for (std::uint32_t j = 0; j < neurons; ++j) {
            const double v = simulation.state(out, j);
            sum += v;
            squares += v * v;
            count += 1.0;
        }
    }
    const double mean = sum / count;
    return {mean, std::sqrt(squares / count - mean * mean), static_cast<double>(simulation.counters().spikes)};
}

} // namespace

TEST_CASE("weights scaled by fan-in", "[network][fast]") {
    CHECK(scaled_normal(100.0, 3.0).standard_deviation == Approx(0.3));
    CHECK(scaled_normal(100.0).mean == 0.0);
    CHECK(kaiming_normal(50.0).standard_deviation == Approx(0.2));
    CHECK(glorot_normal(30.0, 70.0).standard_deviation == Approx(std::sqrt(2.0 / 100.0)));
    for (const Uniform& u : {scaled_uniform(100.0, 3.0), kaiming_uniform(100.0 * 2.0 / 9.0)}) {
        CHECK(u.low == -u.high);
        CHECK((u.high - u.low) / std::sqrt(12.0) == Approx(0.3)); // its standard deviation
    }
    CHECK(glorot_uniform(30.0, 70.0).high == Approx(std::sqrt(6.0 / 100.0)));
    CHECK_THROWS_AS(scaled_normal(0.0), ConfigError);
    CHECK_THROWS_AS(kaiming_uniform(-1.0), ConfigError);
}

TEST_CASE("fluctuation-driven weights bring about the fluctuations that they promise", "[network]") {
    CubaLifParameters cuba;
    cuba.tau_m_ms = 20.0;
    cuba.tau_e_ms = cuba.tau_i_ms = 10.0;
    const Fluctuations f{.fan_in = 100, .rate_hz = 10.0, .xi = 2.0};
    // Weights differ from neuron to neuron, so the mean over time does, too: its spread counts as well.
    const Moments plain = membrane(cuba, f, 1.0);
    CHECK(plain.spikes > 0); // of the sources
    CHECK(std::abs(plain.mean) < 0.15);
    const double own_means = std::sqrt(1.0 + 2.0 * (20.0 + 10.0) * 10.0 * 1e-3); // int e dt squared against int e^2 dt
    CHECK(plain.deviation == Approx(0.5 * own_means).epsilon(0.12));

    const Moments shifted =
        membrane(LifParameters{.tau_m_ms = 15.0}, {.fan_in = 80, .rate_hz = 20.0, .xi = 1.5, .mean = 0.4}, 1.0);
    CHECK(shifted.mean == Approx(0.4).margin(0.05));

    // With equal weights all is fluctuation in time: Campbell's theorem, exactly.
    const Moments half = membrane(cuba, {.fan_in = 100, .rate_hz = 10.0, .xi = 2.0, .share = 0.5}, 1.0);
    CHECK(half.deviation == Approx(plain.deviation * std::sqrt(0.5)).epsilon(0.1));
}

TEST_CASE("fluctuation-driven weights: what cannot be is refused", "[network][fast]") {
    const LifParameters lif;
    CHECK_THROWS_AS(fluctuation_driven({.fan_in = 100, .rate_hz = 0.0}, lif), ConfigError);
    CHECK_THROWS_AS(fluctuation_driven({.fan_in = 0, .rate_hz = 1.0}, lif), ConfigError);
    CHECK_THROWS_AS(fluctuation_driven({.fan_in = 100, .rate_hz = 1.0, .xi = 0.0}, lif), ConfigError);
    CHECK_THROWS_AS(fluctuation_driven({.fan_in = 100, .rate_hz = 1.0, .share = 1.5}, lif), ConfigError);
    CHECK_THROWS_AS(fluctuation_driven({.fan_in = 1, .rate_hz = 1.0, .xi = 3.0, .mean = 0.9}, lif), ConfigError);
    CHECK_THROWS_AS(fluctuation_driven({.fan_in = 100, .rate_hz = 1.0}, LifParameters{.normalised_input = true}),
                    ConfigError);
    const Normal w = fluctuation_driven({.fan_in = 100, .rate_hz = 10.0, .xi = 2.0, .mean = 0.2}, lif);
    CHECK(w.mean == Approx(0.2 / (100 * 10.0 * 0.020)));
    CHECK(w.standard_deviation == Approx(std::sqrt(0.16 / (100 * 10.0 * 0.010) - w.mean * w.mean))); // (0.8 / 2)^2
}
