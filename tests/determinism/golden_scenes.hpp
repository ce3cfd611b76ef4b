// SPDX-License-Identifier: BSD-3-Clause
// Scenes whose outcome is known to the bit, and written down here: whoever changes an outcome, on whatever compiler,
// instruction set, number of threads or cut, changes a number in this file or breaks a test. In the manner of Box2D's
// determinism test. The hash covers what a user can see (spikes, probed membranes, weights, feedback, losses, counts),
// nothing of how the engine stores it, and shares no code with Simulation::fingerprint.
#pragma once

#include "engine/saltus.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <string_view>
#include <vector>

namespace saltus::golden {

/// 64-bit FNV-1a (Fowler, Noll, Vo), least byte first.
class Hash {
  public:
    void add(std::uint64_t word) {
        for (int byte = 0; byte < 8; ++byte) value_ = (value_ ^ ((word >> (8 * byte)) & 0xff)) * 0x100000001b3ULL;
    }
    void add(double x) { add(std::bit_cast<std::uint64_t>(x)); }
    void add(const std::vector<double>& values) {
        for (const double x : values) add(x);
    }
    [[nodiscard]] std::uint64_t value() const { return value_; }

  private:
    std::uint64_t value_ = 0xcbf29ce484222325ULL;
};

struct Outcome {
    std::uint64_t hash = 0;
    std::uint64_t spikes = 0, synaptic_events = 0, updates = 0;
    std::uint64_t neuron_steps = 0; ///< not part of the hash
};

/// What a scene consists of besides its network.
struct Cast {
    std::vector<PopulationId> spiking{};
    std::vector<ProjectionId> learning{};
    std::vector<PopulationId> readouts{}; ///< with an error
    std::size_t feedbacks = 0;
};

/// Runs a scene to `last` in pieces; `feed` pushes what comes in the next piece.
template <class Feed>
Outcome play(const Network& network, const Cast& cast, const SimulationOptions& options, Tick last, Tick piece,
             Feed&& feed) {
    Simulation simulation(network, options);
    std::vector<ProbeId> probes;
    for (const PopulationId p : cast.spiking) {
        simulation.record_spikes(p);
        if (std::holds_alternative<PoissonParameters>(network.at(p).model)) continue; // has no membrane
        probes.push_back(simulation.probe(p, {0, 1, network.at(p).size - 1}, 1, last / 40));
    }
    Hash hash;
    for (Tick t = 0; t < last; t += piece) {
        feed(simulation, t, t + piece);
        simulation.advance_until(t + piece);
        for (const PopulationId p : cast.readouts) hash.add(simulation.last_loss(p));
    }
    for (const Spike& s : simulation.spikes()) {
        hash.add(static_cast<std::uint64_t>(s.tick));
        hash.add((std::uint64_t{s.population} << 32) | s.neuron);
    }
    for (const ProbeId p : probes) hash.add(simulation.read(p).values);
    for (const ProjectionId p : cast.learning) hash.add(simulation.weights(p));
    for (std::size_t f = 0; f < cast.feedbacks; ++f) hash.add(simulation.feedback(f));
    const Counters c = simulation.counters();
    for (const std::uint64_t n : {c.spikes, c.synaptic_events, c.plastic_updates}) hash.add(n);
    return {hash.value(), c.spikes, c.synaptic_events, c.plastic_updates, c.neuron_steps};
}

/// Poisson input of `rate` spikes per neuron and tick, drawn tick by tick.
inline void push_random(Simulation& simulation, PopulationId input, std::uint32_t neurons, double rate, Tick from,
                        Tick to) {
    for (Tick t = from; t < to; ++t) {
        RandomStream random(99, static_cast<std::uint64_t>(t));
        for (std::uint32_t i = 0; i < neurons; ++i)
            if (random.uniform() < rate) (void)simulation.push(input, t, i);
    }
}

inline TimeGrid tenth_ms() { return {.tick = std::chrono::microseconds(100), .learning_clock = 10}; }

inline TimeGrid one_ms() {
    return {
        .tick = std::chrono::milliseconds(1), .delay_resolution = std::chrono::milliseconds(1), .learning_clock = 1};
}

/// Excitation and inhibition in balance: LIF and adaptive LIF with delta synapses, Poisson drive, escape noise.
inline Outcome balanced(const SimulationOptions& options) {
    Network network(tenth_ms(), 5);
    const LifParameters lif{.reset = Reset::to_value, .refractory_ms = 2.0, .refractory = Refractory::clamp};
    AdaptiveLifParameters adaptive;
    adaptive.beta = 0.1;
    adaptive.escape_rate_hz = 20.0;
    const auto drive = network.add("drive", 100, PoissonParameters{60.0});
    const auto exc = network.add("exc", 80, lif);
    const auto inh = network.add("inh", 20, adaptive);
    for (const auto target : {exc, inh}) {
        network.connect(drive, target, {.connector = FixedInDegree{20}, .weight = Constant{0.06}});
        network.connect(
            exc, target,
            {.connector = Bernoulli{0.1}, .weight = Normal{0.06, 0.02, 0.0}, .delay_ms = Uniform{0.5, 3.0}});
        network.connect(
            inh, target,
            {.connector = FixedOutDegree{20}, .weight = Uniform{-0.3, -0.2}, .delay_ms = Uniform{0.5, 2.0}});
    }
    network.vary(exc, &LifParameters::tau_m_ms, Normal{20.0, 2.0, 10.0, 30.0});
    return play(network, {.spiking = {drive, exc, inh}}, options, 3000, 500, [](auto&&...) {});
}

/// Neurons driven by currents: crossings in continuous time, and neurons that are integrated.
inline Outcome currents(const SimulationOptions& options) {
    Network network({.tick = std::chrono::microseconds(1)}, 6);
    CubaLifParameters cuba;
    cuba.refractory_ms = 2.0;
    cuba.tau_i_ms = 10.0;
    AlphaLifParameters alpha;
    alpha.refractory_ms = 1.0;
    const auto drive = network.add("drive", 40, PoissonParameters{50.0});
    const auto first = network.add("cuba", 40, cuba);
    const auto second = network.add("alpha", 30, alpha);
    const auto adex = network.add("adex", 10, AdexParameters{.tolerance = 1e-9});
    const auto izhikevich = network.add("izhikevich", 10, IzhikevichParameters{});
    const auto connect = [&](PopulationId a, PopulationId b, double weight) {
        network.connect(
            a, b,
            {.connector = FixedInDegree{10}, .weight = Normal{weight, 0.5 * weight}, .delay_ms = Uniform{0.4, 4.0}});
    };
    connect(drive, first, 0.4);
    connect(first, first, 0.1);
    connect(first, second, 0.6);
    connect(first, adex, 12.0);
    connect(first, izhikevich, 4.0);
    return play(network, {.spiking = {drive, first, second, adex, izhikevich}}, options, 400'000, 100'000,
                [](auto&&...) {});
}

/// 30 inputs -> 40 neurons, recurrent -> 3 readouts that learn online.
struct Learner {
    Network network;
    PopulationId input, hidden, readout;
    Cast cast;

