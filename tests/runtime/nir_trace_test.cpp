// SPDX-License-Identifier: BSD-3-Clause
// The trace of one LIF neuron published with NIR (Pedersen et al. 2024), column "exact": tau 2.5 ms, threshold 0.1, and
// input events that each hold the current 1 for one step of 0.1 ms; rows are the ends of the steps.
#include "engine/saltus.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/csv.hpp"
#include "tests/support/shared_data.hpp"

#include <cmath>
#include <vector>

namespace {

using namespace saltus;

constexpr double step_ms = 0.1;

struct Trace {
    std::vector<double> v;
    std::vector<std::size_t> spike_rows;
    double worst = 0.0, worst_before_spike = 0.0;
};

/// Runs to the end and compares, row by row.
Trace compare(const std::vector<std::vector<double>>& rows, Simulation& simulation, PopulationId neuron,
              Tick ticks_per_step) {
    simulation.record_spikes(neuron);
    const ProbeId probe = simulation.probe(neuron, {0}, ticks_per_step, ticks_per_step);
    simulation.advance_until(static_cast<Tick>(rows.size()) * ticks_per_step);
    Trace trace;
    trace.v = simulation.read(probe).values;
    REQUIRE(trace.v.size() == rows.size());
    for (const Spike& s : simulation.spikes())
        trace.spike_rows.push_back(static_cast<std::size_t>((s.tick - 1) / ticks_per_step));
    for (std::size_t k = 0; k < rows.size(); ++k) {
        const double difference = std::abs(trace.v[k] - rows[k][1]);
        trace.worst = std::max(trace.worst, difference);
        if (!trace.spike_rows.empty() && k < trace.spike_rows[0])
            trace.worst_before_spike = std::max(trace.worst_before_spike, difference);
    }
    return trace;
}

const std::vector<std::size_t> expected_rows{460, 510, 710, 760};

void check_reference(const std::vector<std::vector<double>>& rows) {
    REQUIRE(rows.size() == 1000);
    std::vector<std::size_t> spikes;
    for (std::size_t k = 0; k < rows.size(); ++k)
        if (rows[k][2] != 0.0) spikes.push_back(k);
    REQUIRE(spikes == expected_rows);
}

} // namespace

TEST_CASE("NIR's exact trace to 1e-8: a current that is switched on and off", "[runtime][nir][fast]") {
    const auto file = test::shared_data("data/nir/01_lif_lif_exact.csv");
    if (!file) SALTUS_SKIP("data absent: data/nir/01_lif_lif_exact.csv");
    const auto rows = test::read_csv(*file);
    check_reference(rows);
    LifParameters lif{.tau_m_ms = 2.5, .threshold = 0.1, .reset = Reset::to_value};
    CubaLifParameters cuba;
    static_cast<LifParameters&>(cuba) = lif;
    const std::vector<ModelParameters> models{lif, cuba};
    for (const ModelParameters& model : models) {
        Network network({.tick = Picoseconds(1), .delay_resolution = Picoseconds(1), .learning_clock = 1});
        const auto neuron = network.add("neuron", 1, model);
        network.accept_current(neuron);
        Simulation simulation(network, {.precision = Precision::double_precision});
        constexpr Tick step = 100'000'000;
        double before = 0.0;
        for (std::size_t k = 0; k < rows.size(); ++k) {
            const double current = rows[k][0];
            if (current != before)
                REQUIRE(simulation.set_current(neuron, static_cast<Tick>(k) * step, {&current, 1}) == Status::ok);
            before = current;
        }
        const Trace trace = compare(rows, simulation, neuron, step);
        UNSCOPED_INFO("worst difference " << trace.worst);
        CHECK(trace.spike_rows == expected_rows);
        CHECK(trace.worst < 1e-8);
    }
}

TEST_CASE("NIR's exact trace, inputs as jumps at the end of their step", "[runtime][nir][fast]") {
    const auto file = test::shared_data("data/nir/01_lif_lif_exact.csv");
    if (!file) SALTUS_SKIP("data absent: data/nir/01_lif_lif_exact.csv");
    const auto rows = test::read_csv(*file);
    check_reference(rows);
    // The tick is the step: normalised input makes each jump 1 - e^(-step/tau).
    Network network({.tick = Picoseconds(100'000'000), .delay_resolution = Picoseconds(100'000'000)});
    const auto input = network.add("input", 1, InputParameters{});
    const LifParameters p{.tau_m_ms = 2.5, .threshold = 0.1, .reset = Reset::to_value, .normalised_input = true};
    const auto neuron = network.add("neuron", 1, p);
    network.connect(input, neuron, {.weight = Constant{1.0}, .delay_ms = Constant{step_ms}});
    Simulation simulation(network, {.precision = Precision::double_precision});
    for (std::size_t k = 0; k < rows.size(); ++k)
        if (rows[k][0] != 0.0) (void)simulation.push(input, static_cast<Tick>(k), 0);
    const Trace trace = compare(rows, simulation, neuron, 1);
    CHECK(trace.spike_rows == expected_rows);
    CHECK(trace.worst_before_spike < 1e-8);
    CHECK(trace.worst < 1e-2); // what is left of the step after a reset is lost
}
