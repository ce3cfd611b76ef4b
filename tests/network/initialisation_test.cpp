// SPDX-License-Identifier: BSD-3-Clause
// Weights to start with: the formulas, and that fluctuation-driven weights make membranes fluctuate as they say.
#include "engine/saltus.hpp"
#include "tests/support/catch.hpp"

#include <cmath>
#include <type_traits>
#include <utility>
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

/// Integrals of the membrane's response to one arrival of weight 1, and of its square, in ms: the midpoint method.
template <class Parameters>
std::pair<double, double> integrals(const Parameters& p) {
    const double h = 1e-3, e = std::exp(1.0);
    double v = 0.0, area = 0.0, square = 0.0;
    for (double t = 0.5 * h; t < 40.0 * (p.tau_m_ms + p.tau_e_ms); t += h) {
        constexpr bool alpha = std::is_same_v<Parameters, AlphaLifParameters>;
        const double current = (alpha ? e * t / p.tau_e_ms : 1.0) * std::exp(-t / p.tau_e_ms);
        const double next =
            (v * (1.0 - 0.5 * h / p.tau_m_ms) + h / p.tau_m_ms * current) / (1.0 + 0.5 * h / p.tau_m_ms);
        const double middle = 0.5 * (v + next);
        area += h * middle;
        square += h * middle * middle;
        v = next;
    }
    return {area, square};
}

template <class Parameters>
void check_integrals() {
    for (const auto& [tau_m, tau_s] : {std::pair{20.0, 5.0}, {10.0, 10.0}, {3.0, 12.0}}) {
        Parameters p;
        p.tau_m_ms = tau_m;
        p.tau_e_ms = p.tau_i_ms = tau_s;
        const auto [area, square] = integrals(p);
        const Normal w = fluctuation_driven({.fan_in = 100, .rate_hz = 10.0, .xi = 2.0, .mean = 0.2}, p);
        INFO("tau_m " << tau_m << " tau_s " << tau_s);
        CHECK(w.mean == Approx(0.2 / area).epsilon(1e-6)); // an arrival a ms
        const double variance = w.standard_deviation * w.standard_deviation + w.mean * w.mean;
        CHECK(variance == Approx(0.16 / square).epsilon(1e-6)); // (0.8 / 2)^2
    }
}

} // namespace

TEST_CASE("fluctuation-driven weights: the response of each kind of synapse, integrated", "[network][fast]") {
    check_integrals<CubaLifParameters>();
    check_integrals<AlphaLifParameters>();
}

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

    AlphaLifParameters alpha;
    static_cast<CubaLifParameters&>(alpha) = cuba;
    const Moments slow = membrane(alpha, f, 1.0);
    // The same ratio: 4 (tau_s + tau_m)^2 / (tau_s + 2 tau_m) in the place of 2 (tau_s + tau_m).
    CHECK(slow.deviation == Approx(0.5 * std::sqrt(1.0 + 4.0 * 900.0 / 50.0 * 10.0 * 1e-3)).epsilon(0.12));

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
