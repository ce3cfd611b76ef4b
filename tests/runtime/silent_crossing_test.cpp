// SPDX-License-Identifier: BSD-3-Clause
// Crossings that no arrival brings about, through a Simulation: end of refractoriness, after a soft reset, constant
// drive, a decaying adaptive threshold, a current that lasts. Every expected tick is worked out from the solution by
// hand.
#include "engine/saltus.hpp"
#include "tests/support/catch.hpp"

#include <cmath>
#include <vector>

namespace {

using namespace saltus;

/// Ticks of 1 us; arrivals 1 ms after their input.
const TimeGrid grid{};
constexpr double ms = 1000.0; ///< in ticks

struct Run {
    std::vector<Tick> spikes;
    Counters counters;
};

/// One neuron; input at the given ticks, each with the weight.
Run run(const ModelParameters& model, double weight, std::vector<Tick> input, Tick until) {
    Network network(grid);
    const auto source = network.add("source", 1, InputParameters{});
    const auto neuron = network.add("neuron", 1, model);
    network.connect(source, neuron, {.weight = Constant{weight}, .delay_ms = Constant{1.0}});
    Simulation simulation(network, {.precision = Precision::double_precision});
    simulation.record_spikes(neuron);
    for (const Tick t : input) (void)simulation.push(source, t, 0);
    simulation.advance_until(until);
    Run result{{}, simulation.counters()};
    for (const Spike& s : simulation.spikes()) result.spikes.push_back(s.tick);
    return result;
}

/// The first tick at or after a moment.
Tick tick_after(double ticks) { return static_cast<Tick>(std::ceil(ticks)); }

} // namespace

