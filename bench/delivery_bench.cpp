// SPDX-License-Identifier: BSD-3-Clause
// Delivery of spikes through static projections, all in: events pushed, queued, delivered, thresholds tested. Input is
// forced; the receiving neurons are subthreshold most of the time, and some spike.
#include "bench/bench_support.hpp"

#include <cmath>
#include <memory>

namespace saltus::bench {
namespace {

constexpr double tick_s = 1e-4;
constexpr Tick window = 100; // ticks of one iteration

/// n inputs -> n LIF neurons.
struct Delivery {
    std::uint32_t neurons;
    std::unique_ptr<Simulation> simulation;
    PopulationId input, target;
    std::vector<InputEvent> events, scratch;
    double synapses = 0.0;

    Delivery(std::uint32_t n, const Connector& connector, double per_neuron, double delay_low, double delay_high,
             double rate_hz)
        : neurons(n) {
        Network network({.tick = std::chrono::microseconds(100), .learning_clock = 10}, 1);
        input = network.add("input", n, InputParameters{});
        target = network.add("target", n, LifParameters{.tau_m_ms = 20.0, .refractory_ms = 2.0});
        // About 2.5 standard deviations of the membrane below threshold: a few spikes a second
        const double deviation = 0.4 / std::sqrt(per_neuron * rate_hz * 0.01);
        Distribution delay = Constant{delay_low};
        if (delay_high > delay_low) delay = Uniform{delay_low, delay_high};
        network.connect(input, target, {.connector = connector, .weight = Normal{0.0, deviation}, .delay_ms = delay});
        simulation = std::make_unique<Simulation>(network);
        synapses = static_cast<double>(n) * per_neuron;
        events = poisson(n, rate_hz, window, tick_s, 7);
        for (int k = 0; k < 5; ++k) advance(); // settles
    }

    void advance() {
        push_from_now(*simulation, input, scratch, events);
        simulation->advance_until(simulation->now() + window);
    }
};

void run(benchmark::State& state, Delivery& delivery, double per_source) {
    const Counters before = delivery.simulation->counters();
    const Stopwatch watch;
    for (auto _ : state) delivery.advance();
    const double seconds = watch.seconds();
    const Counters after = delivery.simulation->counters();
    const auto iterations = static_cast<double>(state.iterations());
    const auto delivered = static_cast<double>(after.synaptic_events - before.synaptic_events);
    const double expected = iterations * static_cast<double>(delivery.events.size()) * per_source;
    require(delivered > 0.98 * expected && delivered < 1.02 * expected, "synaptic events are missing");
    require(after.spikes > before.spikes, "no neuron spiked");
    report(state, *delivery.simulation, seconds, delivered, delivery.synapses, iterations * window * tick_s);
}

/// One network at a time is kept: a benchmark's function is called several times.
template <class Make>
Delivery& kept(const benchmark::State& state, int kind, Make&& make) {
    static std::unique_ptr<Delivery> delivery;
    static std::vector<std::int64_t> key;
    const std::vector<std::int64_t> wanted{kind, state.range(0), state.range(1), state.range(2)};
    if (key != wanted) {
        delivery.reset(); // before the next one is built
        delivery = make();
        key = wanted;
    }
    return *delivery;
}

/// Arguments: neurons, synapses per neuron, input rate in Hz. Delays of 1.0 to 1.7 ms: eight groups a row.
void sparse_delivery(benchmark::State& state) {
    const auto n = static_cast<std::uint32_t>(state.range(0)), degree = static_cast<std::uint32_t>(state.range(1));
    Delivery& delivery = kept(state, 0, [&] {
        return std::make_unique<Delivery>(n, FixedOutDegree{degree}, degree, 0.95, 1.75,
                                          static_cast<double>(state.range(2)));
    });
    run(state, delivery, degree);
}

/// The same with a single delay.
void sparse_delivery_one_delay(benchmark::State& state) {
    const auto n = static_cast<std::uint32_t>(state.range(0)), degree = static_cast<std::uint32_t>(state.range(1));
    Delivery& delivery = kept(state, 1, [&] {
        return std::make_unique<Delivery>(n, FixedOutDegree{degree}, degree, 1.0, 1.0,
                                          static_cast<double>(state.range(2)));
    });
    run(state, delivery, degree);
}

/// Arguments: neurons, neurons again, input rate in Hz.
void dense_delivery(benchmark::State& state) {
    const auto n = static_cast<std::uint32_t>(state.range(0));
    Delivery& delivery = kept(state, 2, [&] {
        return std::make_unique<Delivery>(n, AllToAll{}, n, 1.0, 1.0, static_cast<double>(state.range(2)));
    });
    run(state, delivery, n);
}

void timed(benchmark::internal::Benchmark* b) { b->Unit(benchmark::kMillisecond)->MinTime(0.5); }

BENCHMARK(sparse_delivery)->Args({10'000, 1000, 10})->Args({100'000, 100, 10})->Apply(timed);
BENCHMARK(sparse_delivery_one_delay)->Args({10'000, 1000, 10})->Args({100'000, 100, 10})->Apply(timed);
BENCHMARK(dense_delivery)->Args({500, 500, 10})->Args({2000, 2000, 10})->Apply(timed);

} // namespace
} // namespace saltus::bench
