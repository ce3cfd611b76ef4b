// SPDX-License-Identifier: BSD-3-Clause
// 100 inputs -> 1000 neurons, all-to-all recurrent -> 10 outputs, batch 1, 1 ms, learning on: what back-propagation
// through time takes 2 to 3 s a second of model time for (and 33 MB more each). Here memory is constant. Firing rates
// are kept at 10 Hz by the rate regulariser.
#include "bench/scenes/input.hpp"
#include "bench/scenes/scene.hpp"

#include <array>
#include <cmath>
#include <memory>
#include <stdexcept>

namespace saltus::bench {

namespace {

struct Shape {
    std::uint32_t inputs, hidden, outputs;
    UpdateTiming timing;
    Tick interval; ///< steps; a piece
};

Network network_of(const Shape& shape, std::array<PopulationId, 3>& ids, std::array<ProjectionId, 3>& learning) {
    Network network(one_ms(), 5);
    ids = {network.add("input", shape.inputs, InputParameters{}),
           network.add("hidden", shape.hidden, LifParameters{.reset = Reset::to_value, .refractory_ms = 2.0}),
           network.add("output", shape.outputs, LeakyReadoutParameters{})};
    const Eprop rule{.rate = {.strength = 1.0, .target_hz = 10.0}};
    const auto plastic = [&](PopulationId from, double mean, double deviation) {
        return network.connect(
            from, ids[1],
            {.weight = Normal{mean, deviation}, .delay_ms = Constant{1.0}, .rule = rule, .optimiser = Sgd{1e-5}});
    };
    learning[0] = plastic(ids[0], 0.02, 1.5 / std::sqrt(static_cast<double>(shape.inputs)));
    learning[1] = plastic(ids[1], -0.001, 0.5 / std::sqrt(static_cast<double>(shape.hidden)));
    learning[2] = network.connect(
        ids[1], ids[2],
        {.weight = Normal{0.0, 0.03}, .delay_ms = Constant{0.0}, .rule = ReadoutRule{}, .optimiser = Sgd{1e-5}});
    network.set_error(ids[2], Error::cross_entropy);
    network.add_feedback({ids[2], ids[1], FeedbackKind::symmetric});
    network.set_schedule({.timing = shape.timing, .interval_steps = shape.interval, .reset_state = false});
    return network;
}

SceneRun learner(const Shape& shape, const SimulationOptions& options) {
    std::array<PopulationId, 3> ids;
    std::array<ProjectionId, 3> learning;
    const Network network = network_of(shape, ids, learning);
    SceneRun run{.simulation = std::make_shared<Simulation>(network, options),
                 .advance = {},
                 .piece_s = static_cast<double>(shape.interval) * 1e-3,
                 .synapses = static_cast<double>(shape.hidden) * (shape.inputs + shape.hidden + shape.outputs),
                 .neurons = {{ids[1], shape.hidden}},
                 .learning = {learning.begin(), learning.end()}};
    run.advance = [s = run.simulation.get(), ids, shape, label = std::size_t{0},
                   events = poisson(shape.inputs, 10.0, shape.interval, 1e-3, 6),
                   scratch = std::vector<InputEvent>()]() mutable {
        std::vector<double> target(shape.outputs, 0.0);
        target[label++ % target.size()] = 1.0;
        if (s->set_target(ids[2], s->now() + 1, target) != Status::ok) throw std::runtime_error("a target was refused");
        push_from_now(*s, ids[0], scratch, events);
        s->advance_until(s->now() + shape.interval);
    };
    return run;
}

} // namespace

std::vector<Scene> recurrent_learner_scenes() {
    const auto scene = [](const char* name, const Shape& shape, int settling, int measured, std::uint64_t expected,
                          bool brief = false) {
        return Scene{name,     [shape](const SimulationOptions& o) { return learner(shape, o); },
                     settling, measured,
                     expected, brief};
    };
    using enum UpdateTiming;
    return {scene("recurrent_learner/100-1000-10/intervals", {100, 1000, 10, interval, 1000}, 3, 5, 0x047925a984a2c07d),
            scene("recurrent_learner/100-1000-10/arrivals", {100, 1000, 10, arrival, 1000}, 3, 5, 0xbbb7e5fbaaa8ff24),
            scene("recurrent_learner/20-100-5/intervals", {20, 100, 5, interval, 200}, 1, 3, 0xef015d3b0a6943ac, true),
            scene("recurrent_learner/20-100-5/arrivals", {20, 100, 5, arrival, 200}, 1, 3, 0xade969eac9a6f21e, true)};
}

} // namespace saltus::bench
