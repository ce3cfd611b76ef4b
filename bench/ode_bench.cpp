// SPDX-License-Identifier: BSD-3-Clause
// Neurons without a closed form: what a neuron costs for each second of model time, event-driven with spikes within
// 1e-6 ms, beside a clock-driven baseline: classical Runge-Kutta (RK4) at 0.1 ms over a structure of arrays, the
// textbook equations, no queue, no delivery, and spikes off by up to its step. Argument: arrivals per neuron and
// second.
#include "bench/bench_support.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace saltus::bench {
namespace {

constexpr std::uint32_t neurons = 500;
constexpr std::uint32_t inputs = 500;
constexpr std::uint32_t fan_in = 100;
constexpr double model_s = 1.0;

/// What the two sides share: the arrivals of a model at a rate that makes it fire a few times a second.
template <class P>
struct Drive;
template <>
struct Drive<CobaLifParameters> {
    static CobaLifParameters cell() { return {.current_pA = 60.0}; }
    static constexpr double excitation = 1.5, inhibition = 3.0;
};
template <>
struct Drive<AdexParameters> {
    static AdexParameters cell() { return {.current_pA = 560.0}; }
    static constexpr double excitation = 6.0, inhibition = 6.0;
};
template <>
struct Drive<IzhikevichParameters> {
    static IzhikevichParameters cell() { return {.current = 3.7}; }
    static constexpr double excitation = 1.2, inhibition = 1.2;
};

/// Argument 0: arrivals per neuron and second.
template <class P>
void event_driven(benchmark::State& state) {
    const double rate_hz = static_cast<double>(state.range(0)) / fan_in;
    Network network({}, 3);
    const PopulationId source = network.add("source", inputs, InputParameters{});
    const PopulationId cells = network.add("cells", neurons, Drive<P>::cell());
    network.connect(source, cells,
                    {.connector = FixedInDegree{fan_in * 4 / 5}, .weight = Constant{Drive<P>::excitation}});
    network.connect(source, cells, {.connector = FixedInDegree{fan_in / 5}, .weight = Constant{-Drive<P>::inhibition}});
    const auto events = poisson(inputs, rate_hz, static_cast<Tick>(model_s * 1e6), 1e-6, 5);
    double seconds = 0.0;
    Counters counters;
    for (auto _ : state) {
        Simulation simulation(network);
        (void)simulation.push(source, events);
        const Stopwatch watch;
        simulation.advance_until(static_cast<Tick>(model_s * 1e6));
        seconds += watch.seconds();
        counters = simulation.counters();
    }
    const double neuron_seconds = neurons * model_s * static_cast<double>(state.iterations());
    require(rate_hz == 0.0 || counters.spikes > neurons, "too few spikes");
    state.counters["us_per_neuron_and_s"] = 1e6 * seconds / neuron_seconds;
    state.counters["spikes_per_s"] = static_cast<double>(counters.spikes) / (neurons * model_s);
    state.counters["looks_per_s"] = static_cast<double>(counters.threshold_tests) / (neurons * model_s);
}

/// The right-hand sides of the baseline. y: [variable][neuron].
template <class P>
struct Equations;
template <>
struct Equations<CobaLifParameters> {
    CobaLifParameters p;
    static constexpr std::size_t n = 3;
    [[nodiscard]] std::array<double, n> start() const { return {p.e_leak_mV, 0.0, 0.0}; }
    [[nodiscard]] std::array<double, n> slope(const std::array<double, n>& y) const {
        return {(p.g_leak_nS * (p.e_leak_mV - y[0]) + y[1] * (p.e_excitatory_mV - y[0]) +
                 y[2] * (p.e_inhibitory_mV - y[0]) + p.current_pA) /
                    p.capacitance_pF,
                -y[1] / p.tau_e_ms, -y[2] / p.tau_i_ms};
    }
    [[nodiscard]] double peak() const { return p.v_threshold_mV; }
    void arrive(std::array<double, n>& y, double w) const { w > 0.0 ? y[1] += w : y[2] -= w; }
    void reset(std::array<double, n>& y) const { y[0] = p.v_reset_mV; }
};
template <>
struct Equations<AdexParameters> {
    AdexParameters p;
    static constexpr std::size_t n = 4;
    [[nodiscard]] std::array<double, n> start() const { return {p.e_leak_mV, 0.0, 0.0, 0.0}; }
    [[nodiscard]] std::array<double, n> slope(const std::array<double, n>& y) const {
        const double v = std::min(y[0], p.v_peak_mV);
        return {(p.g_leak_nS * (p.e_leak_mV - v) + p.g_leak_nS * p.slope_mV * std::exp((v - p.v_t_mV) / p.slope_mV) +
                 y[2] * (p.e_excitatory_mV - v) + y[3] * (p.e_inhibitory_mV - v) + p.current_pA - y[1]) /
                    p.capacitance_pF,
                (p.a_nS * (v - p.e_leak_mV) - y[1]) / p.tau_w_ms, -y[2] / p.tau_e_ms, -y[3] / p.tau_i_ms};
    }
    [[nodiscard]] double peak() const { return p.v_peak_mV; }
    void arrive(std::array<double, n>& y, double w) const { w > 0.0 ? y[2] += w : y[3] -= w; }
    void reset(std::array<double, n>& y) const { y[0] = p.v_reset_mV, y[1] += p.b_pA; }
};
template <>
struct Equations<IzhikevichParameters> {
    IzhikevichParameters p;
    static constexpr std::size_t n = 2;
    [[nodiscard]] std::array<double, n> start() const { return {p.v_start_mV, p.b_per_ms * p.v_start_mV}; }
    [[nodiscard]] std::array<double, n> slope(const std::array<double, n>& y) const {
        return {0.04 * y[0] * y[0] + 5.0 * y[0] + 140.0 - y[1] + p.current, p.a_per_ms * (p.b_per_ms * y[0] - y[1])};
    }
    [[nodiscard]] double peak() const { return p.v_peak_mV; }
    void arrive(std::array<double, n>& y, double w) const { y[0] += w; }
    void reset(std::array<double, n>& y) const { y[0] = p.c_mV, y[1] += p.d; }
};

template <class E>
void step_rk4(const E& e, std::array<double, E::n>& y, double h) {
    const auto moved = [&](const auto& k, double by) {
        auto x = y;
        for (std::size_t i = 0; i < E::n; ++i) x[i] += by * k[i];
        return x;
    };
    const auto k1 = e.slope(y), k2 = e.slope(moved(k1, 0.5 * h)), k3 = e.slope(moved(k2, 0.5 * h)),
               k4 = e.slope(moved(k3, h));
    for (std::size_t i = 0; i < E::n; ++i) y[i] += h / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]);
}

