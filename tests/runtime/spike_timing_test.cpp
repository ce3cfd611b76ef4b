// SPDX-License-Identifier: BSD-3-Clause
// Synapse types against a referee that decays and changes every synapse eagerly: spikes the same, weights to 1e-9.
#include "tests/runtime/spike_timing_networks.hpp"
#include "tests/support/catch.hpp"

#include <set>

namespace {

using namespace saltus;
using namespace saltus::test;

constexpr Tick last = 4000; // five blocks of history and more
constexpr SimulationOptions exact{.precision = Precision::double_precision};

std::vector<std::pair<Tick, std::uint32_t>> spikes_of(const Simulation& simulation) {
    std::vector<std::pair<Tick, std::uint32_t>> list;
    for (const Spike& s : simulation.spikes()) list.emplace_back(s.tick, s.neuron);
    return list;
}

double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
    double largest = a.size() == b.size() ? 0.0 : INFINITY;
    for (std::size_t k = 0; k < a.size() && k < b.size(); ++k) largest = std::max(largest, std::abs(a[k] - b[k]));
    return largest;
}

struct Totals {
    std::size_t spikes = 0, changed = 0, at_bounds = 0;
    double worst = 0.0;
};

/// Both, side by side; `interfere` is called at a few ticks with both.
template <class Interfere>
void compare(const TimedNetwork& net, SimulationOptions options, Totals& totals, const Interfere& interfere) {
    DenseReference reference(net);
    const TimedSimulation made(net);
    Simulation simulation(made.network, options);
    simulation.record_spikes(made.neurons);
    CHECK(simulation.push(made.input, net.events) == Status::ok);
    const std::vector<double> before = reference.weights(0);
    for (Tick t = 0; t <= last; t += 250) {
        reference.advance_until(t);
        simulation.advance_until(t);
        REQUIRE((spikes_of(simulation) == reference.spikes())); // long lists: not printed
        for (std::size_t p = 0; p < net.projections.size(); ++p)
            totals.worst = std::max(totals.worst,
                                    largest_difference(simulation.weights(made.projections[p]), reference.weights(p)));
        REQUIRE(totals.worst < 1e-9);
        interfere(t, simulation, made, reference);
    }
    totals.spikes += reference.spikes().size();
    const std::vector<double> after = reference.weights(0);
    for (std::size_t k = 0; k < after.size(); ++k) {
        totals.changed += std::abs(after[k] - before[k]) > 1e-3 ? 1 : 0;
        totals.at_bounds += after[k] == 0.0 || after[k] == 1.0 ? 1 : 0;
    }
}

Totals check_kind(Synapses kind, std::uint64_t first, int networks = 12) {
    Totals totals;
    for (std::uint64_t seed = first; seed < first + static_cast<std::uint64_t>(networks); ++seed) {
        INFO("seed " << seed);
        SimulationOptions options = exact;
        options.partitions = 1 + seed % 4;
        compare(random_timed_network(seed, kind, last), options, totals, [](auto&&...) {});
    }
    CHECK(totals.spikes > 100u * static_cast<unsigned>(networks));
    return totals;
}

} // namespace

TEST_CASE("pair rule: random networks against eager synapses", "[runtime][stdp]") {
    const Totals totals = check_kind(Synapses::pair, 1);
    CHECK(totals.changed > 12 * 40);
    CHECK(totals.at_bounds > 10);
}

TEST_CASE("triplet rule: random networks against eager synapses", "[runtime][stdp]") {
    CHECK(check_kind(Synapses::triplet, 100).changed > 12 * 40);
}

TEST_CASE("short-term plasticity: random networks against eager synapses", "[runtime][short_term]") {
    CHECK(check_kind(Synapses::short_term, 200).changed == 0);
}

TEST_CASE("short-term and spike-timing plasticity together", "[runtime][stdp][short_term]") {
    CHECK(check_kind(Synapses::mixed, 300).changed > 12 * 40);
}

TEST_CASE("learning off and on, rates and weights set: as if every synapse were up to date", "[runtime][stdp]") {
    Totals totals;
    for (std::uint64_t seed = 400; seed < 408; ++seed) {
        INFO("seed " << seed);
        const auto interfere = [&](Tick t, Simulation& s, const TimedSimulation& made, DenseReference& r) {
            if (t % 1000 == 250) s.set_learning(false), r.set_learning(false);
            if (t % 1000 == 750) s.set_learning(true), r.set_learning(true);
            if (t % 1000 == 500) s.set_learning_rate(made.projections[0], 0.07), r.set_rate(0, 0.07);
            if (t % 1500 == 0) {
                std::vector<double> w = r.weights(1);
                for (double& x : w) x *= 0.9;
                s.set_weights(made.projections[1], w);
                r.set_weights(1, w);
            }
        };
        compare(random_timed_network(seed, seed % 2 ? Synapses::pair : Synapses::triplet, last), exact, totals,
                interfere);
    }
    CHECK(totals.spikes > 800);
    CHECK(totals.changed > 8 * 30);
}

TEST_CASE("ends of intervals that return neurons to rest forget traces, u and x", "[runtime][stdp][short_term]") {
    Totals totals;
    for (std::uint64_t seed = 500; seed < 506; ++seed) {
        INFO("seed " << seed);
        const TimedNetwork net = random_timed_network(seed, Synapses::mixed, last);
        DenseReference reference(net);
        reference.reset_every(500);
        TimedSimulation made(net); // beside it something learns in intervals of 500 ticks
        const PopulationId readout = made.network.add("readout", 2, LeakyReadoutParameters{});
        const ProjectionId learns =
            made.network.connect(made.neurons, readout, {.weight = Constant{0.1}, .rule = ReadoutRule{}});
        made.network.set_error(readout, Error::mean_squared);
        made.network.set_schedule({.interval_steps = 50});
        Simulation simulation(made.network, exact);
        simulation.record_spikes(made.neurons);
        CHECK(simulation.push(made.input, net.events) == Status::ok);
        for (Tick t = 0; t <= last; t += 700) {
            reference.advance_until(t);
            simulation.advance_until(t);
            REQUIRE((spikes_of(simulation) == reference.spikes()));
            for (std::size_t p = 0; p < net.projections.size(); ++p)
                CHECK(largest_difference(simulation.weights(made.projections[p]), reference.weights(p)) < 1e-9);
        }
        totals.spikes += reference.spikes().size();
        CHECK(simulation.weights(learns).front() != 0.1);
    }
    CHECK(totals.spikes > 600);
}
