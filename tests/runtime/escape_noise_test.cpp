// SPDX-License-Identifier: BSD-3-Clause
// Neurons that spike at random: rates, intervals, what does not change the outcome, and what it costs.
#include "engine/saltus.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/statistics.hpp"

#include <cmath>
#include <vector>

namespace {

using namespace saltus;
using namespace std::chrono_literals;

/// n neurons held at v_inf by constant drive, reset to it, run for `seconds`.
struct Held {
    std::uint32_t n;
    Simulation simulation;
    double seconds;

    template <class P>
    static Network network(P p, std::uint32_t n, Picoseconds tick, std::uint64_t seed) {
        Network network({.tick = tick, .delay_resolution = tick}, seed);
        network.add("cells", n, p);
        return network;
    }
    template <class P>
    Held(const P& p, std::uint32_t neurons, double for_s, Picoseconds tick = 10us, std::uint64_t seed = 5)
        : n(neurons), simulation(network(p, neurons, tick, seed)), seconds(for_s) {
        simulation.record_spikes({0});
        simulation.advance_until(static_cast<Tick>(for_s / (static_cast<double>(tick.count()) * 1e-12)));
    }
    [[nodiscard]] double rate() const { return static_cast<double>(simulation.spikes().size()) / (n * seconds); }
    /// In ms, of all neurons.
    [[nodiscard]] std::vector<double> intervals(double tick_ms) const {
        std::vector<double> all;
        std::vector<Tick> last(n, -1);
        for (const Spike& s : simulation.spikes()) {
            if (last[s.neuron] >= 0) all.push_back(static_cast<double>(s.tick - last[s.neuron]) * tick_ms);
            last[s.neuron] = s.tick;
        }
        return all;
    }
};

/// Held at `level`: a hazard of 50 exp((level - 1) / 0.2) Hz.
LifParameters held_at(double level) {
    return {.tau_m_ms = 10.0,
            .threshold = 2.0,
            .reset = Reset::to_value,
            .v_reset = level,
            .v_inf = level,
            .escape_rate_hz = 50.0 * std::exp(5.0),
            .escape_width = 0.2};
}

/// Renewal density of a LIF neuron that starts at `reset` and rises to `v_inf`: the integral of its hazard, by a fine
/// trapezoidal rule. Times in ms.
class Survival {
  public:
    explicit Survival(const LifParameters& p) {
        double before = 0.0, sum = 0.0;
        for (int k = 0; k < 400'000; ++k) {
            const double t = step * k;
            const double v = p.v_inf + (p.v_reset - p.v_inf) * std::exp(-t / p.tau_m_ms);
            const double h = 1e-3 * p.escape_rate_hz * std::exp((v - p.threshold) / p.escape_width);
            if (k > 0) sum += 0.5 * step * (h + before);
            before = h;
            integral_.push_back(sum);
        }
    }
    [[nodiscard]] double operator()(double t) const {
        if (t <= 0.0) return 0.0;
        const auto k = std::min(static_cast<std::size_t>(t / step), integral_.size() - 2);
        const double part = t / step - static_cast<double>(k);
        return 1.0 - std::exp(-(integral_[k] + part * (integral_[k + 1] - integral_[k])));
    }

  private:
    static constexpr double step = 1e-3;
    std::vector<double> integral_;
};

} // namespace

TEST_CASE("the rate at a constant membrane is the hazard", "[runtime][escape][fast]") {
    for (const double level : {0.6, 0.9, 1.0}) {
        const Held held(held_at(level), 200, 2.0);
        const double expected = 50.0 * std::exp((level - 1.0) / 0.2);
        const double deviation = std::sqrt(expected / (200 * 2.0));
        INFO("level " << level);
        CHECK(held.simulation.spikes().size() > 500);
        CHECK(std::abs(held.rate() - expected) < 4.0 * deviation);
    }
}

