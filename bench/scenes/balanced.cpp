// SPDX-License-Identifier: BSD-3-Clause
// The balanced network of Brunel 2000 (J. Comput. Neurosci. 8: 183), model A, with delta synapses, at the size and in
// the state (g = 5, nu_ext / nu_thr = 2: asynchronous irregular) that simulators are compared at. Voltages in mV.
//
//     tau = 20 ms, theta = 20, V_reset = 10, tau_rp = 2 ms, D = 1.5 ms, J = 0.1, -g J; N_E = 4 N_I, connectivity 0.1
//     nu_thr = theta / (J C_E tau);  every neuron has its own Poisson input of C_E x nu_ext = 20 kHz
#include "bench/scenes/scene.hpp"

#include <memory>

namespace saltus::bench {

namespace {

SceneRun balanced(std::uint32_t n, const SimulationOptions& options) {
    const std::uint32_t n_e = n / 5 * 4, n_i = n / 5, c_e = n_e / 10, c_i = n_i / 10;
    constexpr double theta = 20.0, tau_ms = 20.0, j = 0.1, g = 5.0, relative_rate = 2.0;
    const double drive_hz = relative_rate * theta / (j * tau_ms * 1e-3); // C_E cancels
    Network network({.tick = std::chrono::microseconds(100)}, 1);
    const LifParameters lif{.tau_m_ms = tau_ms,
                            .threshold = theta,
                            .reset = Reset::to_value,
                            .v_reset = 10.0,
                            .refractory_ms = 2.0,
                            .refractory = Refractory::clamp};
    const auto exc = network.add("excitatory", n_e, lif);
    const auto inh = network.add("inhibitory", n_i, lif);
    for (const auto& [target, size] : {std::pair{exc, n_e}, std::pair{inh, n_i}}) {
        const auto drive = network.add("drive of " + network.at(target).name, size, PoissonParameters{drive_hz});
        network.connect(drive, target, {.connector = OneToOne{}, .weight = Constant{j}, .delay_ms = Constant{1.5}});
        network.connect(exc, target,
                        {.connector = FixedInDegree{c_e}, .weight = Constant{j}, .delay_ms = Constant{1.5}});
        network.connect(inh, target,
                        {.connector = FixedInDegree{c_i}, .weight = Constant{-g * j}, .delay_ms = Constant{1.5}});
    }
    SceneRun run{.simulation = std::make_shared<Simulation>(network, options),
                 .advance = {},
                 .piece_s = 0.05,
                 .synapses = static_cast<double>(n) * (c_e + c_i),
                 .neurons = {{exc, n_e}, {inh, n_i}}};
    run.advance = [s = run.simulation.get()] { s->advance_until(s->now() + 500); };
    return run;
}

Scene scene(const char* name, std::uint32_t n, int settling, int measured, std::uint64_t expected, bool brief) {
    return {name, [n](const SimulationOptions& o) { return balanced(n, o); }, settling, measured, expected, brief};
}

} // namespace

std::vector<Scene> balanced_scenes() {
    return {scene("balanced/10000x1000", 10'000, 2, 2, 0x3b6cc2343b5ae299, false),
            scene("balanced/1000x100", 1000, 0, 1, 0x14e9c641d4ed48a2, true)};
}

} // namespace saltus::bench