    Learner(const ModelParameters& model, UpdateTiming timing, FeedbackKind feedback, Error error, Optimiser optimiser)
        : network(one_ms(), 7) {
        input = network.add("input", 30, InputParameters{});
        hidden = network.add("hidden", 40, model);
        readout = network.add("readout", 3, LeakyReadoutParameters{});
        const Eprop rule{.rate = {.strength = 1e-3, .target_hz = 20.0}};
        const auto in = network.connect(input, hidden,
                                        {.weight = Normal{0.06, 0.1}, .rule = rule, .optimiser = optimiser}); // dense
        const auto loop = network.connect(hidden, hidden,
                                          {.connector = FixedInDegree{12},
                                           .weight = Normal{0.0, 0.2},
                                           .delay_ms = Uniform{0.5, 5.49},
                                           .allow_self = false,
                                           .rule = rule,
                                           .optimiser = optimiser});
        const auto out = network.connect(
            hidden, readout,
            {.weight = Normal{0.0, 0.2}, .delay_ms = Constant{0.0}, .rule = ReadoutRule{}, .optimiser = optimiser});
        network.set_error(readout, error);
        network.add_feedback({readout, hidden, feedback, Normal{0.0, 0.5}});
        network.set_schedule({.timing = timing, .interval_steps = 50, .reset_state = timing == UpdateTiming::interval});
        cast = {.spiking = {hidden}, .learning = {in, loop, out}, .readouts = {readout}, .feedbacks = 1};
    }

