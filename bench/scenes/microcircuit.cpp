// SPDX-License-Identifier: BSD-3-Clause
// The cortical microcircuit of Potjans and Diesmann 2014 (Cereb. Cortex 24: 785), eight populations, at reduced scale.
// Voltages in mV above E_L = V_reset = -65 mV; currents as voltages, R I with R = tau_m / C_m = 40 MOhm.
//
//     tau_m = 10 ms, C_m = 250 pF, V_thr = -50 mV, refractory 2 ms, tau_syn = 0.5 ms
//     w = 87.8 pA (0.15 mV; from layer 4 to 2/3 excitatory twice that), g = -4, relative deviation 0.1
//     delays 1.5 +- 0.75 ms, inhibitory 0.8 +- 0.4 ms; background Poisson input of 8 Hz to K_ext synapses
//
// Neurons and synapses per neuron are scaled by the same factor k, weights by 1/sqrt(k), and the mean input that is
// lost is given back as a constant current, from the rates of the full circuit (van Albada, Helias, Diesmann 2015,
// PLoS Comput. Biol. 11: e1004490).
#include "bench/scenes/scene.hpp"

#include <array>
#include <cmath>
#include <memory>

namespace saltus::bench {

namespace {

constexpr std::size_t populations = 8; // 2/3e 2/3i 4e 4i 5e 5i 6e 6i
constexpr std::array<const char*, populations> names{"L23E", "L23I", "L4E", "L4I", "L5E", "L5I", "L6E", "L6I"};
constexpr std::array<double, populations> full_size{20683, 5834, 21915, 5479, 4850, 1065, 14395, 2948};
constexpr std::array<double, populations> external{1600, 1500, 2100, 1900, 2000, 1900, 2900, 2100};
constexpr std::array<double, populations> full_rate_hz{0.903, 2.965, 4.414, 5.876, 7.569, 8.633, 1.105, 7.829};
/// [target][source], table 5 there.
constexpr double probability[populations][populations] = {
    {0.1009, 0.1689, 0.0437, 0.0818, 0.0323, 0.0, 0.0076, 0.0},
    {0.1346, 0.1371, 0.0316, 0.0515, 0.0755, 0.0, 0.0042, 0.0},
    {0.0077, 0.0059, 0.0497, 0.135, 0.0067, 0.0003, 0.0453, 0.0},
    {0.0691, 0.0029, 0.0794, 0.1597, 0.0033, 0.0, 0.1057, 0.0},
    {0.1004, 0.0622, 0.0505, 0.0057, 0.0831, 0.3726, 0.0204, 0.0},
    {0.0548, 0.0269, 0.0257, 0.0022, 0.06, 0.3158, 0.0086, 0.0},
    {0.0156, 0.0066, 0.0211, 0.0166, 0.0572, 0.0197, 0.0396, 0.2252},
    {0.0364, 0.001, 0.0034, 0.0005, 0.0277, 0.008, 0.0658, 0.1443},
};
constexpr double tau_syn_ms = 0.5, background_hz = 8.0;
constexpr double weight = 87.8 * 0.04; // mV

bool excitatory(std::size_t p) { return p % 2 == 0; }

double mean_weight(std::size_t target, std::size_t source) {
    if (!excitatory(source)) return -4.0 * weight;
    return target == 0 && source == 2 ? 2.0 * weight : weight;
}

/// Synapses per target neuron in the full circuit: pairs may have several, so that p is the chance of at least one.
double full_in_degree(std::size_t target, std::size_t source) {
    return -stable_log(1.0 - probability[target][source]) * full_size[source];
}

/// The mean current that scaling takes away: the sum of w K rate tau_syn, of which sqrt(k) is left.
double lost_current(std::size_t target, double k) {
    double sum = weight * external[target] * background_hz;
    for (std::size_t s = 0; s < populations; ++s)
        sum += mean_weight(target, s) * full_in_degree(target, s) * full_rate_hz[s];
    return (1.0 - std::sqrt(k)) * sum * tau_syn_ms * 1e-3;
}

/// Rounded, at least 1.
std::uint32_t scaled(double x) { return x < 1.5 ? 1 : static_cast<std::uint32_t>(std::lround(x)); }

CubaLifParameters cell(std::size_t p, double k) {
    CubaLifParameters c;
    c.tau_m_ms = 10.0;
    c.threshold = 15.0;
    c.reset = Reset::to_value;
    c.refractory_ms = 2.0;
    c.refractory = Refractory::clamp;
    c.tau_e_ms = c.tau_i_ms = tau_syn_ms;
    c.v_inf = lost_current(p, k);
    return c;
}

SceneRun microcircuit(double k, const SimulationOptions& options) {
    Network network({.tick = std::chrono::microseconds(100)}, 3);
    std::array<PopulationId, populations> ids;
    const double up = 1.0 / std::sqrt(k);
    for (std::size_t p = 0; p < populations; ++p) ids[p] = network.add(names[p], scaled(k * full_size[p]), cell(p, k));
    double synapses = 0.0;
    for (std::size_t t = 0; t < populations; ++t) {
        const std::uint32_t size = network.at(ids[t]).size;
        const auto drive = network.add(std::string("background of ") + names[t], size,
                                       PoissonParameters{k * external[t] * background_hz});
        network.connect(drive, ids[t],
                        {.connector = OneToOne{}, .weight = Constant{weight * up}, .delay_ms = Constant{1.5}});
        for (std::size_t s = 0; s < populations; ++s) {
            const double degree = k * full_in_degree(t, s);
            if (degree < 0.5) continue;
            const double w = mean_weight(t, s) * up, delay_ms = excitatory(s) ? 1.5 : 0.8;
            network.connect(ids[s], ids[t],
                            {.connector = FixedInDegree{scaled(degree)},
                             .weight = Normal{w, 0.1 * std::abs(w), w < 0 ? -1e300 : 0.0, w < 0 ? 0.0 : 1e300},
                             .delay_ms = Normal{delay_ms, 0.5 * delay_ms, 0.1, 10.0},
                             .allow_multapses = true});
            synapses += static_cast<double>(scaled(degree)) * size;
        }
    }
    SceneRun run{.simulation = std::make_shared<Simulation>(network, options),
                 .advance = {},
                 .piece_s = 0.1,
                 .synapses = synapses,
                 .neurons = {}};
    for (const PopulationId id : ids) run.neurons.emplace_back(id, network.at(id).size);
    run.advance = [s = run.simulation.get()] { s->advance_until(s->now() + 1000); };
    return run;
}

Scene scene(const char* name, double k, int settling, int measured, std::uint64_t expected, bool brief) {
    return {name, [k](const SimulationOptions& o) { return microcircuit(k, o); }, settling, measured, expected, brief};
}

} // namespace

std::vector<Scene> microcircuit_scenes() {
    return {scene("microcircuit/0.1", 0.1, 1, 2, 0x2532aef67cfe338c, false),
            scene("microcircuit/0.02", 0.02, 2, 3, 0x85b5d0bb6a0d3037, true)};
}

} // namespace saltus::bench
