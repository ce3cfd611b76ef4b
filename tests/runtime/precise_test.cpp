// SPDX-License-Identifier: BSD-3-Clause
// Exact spike times in free time: 125 LIF neurons with exponential currents against NEST's lossless method, and
// crossings that only graze the threshold against their closed form.
#include "engine/saltus.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/csv.hpp"
#include "tests/support/shared_data.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace {

using namespace saltus;
using saltus::test::read_csv;

/// The neuron of ref/nest/precise_exp; voltages relative to E_L, currents as R I (R = tau_m / C_m).
CubaLifParameters reference_neuron(double drive_pA) {
    constexpr double resistance = 10.0 / 250.0; // mV per pA
    CubaLifParameters p;
    p.tau_m_ms = 10.0;
    p.threshold = 15.0;
    p.reset = Reset::to_value;
    p.v_reset = 0.0;
    p.refractory_ms = 2.0;
    p.refractory = Refractory::clamp;
    p.v_inf = drive_pA * resistance;
    p.tau_e_ms = 2.0;
    p.tau_i_ms = 2.0;
    return p;
}

constexpr double volts_per_picoampere = 10.0 / 250.0;

ExplicitList read_connections(const std::filesystem::path& file) {
    ExplicitList list;
    for (const auto& row : read_csv(file)) {
        list.pairs.push_back({static_cast<std::uint32_t>(row[0]), static_cast<std::uint32_t>(row[1])});
        list.weights.push_back(row[2] * volts_per_picoampere);
        list.delays_ms.push_back(row[3]);
    }
    return list;
}

struct Outcome {
    std::size_t spikes = 0;
    std::size_t in_order = 0; ///< leading spikes of the same neurons
    double worst_ms = 0.0;    ///< among them
    std::uint64_t synaptic_events = 0;
};

/// Runs the reference network at one tick length and compares with the reference spikes.
Outcome run_reference(const std::filesystem::path& folder, Picoseconds tick) {
    Network net({.tick = tick, .delay_resolution = tick, .learning_clock = 1});
    const PopulationId inputs = net.add("inputs", 50, InputParameters{});
    const PopulationId neurons = net.add("neurons", 125, reference_neuron(260.0));
    ProjectionSpec spec;
    spec.allow_multapses = true;
    spec.connector = read_connections(folder / "input_connections.csv");
    net.connect(inputs, neurons, spec);
    spec.connector = read_connections(folder / "connections.csv");
    net.connect(neurons, neurons, spec);
    Simulation sim(net, {.precision = Precision::double_precision});
    sim.record_spikes(neurons);
    for (const auto& row : read_csv(folder / "input_spikes.csv")) {
        (void)sim.push(inputs, net.grid().ticks(row[1]), static_cast<std::uint32_t>(row[0]));
    }
    sim.advance_until(net.grid().ticks(1000.0));

    const auto reference = read_csv(folder / "spikes_h0.001.csv");
    Outcome outcome;
    outcome.spikes = sim.spikes().size();
    outcome.synaptic_events = sim.counters().synaptic_events;
    for (std::size_t k = 0; k < std::min(reference.size(), outcome.spikes); ++k) {
        if (sim.spikes()[k].neuron != static_cast<std::uint32_t>(reference[k][0])) break;
        ++outcome.in_order;
        const double time_ms = net.grid().milliseconds(sim.spikes()[k].tick);
        outcome.worst_ms = std::max(outcome.worst_ms, std::abs(time_ms - reference[k][1]));
    }
    return outcome;
}

} // namespace

TEST_CASE("NEST precise network: 3,019 spikes in the same order, within 1e-6 ms at a 1 ps tick",
          "[runtime][nest][fast]") {
    const auto folder = test::shared_data("ref/nest/precise_exp");
    if (!folder) SALTUS_SKIP("data absent: ref/nest/precise_exp");
    const Outcome ps = run_reference(*folder, Picoseconds(1));
    INFO("worst difference " << ps.worst_ms << " ms");
    CHECK(ps.spikes == 3019);
    CHECK(ps.in_order == 3019);
    CHECK(ps.worst_ms < 1e-6);
}

TEST_CASE("NEST precise network: within 1e-4 ms at a 1 ns tick, for the same number of events",
          "[runtime][nest][fast]") {
    const auto folder = test::shared_data("ref/nest/precise_exp");
    if (!folder) SALTUS_SKIP("data absent: ref/nest/precise_exp");
    const Outcome ps = run_reference(*folder, Picoseconds(1));
    const Outcome ns = run_reference(*folder, Picoseconds(1000));
    INFO("worst difference " << ns.worst_ms << " ms");
    CHECK(ns.spikes == 3019);
    CHECK(ns.in_order == 3019);
    CHECK(ns.worst_ms < 1e-4);
    CHECK(ns.synaptic_events == ps.synaptic_events);
}

TEST_CASE("NEST grazing crossings: every one found, none invented", "[runtime][nest][fast]") {
    const auto file = test::shared_data("ref/nest/precise_grazing/grazing.csv");
    if (!file) SALTUS_SKIP("data absent: ref/nest/precise_grazing");
    std::map<double, double> truth; // weight in pA -> analytic spike time (nan: none)
    for (const auto& row : read_csv(*file)) truth[row[1]] = row[5];
    int crossing = 0;
    int silent = 0;
    for (const auto& [weight, time_ms] : truth) {
        Network net({.tick = Picoseconds(1), .delay_resolution = Picoseconds(1), .learning_clock = 1});
        const PopulationId input = net.add("input", 1, InputParameters{});
        const PopulationId neuron = net.add("neuron", 1, reference_neuron(0.0));
        net.connect(input, neuron, {.weight = Constant{weight * volts_per_picoampere}, .delay_ms = Constant{1.0}});
        Simulation sim(net, {.precision = Precision::double_precision});
        sim.record_spikes(neuron);
        (void)sim.push(input, net.grid().ticks(1.3), 0);
        sim.advance_until(net.grid().ticks(40.0));
        INFO("weight " << weight << " pA");
        if (std::isnan(time_ms)) {
            CHECK(sim.spikes().empty());
            ++silent;
            continue;
        }
        REQUIRE(!sim.spikes().empty());
        CHECK(std::abs(net.grid().milliseconds(sim.spikes()[0].tick) - time_ms) < 1e-6);
        ++crossing;
    }
    CHECK(crossing >= 3);
    CHECK(silent >= 3);
}