    [[nodiscard]] Outcome play(const SimulationOptions& options) const {
        return golden::play(network, cast, options, 600, 50, [&](Simulation& simulation, Tick from, Tick to) {
            const auto label = static_cast<std::size_t>((from / 50) % 3);
            std::array<double, 3> target{};
            target[label] = 1.0;
            (void)simulation.set_target(readout, from + 1, target);
            push_random(simulation, input, 30, 0.03 + 0.01 * static_cast<double>(label), from, to);
        });
    }
};

/// e-prop at arrivals, adaptive neurons, symmetric feedback.
inline Outcome eprop_at_arrivals(const SimulationOptions& options) {
    AdaptiveLifParameters model;
    model.reset = Reset::to_value;
    model.refractory_ms = 2.0;
    model.beta = 0.2;
    return Learner(model, UpdateTiming::arrival, FeedbackKind::symmetric, Error::mean_squared, Sgd{1e-3}).play(options);
}

/// e-prop at the ends of intervals: softmax, Adam, feedback that adapts.
inline Outcome eprop_at_intervals(const SimulationOptions& options) {
    return Learner(LifParameters{}, UpdateTiming::interval, FeedbackKind::adaptive, Error::cross_entropy,
                   Adam{.rate = 2e-3})
        .play(options);
}

/// A stream that learns by the times of spikes: pairs (with powers of weights), triplets, short-term plasticity.
inline Outcome spike_timing(const SimulationOptions& options) {
    Network network({.tick = std::chrono::microseconds(10)}, 8);
    const LifParameters lif{.tau_m_ms = 10.0, .reset = Reset::to_value, .refractory_ms = 3.0};
    const auto input = network.add("input", 50, InputParameters{});
    const auto first = network.add("first", 30, lif);
    const auto second = network.add("second", 30, lif);
    network.accept_current(second);
    const auto pairs = network.connect(input, first,
                                       {.connector = FixedInDegree{20},
                                        .weight = Uniform{0.2, 0.4},
                                        .delay_ms = Uniform{0.5, 5.0},
                                        .rule = PairStdp{.mu_plus = 0.4, .mu_minus = 0.4}});
    const auto triplets = network.connect(first, second,
                                          {.connector = FixedInDegree{15},
                                           .weight = Uniform{0.2, 0.4},
                                           .delay_ms = Uniform{0.5, 2.0},
                                           .rule = TripletStdp{},
                                           .short_term = ShortTerm{.utilisation = 0.4, .tau_rec_ms = 50.0}});
    return play(network, {.spiking = {first, second}, .learning = {pairs, triplets}}, options, 60'000, 10'000,
                [&](Simulation& simulation, Tick from, Tick to) {
                    push_random(simulation, input, 50, 2e-4, from, to);
                    (void)simulation.set_current(second, from, std::array{from % 20'000 == 0 ? 0.6 : 0.0});
                });
}

/// So much arrives at 300 neurons, along sparse and all-to-all rows and while they learn, that they are advanced tick
/// by tick (engine/runtime/engine_stepping.cpp) from 0.1 s on; then input ends, and from 0.5 s on they no longer are.
inline Outcome stepped(const SimulationOptions& options) {
    constexpr std::uint32_t sources = 30;
    constexpr Tick busy = 350;
    TimeGrid grid = one_ms();
    grid.learning_clock = 5;
    Network network(grid, 9);
    const auto input = network.add("input", sources, InputParameters{});
    const auto cells = network.add("cells", 300, LifParameters{.refractory_ms = 3.0, .refractory = Refractory::clamp});
    const auto readout = network.add("readout", 2, LeakyReadoutParameters{});
    network.connect(input, cells,
                    {.connector = FixedOutDegree{80}, .weight = Normal{0.1, 0.1}, .delay_ms = Uniform{1.0, 4.0}});
    network.connect(input, cells, {.weight = Normal{0.0, 0.02}, .delay_ms = Constant{2.0}}); // all-to-all
    const auto loop = network.connect(cells, cells,
                                      {.connector = FixedInDegree{15},
                                       .weight = Normal{0.0, 0.08},
                                       .delay_ms = Uniform{3.0, 6.0},
                                       .allow_self = false,
                                       .rule = Eprop{},
                                       .optimiser = Sgd{1e-4}});
    const auto out = network.connect(
        cells, readout,
        {.weight = Normal{0.0, 0.1}, .delay_ms = Constant{0.0}, .rule = ReadoutRule{}, .optimiser = Sgd{1e-4}});
    network.set_error(readout, Error::mean_squared);
    network.add_feedback({readout, cells, FeedbackKind::random, Normal{0.0, 0.2}});
    network.set_schedule(LearningSchedule::at_arrivals());
    const Cast cast{.spiking = {cells}, .learning = {loop, out}, .readouts = {readout}};
    return play(network, cast, options, 600, 50, [&](Simulation& simulation, Tick from, Tick to) {
        (void)simulation.set_target(readout, from + 1, std::array{from % 100 == 0 ? 1.0 : -1.0, 0.5});
        if (from < busy) push_random(simulation, input, sources, 0.1, from, to);
    });
}

struct Scene {
    std::string_view name;
    Outcome (*run)(const SimulationOptions&);
    std::uint64_t single_precision, double_precision; ///< the hash with weights and traces in float, in double
    bool learns;
    bool stepped = false; ///< some neurons are advanced tick by tick
};

inline constexpr std::array<Scene, 6> scenes{{
    {"balanced", balanced, 0x3cca9f9b9240bb14, 0xa1c83eb7faf63133, false},
    {"currents", currents, 0x2f647096e77c74e3, 0xb06fcbf2d02b7e81, false},
    {"eprop_at_arrivals", eprop_at_arrivals, 0x21e9ce3003b1781d, 0xe9b76362f9247093, true},
    {"eprop_at_intervals", eprop_at_intervals, 0x4beeb56e1ea9884f, 0xe362d2f469105469, true},
    {"spike_timing", spike_timing, 0x8e0f6337b844c172, 0x59517d35ca4246c0, true},
    {"stepped", stepped, 0xa8a156677b20e856, 0x873c81d7478f51bc, true, true},
}};

} // namespace saltus::golden
