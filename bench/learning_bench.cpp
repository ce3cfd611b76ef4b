// SPDX-License-Identifier: BSD-3-Clause
// Learning, all in. Interval schedule: the shape of Fashion-MNIST, 784 - H - 10, one sample per 100 ms of model time.
// Arrival schedule: sparse e-prop; what counts is that an event costs as much at 1 Hz as at 50 Hz.
#include "bench/bench_support.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <memory>

namespace saltus::bench {
namespace {

constexpr Tick sample_ms = 100;

/// Ten classes, each a fixed set of pixels that spike once a sample: about 329 spikes, as a latency code gives.
struct Samples {
    std::array<std::vector<InputEvent>, 10> events;

    Samples() {
        for (std::uint64_t c = 0; c < 10; ++c) {
            RandomStream random(3, c);
            for (std::uint32_t pixel = 0; pixel < 784; ++pixel) {
                if (random.uniform() < 329.0 / 784.0) events[c].push_back({random.below(60), pixel});
            }
        }
    }
};

struct Classifier {
    PopulationId input, hidden, output;
    ProjectionId input_weights;
    std::unique_ptr<Simulation> simulation;

    explicit Classifier(std::uint32_t neurons) {
        Network network(one_ms(), 1);
        input = network.add("pixels", 784, InputParameters{});
        hidden = network.add("hidden", neurons, LifParameters{});
        output = network.add("classes", 10, LeakyReadoutParameters{});
        input_weights =
            network.connect(input, hidden, {.weight = Normal{0.01, 0.05}, .rule = Eprop{}, .optimiser = Sgd{1e-3}});
        network.connect(
            hidden, output,
            {.weight = Normal{0.0, 0.05}, .delay_ms = Constant{0.0}, .rule = ReadoutRule{}, .optimiser = Sgd{1e-3}});
        network.set_error(output, Error::cross_entropy);
        network.add_feedback({output, hidden, FeedbackKind::symmetric});
        network.set_schedule({.interval_steps = sample_ms});
        simulation = std::make_unique<Simulation>(network);
    }

    void learn(const Samples& samples, std::size_t label, std::vector<InputEvent>& scratch) {
        std::array<double, 10> target{};
        target[label] = 1.0;
        require(simulation->set_target(output, simulation->now() + 1, target) == Status::ok, "a target was refused");
        push_from_now(*simulation, input, scratch, samples.events[label]);
        simulation->advance_until(simulation->now() + sample_ms);
    }
};

/// Argument: hidden neurons.
void interval_784_h_10(benchmark::State& state) {
    const auto hidden = static_cast<std::uint32_t>(state.range(0));
    const Samples samples;
    Classifier net(hidden);
    std::vector<InputEvent> scratch;
    std::size_t label = 0;
    for (; label < 20; ++label) net.learn(samples, label % 10, scratch);
    const std::vector<double> start = net.simulation->weights(net.input_weights);
    const Counters before = net.simulation->counters();
    const Stopwatch watch;
    for (auto _ : state) net.learn(samples, label++ % 10, scratch);
    const double seconds = watch.seconds();
    const Counters after = net.simulation->counters();
    const auto iterations = static_cast<std::uint64_t>(state.iterations());
    const auto count = static_cast<double>(iterations);
    require(after.spikes - before.spikes > iterations, "the hidden neurons were silent");
    require(after.plastic_updates - before.plastic_updates > std::uint64_t{300} * hidden * iterations,
            "too little was learned");
    require(net.simulation->weights(net.input_weights) != start, "no weight changed");
    const auto events = static_cast<double>(after.synaptic_events - before.synaptic_events); // all of them plastic
    report(state, *net.simulation, seconds, events, 794.0 * hidden, count * 0.1);
    state.counters["samples_per_second"] = count / seconds;
    state.counters["ns_per_plastic_synaptic_event"] = 1e9 * seconds / events;
    state.counters["hidden_spikes_per_sample"] = static_cast<double>(after.spikes - before.spikes) / count;
}

/// 1000 inputs -> 1000 neurons of 100 inputs each -> 2 readouts. A background of strong single inputs makes each neuron
/// spike at 10 Hz, whatever the input rate: that changes nothing but the number of plastic events.
struct Sparse {
    static constexpr std::uint32_t neurons = 1000, fan_in = 100;
    static constexpr Tick window = 500;
    PopulationId input, background, hidden, output;
    ProjectionId input_weights;
    std::unique_ptr<Simulation> simulation;
    std::vector<InputEvent> events, background_events, scratch;

