// SPDX-License-Identifier: BSD-3-Clause
// The self-sustained network of Vogels and Abbott 2005 (J. Neurosci. 25: 10786), current-based, as in the comparison
// of simulators by Brette et al. 2007 (J. Comput. Neurosci. 23: 349, benchmark 2). Voltages in mV above V_reset.
//
//     3200 + 800 neurons, connectivity 0.02; tau_m = 20 ms, E_L = -49 mV, V_thr = -50, V_reset = -60, refractory 5 ms
//     tau_e = 5 ms, tau_i = 10 ms, w_e = 1.62 mV, w_i = -9 mV (currents in units of voltage), delay one tick (0.1 ms)
//
// The membrane has no drive but E_L above threshold. At first a current of its own moves each neuron, so that they
// do not spike all at once.
#include "bench/scenes/scene.hpp"

#include <chrono>
#include <cmath>
#include <memory>
#include <stdexcept>

namespace saltus::bench {

namespace {

SceneRun vogels_abbott(std::uint32_t n, double connectivity, std::chrono::microseconds tick,
                       const SimulationOptions& options) {
    const std::uint32_t n_e = n / 5 * 4, n_i = n / 5;
    const double tick_ms = static_cast<double>(tick.count()) / 1e3;
    Network network({.tick = tick}, 2);
    CubaLifParameters cell;
    cell.tau_m_ms = 20.0;
    cell.threshold = 10.0;
    cell.reset = Reset::to_value;
    cell.refractory_ms = 5.0;
    cell.refractory = Refractory::clamp;
    cell.v_inf = 11.0;
    cell.tau_e_ms = 5.0;
    cell.tau_i_ms = 10.0;
    const double scale = 0.02 / connectivity * 4000.0 / n; // of weights, where there are fewer synapses
    const auto exc = network.add("excitatory", n_e, cell);
    const auto inh = network.add("inhibitory", n_i, cell);
    const auto kick = network.add("kick", n_e, InputParameters{});
    network.connect(kick, exc, {.connector = OneToOne{}, .weight = Uniform{0.0, 60.0}, .delay_ms = Constant{tick_ms}});
    for (const auto target : {exc, inh}) {
        const auto connect = [&](PopulationId source, double weight) {
            network.connect(source, target,
                            {.connector = Bernoulli{connectivity},
                             .weight = Constant{weight * scale},
                             .delay_ms = Constant{tick_ms}});
        };
        connect(exc, 1.62);
        connect(inh, -9.0);
    }
    SceneRun run{.simulation = std::make_shared<Simulation>(network, options),
                 .advance = {},
                 .piece_s = 0.1,
                 .synapses = connectivity * n * n,
                 .neurons = {{exc, n_e}, {inh, n_i}}};
    for (std::uint32_t i = 0; i < n_e; ++i) {
        if (run.simulation->push(kick, 0, i) != Status::ok) throw std::runtime_error("a kick was refused");
    }
    run.advance = [s = run.simulation.get(), ticks = std::chrono::milliseconds(100) / tick] {
        s->advance_until(s->now() + ticks);
    };
    return run;
}

Scene scene(const char* name, std::uint32_t n, double connectivity, double tick_ms, int settling, int measured,
            std::uint64_t expected, bool brief) {
    const std::chrono::microseconds tick(std::lround(1e3 * tick_ms));
    return {name,     [=](const SimulationOptions& o) { return vogels_abbott(n, connectivity, tick, o); },
            settling, measured,
            expected, brief};
}

} // namespace

std::vector<Scene> vogels_abbott_scenes() {
    return {scene("vogels_abbott/4000x80", 4000, 0.02, 0.1, 1, 1, 0x7b0d9f4c0e837d94, false),
            scene("vogels_abbott/20000x1000", 20'000, 0.05, 0.1, 1, 2, 0x43480388d87a22c4, false),
            scene("vogels_abbott/20000x1000_of_1_ms", 20'000, 0.05, 1.0, 1, 2, 0xfef5d79e87799ff8, false),
            scene("vogels_abbott/400x40", 400, 0.1, 0.1, 1, 2, 0x70bcb8a4117ac313, true)};
}

} // namespace saltus::bench