template <class P>
void clock_driven(benchmark::State& state) {
    const Equations<P> e{Drive<P>::cell()};
    const double per_step = static_cast<double>(state.range(0)) * 1e-4;
    constexpr int steps = static_cast<int>(model_s * 1e4);
    double seconds = 0.0;
    std::uint64_t spikes = 0;
    for (auto _ : state) {
        std::vector<std::array<double, Equations<P>::n>> y(neurons, e.start());
        std::vector<std::vector<std::pair<std::uint32_t, double>>> arrivals(steps); // drawn beforehand
        RandomStream random(5, 2);
        for (auto& list : arrivals) {
            for (double t = random.exponential() / neurons; per_step > 0.0 && t < per_step;
                 t += random.exponential() / neurons)
                list.emplace_back(random.below(neurons),
                                  random.below(5) == 0 ? -Drive<P>::inhibition : Drive<P>::excitation);
        }
        spikes = 0;
        const Stopwatch watch;
        for (const auto& list : arrivals) {
            for (auto& x : y) {
                step_rk4(e, x, 0.1);
                if (x[0] >= e.peak()) {
                    e.reset(x);
                    ++spikes;
                }
            }
            for (const auto& [j, w] : list) e.arrive(y[j], w);
        }
        seconds += watch.seconds();
    }
    state.counters["us_per_neuron_and_s"] =
        1e6 * seconds / (neurons * model_s * static_cast<double>(state.iterations()));
    state.counters["spikes_per_s"] = static_cast<double>(spikes) / (neurons * model_s);
}

void rates(benchmark::internal::Benchmark* b) {
    b->Arg(0)->Arg(100)->Arg(500)->Arg(2000)->Unit(benchmark::kMillisecond)->Iterations(2);
}
void one_rate(benchmark::internal::Benchmark* b) { b->Arg(500)->Unit(benchmark::kMillisecond)->Iterations(2); }

BENCHMARK(event_driven<CobaLifParameters>)->Apply(rates);
BENCHMARK(clock_driven<CobaLifParameters>)->Apply(one_rate);
BENCHMARK(event_driven<AdexParameters>)->Apply(rates);
BENCHMARK(clock_driven<AdexParameters>)->Apply(one_rate);
BENCHMARK(event_driven<IzhikevichParameters>)->Apply(rates);
BENCHMARK(clock_driven<IzhikevichParameters>)->Apply(one_rate);

} // namespace
} // namespace saltus::bench