TEST_CASE("the matching surrogate is how the chance of a spike in a step changes with the membrane",
          "[runtime][escape][gradient]") {
    constexpr double step_ms = 1.0;
    constexpr std::uint32_t n = 1000;
    constexpr int steps = 300;
    const auto chance = [&](double level, std::uint64_t seed) { // measured; at most one spike a tick
        Network network({.tick = 1ms, .delay_resolution = 1ms, .learning_clock = 1}, seed);
        network.add("cells", n, held_at(level));
        Simulation simulation(network);
        simulation.advance_until(250); // held from then on
        const auto before = simulation.counters().spikes;
        simulation.advance_until(250 + steps);
        return static_cast<double>(simulation.counters().spikes - before) / (n * steps);
    };
    const LifParameters p = held_at(1.0);
    const EscapeSurrogate psi{p.escape_rate_hz, p.escape_width, step_ms};
    std::uint64_t seed = 1;
    for (const double level : {1.2, 1.5, 1.7, 1.85}) {
        INFO("level " << level);
        constexpr double h = 0.1;
        const double difference = chance(level + h, seed) - chance(level - h, seed + 1);
        seed += 2;
        double integral = 0.0; // of psi over the same stretch
        for (int k = 0; k < 200; ++k) integral += h / 100.0 * psi(level - h + (k + 0.5) * h / 100.0 - p.threshold);
        CHECK(integral > 0.05);
        CHECK(std::abs(difference - integral) < 5.0 * std::sqrt(0.5 / (n * steps)));
    }
}

TEST_CASE("intervals at a constant membrane are exponential, after the refractory period", "[runtime][escape][fast]") {
    LifParameters p = held_at(0.9);
    p.refractory_ms = 5.0;
    const Held held(p, 200, 3.0);
    const double per_ms = 50e-3 * std::exp(-0.5);
    auto intervals = held.intervals(0.01);
    REQUIRE(intervals.size() > 5000);
    // Neurons that are slow have no interval within the run: look at those that began long before its end.
    const auto cdf = [&](double t) { return t < 5.0 ? 0.0 : 1.0 - std::exp(-per_ms * (t - 5.0)); };
    for (double& t : intervals) t -= 0.005; // spikes take effect at the next tick
    CHECK(test::kolmogorov_smirnov(intervals, cdf) < 1.95);
}

TEST_CASE("intervals of a rising membrane follow the integral of its hazard", "[runtime][escape]") {
    for (const double v_inf : {0.8, 1.5}) {
        LifParameters p = held_at(0.0);
        p.v_reset = -0.5;
        p.v_inf = v_inf;
        const Held held(p, 100, 10.0);
        auto intervals = held.intervals(0.01);
        INFO("v_inf " << v_inf);
        REQUIRE(intervals.size() > 5000);
        for (double& t : intervals) t -= 0.005;
        CHECK(test::kolmogorov_smirnov(intervals, Survival(p)) < 1.95);
    }
}

TEST_CASE("the statistics do not depend on the tick, nor does the cost", "[runtime][escape]") {
    LifParameters p = held_at(0.0);
    p.v_inf = 1.2;
    const auto mean = [](const std::vector<double>& x) { return test::moments(x).mean; };
    const Held fine(p, 100, 4.0, 1us, 6), coarse(p, 100, 4.0, 100us, 7), finest(p, 100, 4.0, 1ns, 8);
    const auto a = fine.intervals(1e-3), b = coarse.intervals(0.1), c = finest.intervals(1e-6);
    REQUIRE(a.size() > 5000);
    // A spike takes effect at the next tick: with one of 0.1 ms, 0.05 ms late in the mean.
    const double deviation = std::sqrt(2.0 * test::moments(a).variance / static_cast<double>(a.size()));
    CHECK(std::abs(mean(b) - 0.05 - mean(a)) < 4.0 * deviation);
    CHECK(std::abs(mean(c) - mean(a)) < 4.0 * deviation);
    const auto tests = [](const Held& h) {
        return static_cast<double>(h.simulation.counters().threshold_tests) /
               static_cast<double>(h.simulation.spikes().size());
    };
    CHECK(tests(fine) < 8.0);
    CHECK(tests(coarse) == Approx(tests(fine)).epsilon(0.05));
    CHECK(tests(finest) == Approx(tests(fine)).epsilon(0.05));
}