TEST_CASE("no arrival: a LIF neuron above threshold at the end of refractoriness", "[runtime][silent][fast]") {
    // 4.0 at 1 ms: spike, 3.0 left; refractory for 5 ms; 3 e^(-1/4) = 2.34 then: spike at its end, 1.34 left; after 5
    // ms more 1.34 e^(-1/4) = 1.04: spike, 0.04 left.
    LifParameters p{.tau_m_ms = 20.0, .refractory_ms = 5.0};
    CHECK(run(p, 4.0, {0}, 100'000).spikes == std::vector<Tick>{1000, 6000, 11'000});
    p.refractory = Refractory::clamp; // held at 3, 2, 1
    CHECK(run(p, 4.0, {0}, 100'000).spikes == std::vector<Tick>{1000, 6000, 11'000, 16'000});
    p.reset = Reset::to_value;
    CHECK(run(p, 4.0, {0}, 100'000).spikes == std::vector<Tick>{1000});
}

TEST_CASE("no arrival: a soft reset leaves the membrane above threshold", "[runtime][silent][fast]") {
    // Once a tick while above: 3.5 -> 2.5 -> 1.5 -> 0.5, decaying by e^(-1/20000) a tick.
    const LifParameters p{.tau_m_ms = 20.0};
    CHECK(run(p, 3.5, {0}, 100'000).spikes == std::vector<Tick>{1000, 1001, 1002});
    const IntegrateFireParameters no_leak{};
    CHECK(run(no_leak, 3.0, {0}, 100'000).spikes == std::vector<Tick>{1000, 1001, 1002}); // 0 is left
    // A current still flowing: v climbs through threshold again and again.
    CubaLifParameters current;
    const Run r = run(current, 20.0, {0}, 100'000);
    REQUIRE(r.spikes.size() >= 2);
    const double first = static_cast<double>(r.spikes[0] - 1000) / ms;
    const auto psp = [](double t) { return 20.0 / 3.0 * (std::exp(-t / 20.0) - std::exp(-t / 5.0)); };
    CHECK(psp(first) >= 1.0);
    CHECK(psp(first - 1.0 / ms) < 1.0);
    const double second = static_cast<double>(r.spikes[1] - 1000) / ms; // 1 was taken off, and decays
    const auto after = [&](double t) { return psp(t) - std::exp(-(t - first) / 20.0); };
    CHECK(after(second) >= 1.0);
    CHECK(after(second - 1.0 / ms) < 1.0);
}

TEST_CASE("no arrival: constant drive, from rest and from the reset", "[runtime][silent][fast]") {
    const auto check = [](const ModelParameters& model, double first_ticks, double later_ticks) {
        const Run r = run(model, 0.0, {}, 100'000);
        REQUIRE(r.spikes.size() >= 3);
        CHECK(r.counters.synaptic_events == 0);
        CHECK(r.spikes[0] == tick_after(first_ticks));
        CHECK(r.spikes[1] - r.spikes[0] == tick_after(later_ticks));
        CHECK(r.spikes[2] - r.spikes[1] == tick_after(later_ticks));
    };
    const double from_rest = 20.0 * ms * std::log(1.5 / 0.5), from_reset = 20.0 * ms * std::log(1.75 / 0.5);
    LifParameters p{.tau_m_ms = 20.0, .reset = Reset::to_value, .v_reset = -0.25, .v_inf = 1.5};
    check(p, from_rest, from_reset);
    AdaptiveLifParameters adaptive;
    static_cast<LifParameters&>(adaptive) = p;
    adaptive.beta = 0.0;
    check(adaptive, from_rest, from_reset);
    CubaLifParameters cuba;
    static_cast<LifParameters&>(cuba) = p;
    check(cuba, from_rest, from_reset);
    AlphaLifParameters alpha;
    static_cast<LifParameters&>(alpha) = p;
    check(alpha, from_rest, from_reset);
    IntegrateFireParameters no_leak{.drive_per_ms = 0.0625, .reset = Reset::to_value, .v_reset = -0.25};
    check(no_leak, 16.0 * ms, 20.0 * ms);
    CubaIntegrateFireParameters cuba_no_leak;
    static_cast<IntegrateFireParameters&>(cuba_no_leak) = no_leak;
    check(cuba_no_leak, 16.0 * ms, 20.0 * ms);
    p.refractory_ms = 3.0; // held at the reset value first
    p.refractory = Refractory::clamp;
    check(p, from_rest, 3.0 * ms + from_reset);
    static_cast<LifParameters&>(alpha) = p;
    check(alpha, from_rest, 3.0 * ms + from_reset);
}

TEST_CASE("no arrival: current set at run time, without leak", "[runtime][silent][fast]") {
    for (const bool currents : {false, true}) {
        Network network(grid);
        const IntegrateFireParameters p{.drive_per_ms = -0.0625, .reset = Reset::to_value};
        CubaIntegrateFireParameters with_currents;
        static_cast<IntegrateFireParameters&>(with_currents) = p;
        const auto neuron = currents ? network.add("neuron", 1, with_currents) : network.add("neuron", 1, p);
        network.accept_current(neuron);
        Simulation simulation(network, {.precision = Precision::double_precision});
        simulation.record_spikes(neuron);
        const double up = 0.125, off = 0.0625; // down by 0.0625 a millisecond, then up as fast, then still
        REQUIRE(simulation.set_current(neuron, 8000, {&up, 1}) == Status::ok);
        REQUIRE(simulation.set_current(neuron, 40'000, {&off, 1}) == Status::ok);
        simulation.advance_until(4000);
        const auto at_4 = simulation.fingerprint();
        simulation.advance_until(100'000);
        REQUIRE(simulation.spikes().size() == 1); // -0.5 after 8 ms, 1 after 32
        CHECK(simulation.spikes()[0].tick == 32'000);
        CHECK(simulation.state(neuron, 0) == 0.5);
        CHECK(simulation.fingerprint() != at_4);
    }
}

TEST_CASE("no arrival: an adaptive threshold decays onto the membrane", "[runtime][silent][fast]") {
    // 4.0 at 1 ms: spike, 3 left, threshold 1 + 2: at threshold still, so again at once with 3 e^(-h/100) < 3
    // e^(-h/10). Then v = 2 e^(-t/100), A = 1 + 4 e^(-t/10): equal near 16 ms.
    AdaptiveLifParameters p;
    p.tau_m_ms = 100.0;
    p.beta = 2.0;
    p.tau_a_ms = 10.0;
    const Run r = run(p, 3.9, {0}, 100'000);
    REQUIRE(r.spikes.size() >= 2);
    CHECK(r.spikes[0] == 1000); // 2.9 left, threshold 3
    const auto distance = [](double t) { return 2.9 * std::exp(-t / 100.0) - (1.0 + 2.0 * std::exp(-t / 10.0)); };
    const double second = static_cast<double>(r.spikes[1] - 1000) / ms;
    CHECK(second > 0.5);
    CHECK(distance(second) >= 0.0);
    CHECK(distance(second - 1.0 / ms) < 0.0);
}

TEST_CASE("no arrival: the end of refractoriness while a current holds the membrane above threshold",
          "[runtime][silent][fast]") {
    for (const bool alpha : {false, true}) {
        AlphaLifParameters p;
        p.tau_e_ms = 50.0;
        p.refractory_ms = 4.0;
        p.refractory = Refractory::integrate;
        p.reset = Reset::to_value;
        const double weight = alpha ? 20.0 : 40.0;
        const Run r = alpha ? run(p, weight, {0}, 60'000) : run(CubaLifParameters(p), weight, {0}, 60'000);
        REQUIRE(r.spikes.size() >= 4); // it climbs back in less than 4 ms, so it spikes every 4 ms exactly
        for (std::size_t k = 1; k < 4; ++k) CHECK(r.spikes[k + 1] - r.spikes[k] == 4000);
    }
}

TEST_CASE("no arrival: inhibition that ends lets drive through", "[runtime][silent][fast]") {
    // v_inf 1.2, and an inhibitory current from 1 ms on: v = 1.2 (1 - e^(-t/20)) - 3/3 (e^(-(t-1)/20) - e^(-(t-1)/5))
    // ...
    CubaLifParameters p;
    p.v_inf = 1.2;
    p.reset = Reset::to_value;
    const Run free = run(p, -9.0, {}, 100'000), held = run(p, -9.0, {0}, 100'000);
    REQUIRE(!free.spikes.empty());
    REQUIRE(!held.spikes.empty());
    CHECK(free.spikes[0] == tick_after(20.0 * ms * std::log(6.0)));
    CHECK(held.spikes[0] > free.spikes[0] + 5000);
    const auto v = [](double t) {
        return 1.2 * (1.0 - std::exp(-t / 20.0)) - 3.0 * (std::exp(-(t - 1.0) / 20.0) - std::exp(-(t - 1.0) / 5.0));
    };
    const double at = static_cast<double>(held.spikes[0]) / ms;
    CHECK(v(at) >= 1.0);
    CHECK(v(at - 1.0 / ms) < 1.0);
}

TEST_CASE("a crossing between two ticks counts at any tick length, an arrival of no weight in between or not",
          "[runtime][silent][fast]") {
    // v(t) = w 4/(4 - 5) (e^(-t/4) - e^(-t/5)): its peak, at 4 5 ln(5/4) = 4.46 ms, is 1.0001 times the threshold, and
    // above it only between 4.3 and 4.7 ms. The second arrival comes at 4 ms: all is foretold anew from there.
    CubaLifParameters p;
    p.tau_m_ms = 5.0;
    p.tau_e_ms = 4.0;
    p.reset = Reset::to_value;
    const double t_peak = 20.0 * std::log(1.25);
    const auto psp = [](double t) { return -4.0 * (std::exp(-t / 4.0) - std::exp(-t / 5.0)); };
    const double weight = 1.0001 / psp(t_peak);
    CHECK(weight * psp(4.3) < 1.0);
    CHECK(weight * psp(4.7) < 1.0);
    for (const std::int64_t tick_us : {1000, 100, 10, 1}) {
        for (const bool again : {false, true}) {
            Network network({.tick = Picoseconds(tick_us * 1'000'000),
                             .delay_resolution = std::chrono::milliseconds(1),
                             .learning_clock = 1});
            const auto source = network.add("source", 1, InputParameters{});
            const auto faint = network.add("faint", 1, InputParameters{});
            const auto neuron = network.add("neuron", 1, p);
            network.connect(source, neuron, {.weight = Constant{weight}, .delay_ms = Constant{1.0}});
            network.connect(faint, neuron, {.weight = Constant{1e-12}, .delay_ms = Constant{1.0}});
            Simulation simulation(network, {.precision = Precision::double_precision});
            simulation.record_spikes(neuron);
            const Tick per_ms = 1000 / tick_us;
            (void)simulation.push(source, 0, 0);
            if (again) (void)simulation.push(faint, 4 * per_ms, 0);
            simulation.advance_until(40 * per_ms);
            INFO("tick " << tick_us << " us, arrival in between: " << again);
            REQUIRE(simulation.spikes().size() == 1);
            const double at = network.grid().milliseconds(simulation.spikes()[0].tick) - 1.0;
            CHECK(at > 4.3);
            CHECK(at < 4.7 + 1e-3 * static_cast<double>(tick_us));
        }
    }
}