    Sparse(double rate_hz, bool adaptive, std::size_t blocks)
        : events(poisson(neurons, rate_hz, window, 1e-3, 5)),
          background_events(poisson(neurons, 10.0, window, 1e-3, 6)) {
        Network network(one_ms(), 2);
        AdaptiveLifParameters model;
        model.reset = Reset::to_value;
        model.beta = 0.05;
        background = network.add("background", neurons, InputParameters{});
        input = network.add("input", neurons, InputParameters{});
        if (adaptive)
            hidden = network.add("hidden", neurons, model);
        else
            hidden = network.add("hidden", neurons, static_cast<const LifParameters&>(model));
        output = network.add("output", 2, LeakyReadoutParameters{});
        input_weights = network.connect(
            input, hidden,
            {.connector = FixedInDegree{fan_in}, .weight = Normal{0.0, 0.02}, .rule = Eprop{}, .optimiser = Sgd{1e-7}});
        network.connect(background, hidden, {.connector = OneToOne{}, .weight = Constant{1.5}});
        network.connect(hidden, output, {.weight = Normal{0.0, 0.02}});
        network.set_error(output, Error::mean_squared);
        network.add_feedback({output, hidden, FeedbackKind::random, Normal{0.0, 0.1}});
        network.set_schedule({.timing = UpdateTiming::arrival, .reset_state = false});
        simulation = std::make_unique<Simulation>(network, SimulationOptions{.history_blocks = blocks});
        for (int k = 0; k < 3; ++k) advance(); // the history is full
    }

    void advance() {
        push_from_now(*simulation, input, scratch, events);
        push_from_now(*simulation, background, scratch, background_events);
        simulation->advance_until(simulation->now() + window);
    }
};

/// Processor time of a second of model time without plastic events: background, spikes, learning edges.
double edge_seconds(bool adaptive, std::size_t blocks) {
    Sparse net(0.0, adaptive, blocks);
    double least = 1e9;
    for (int k = 0; k < 4; ++k) {
        const Stopwatch watch;
        net.advance();
        least = std::min(least, watch.seconds());
    }
    return 1e3 * least / Sparse::window;
}

/// Arguments: input rate in Hz (0: what the edges cost by themselves), blocks of history, adaptive neurons or not.
void arrival_sparse(benchmark::State& state) {
    const auto rate = static_cast<double>(state.range(0));
    Sparse net(rate, state.range(2) != 0, static_cast<std::size_t>(state.range(1)));
    const std::vector<double> start = net.simulation->weights(net.input_weights);
    const Counters before = net.simulation->counters();
    const Stopwatch watch;
    for (auto _ : state) net.advance();
    const double seconds = watch.seconds();
    const Counters after = net.simulation->counters();
    require(after.spikes > before.spikes, "the neurons were silent");
    const auto updates = static_cast<double>(after.plastic_updates - before.plastic_updates);
    require(rate == 0.0 || updates > 0.9 * rate * 5e4 * static_cast<double>(state.iterations()) / 2.0,
            "too little was learned");
    require(rate == 0.0 || net.simulation->weights(net.input_weights) != start, "no weight changed");
    const double synapses = double{Sparse::neurons} * Sparse::fan_in;
    const double model_s = static_cast<double>(state.iterations()) * Sparse::window * 1e-3;
    const auto delivered = static_cast<double>(after.synaptic_events - before.synaptic_events);
    report(state, *net.simulation, seconds, delivered, synapses, model_s);
    state.counters["ns_per_neuron_step"] = 1e9 * seconds / (model_s * 1e3 * Sparse::neurons);
    if (rate == 0.0) return;
    const double edges = edge_seconds(state.range(2) != 0, static_cast<std::size_t>(state.range(1))) * model_s;
    state.counters["ns_per_plastic_synaptic_event"] = 1e9 * seconds / updates;
    state.counters["of_it_not_edges"] = 1e9 * (seconds - edges) / updates;
}

BENCHMARK(interval_784_h_10)->Arg(100)->Arg(250)->Arg(500)->Unit(benchmark::kMicrosecond)->MinTime(1.0);
BENCHMARK(arrival_sparse)
    ->ArgNames({"hz", "blocks", "adaptive"})
    ->ArgsProduct({{0, 1, 10, 50}, {16}, {0}})
    ->Args({1, 64, 0})
    ->Args({1, 16, 1})
    ->Args({50, 16, 1})
    ->Unit(benchmark::kMillisecond)
    ->MinTime(0.5);

} // namespace
} // namespace saltus::bench