TEST_CASE("adaptive and current-driven neurons spike at random, too", "[runtime][escape][fast]") {
    AdaptiveLifParameters alif;
    static_cast<LifParameters&>(alif) = held_at(1.0);
    alif.beta = 0.1;
    const Held adaptive(alif, 100, 1.0);
    const Held plain(held_at(1.0), 100, 1.0);
    REQUIRE(adaptive.simulation.spikes().size() > 300);
    CHECK(adaptive.rate() < 0.8 * plain.rate()); // each spike raises the threshold
    CubaLifParameters cuba;
    static_cast<LifParameters&>(cuba) = held_at(0.9);
    const Held currents(cuba, 200, 2.0);
    const double expected = 50.0 * std::exp(-0.5);
    CHECK(std::abs(currents.rate() - expected) < 4.0 * std::sqrt(expected / 400.0));
}

namespace {

/// Poisson input onto noisy neurons that are wired to each other. Spikes, and the fingerprint.
std::pair<std::vector<Spike>, std::uint64_t> wired(std::uint64_t seed, Tick piece, SimulationOptions options = {}) {
    Network network({.tick = 10us, .delay_resolution = 100us}, seed);
    const auto in = network.add("in", 50, PoissonParameters{100.0});
    CubaLifParameters cuba;
    cuba.escape_rate_hz = 20.0;
    AdaptiveLifParameters alif;
    alif.escape_rate_hz = 20.0;
    alif.refractory_ms = 2.0;
    alif.refractory = Refractory::clamp;
    const auto a = network.add("a", 60, cuba);
    const auto b = network.add("b", 60, alif);
    network.vary(b, &LifParameters::escape_rate_hz, Uniform{10.0, 30.0});
    for (const auto target : {a, b}) {
        network.connect(in, target, {.connector = Bernoulli{0.2}, .weight = Normal{0.3, 0.3}});
        network.connect(a, target, {.connector = Bernoulli{0.1}, .weight = Normal{0.0, 0.3}});
        network.connect(b, target, {.connector = AllToAll{}, .weight = Normal{0.0, 0.1}, .delay_ms = Constant{1.5}});
    }
    Simulation simulation(network, options);
    for (const auto p : {in, a, b}) simulation.record_spikes(p);
    constexpr Tick end = 20'000;
    for (Tick t = 0; t < end;) simulation.advance_until(t = std::min(t + piece, end));
    return {simulation.spikes(), simulation.fingerprint()};
}

} // namespace

TEST_CASE("chance is a function of the seed: pieces, partitions and threads do not change it",
          "[runtime][escape][determinism]") {
    const auto whole = wired(1, 20'000);
    REQUIRE(whole.first.size() > 1500);
    CHECK(wired(1, 20'000) == whole);
    CHECK(wired(1, 1) == whole);
    CHECK(wired(1, 333) == whole);
    CHECK(wired(1, 333, {.partitions = 3, .threads = 2}) == whole);
    CHECK_FALSE(wired(2, 20'000).first == whole.first);
}

TEST_CASE("arrivals are answered by the hazard they bring about", "[runtime][escape][fast]") {
    // Every 20 ms an input lifts all membranes by 0.8; the probability of a spike until the next one in closed form.
    LifParameters p{.tau_m_ms = 5.0,
                    .reset = Reset::to_value,
                    .v_reset = -100.0, // at most one spike each
                    .escape_rate_hz = 100.0,
                    .escape_width = 0.1};
    constexpr std::uint32_t n = 20'000;
    Network network({.tick = 10us, .delay_resolution = 10us}, 9);
    const auto in = network.add("in", 1, InputParameters{});
    const auto cells = network.add("cells", n, p);
    network.connect(in, cells, {.connector = AllToAll{}, .weight = Constant{0.8}, .delay_ms = Constant{0.01}});
    Simulation simulation(network, {.precision = Precision::double_precision});
    REQUIRE(simulation.push(in, 0, 0) == Status::ok);
    simulation.record_spikes(cells);
    simulation.advance_until(2000);
    double integral = 0.0;
    for (int k = 0; k < 20'000; ++k)
        integral += 1e-3 * 0.1 * std::exp((0.8 * std::exp(-(k + 0.5) * 1e-3 / 5.0) - 1.0) / 0.1);
    const double chance = 1.0 - std::exp(-integral);
    const double deviation = std::sqrt(chance * (1.0 - chance) / n);
    REQUIRE(simulation.spikes().size() > 100);
    CHECK(std::abs(static_cast<double>(simulation.spikes().size()) / n - chance) < 4.0 * deviation);
}
