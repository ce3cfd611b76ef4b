// SPDX-License-Identifier: BSD-3-Clause
// Integrated neurons in the engine: small networks against the referee, time in free resolution, reading that changes
// nothing, rest that costs nothing, faults that are counted.
#include "tests/models/ode_cases.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <limits>
#include <string>

namespace {

using namespace saltus;
using namespace saltus::test;

constexpr std::uint32_t net_size = 6;

std::vector<ReferenceSynapse> random_synapses(RandomStream& r, double excitation, double inhibition) {
    std::vector<ReferenceSynapse> net;
    for (std::uint32_t i = 0; i < net_size; ++i) {
        for (std::uint32_t j = 0; j < net_size; ++j) {
            if (i == j || r.below(2) == 0) continue;
            const double weight = i % 3 == 0 ? -inhibition * r.uniform() : excitation * r.uniform();
            net.push_back({i, j, weight, std::floor((0.5 + 4.0 * r.uniform()) * 1e6) * 1e-6});
        }
    }
    return net;
}

AdexParameters bursting() {
    AdexParameters p;
    p.v_reset_mV = -49.0;
    p.b_pA = 120.0;
    p.tau_w_ms = 60.0;
    return p;
}

/// A network of all three models in which something happens all the time, and what is to be read from it.
struct Mixed {
    Network net{{.tick = std::chrono::microseconds(1), .delay_resolution = std::chrono::microseconds(10)}, 7};
    PopulationId input = net.add("input", 40, InputParameters{});
    PopulationId coba = net.add("coba", 12, CobaLifParameters{});
    PopulationId adex = net.add("adex", 12, bursting());
    PopulationId izhikevich = net.add("izhikevich", 12, IzhikevichParameters{.current = 3.0});

    Mixed() {
        const auto feed = [&](PopulationId to, double weight) {
            net.connect(input, to, {.connector = FixedInDegree{15}, .weight = Uniform{0.0, weight}});
        };
        feed(coba, 12.0);
        feed(adex, 25.0);
        feed(izhikevich, 6.0);
        net.connect(coba, adex, {.weight = Uniform{-5.0, 10.0}, .delay_ms = Uniform{0.1, 3.0}});
        net.connect(adex, izhikevich, {.weight = Uniform{-2.0, 3.0}}); // dense
        net.connect(izhikevich, coba, {.weight = Uniform{-8.0, 8.0}, .delay_ms = Uniform{0.1, 3.0}});
    }

    [[nodiscard]] Simulation start(SimulationOptions options = {}) const {
        Simulation sim(net, options);
        for (const PopulationId p : {coba, adex, izhikevich}) sim.record_spikes(p);
        RandomStream r(31, 1);
        for (double t = 0.0; t < end; t += 800.0 * r.exponential())
            (void)sim.push(input, static_cast<Tick>(t), r.below(40));
        return sim;
    }
    static constexpr Tick end = 200'000;
};

} // namespace

TEST_CASE("networks of COBA neurons within 1e-6 ms of a dense solver", "[runtime][integrated]") {
    RandomStream r(32, 1);
    std::size_t spikes = 0;
    double worst = 0.0;
    for (int k = 0; k < 20; ++k) {
        CobaLifParameters p;
        p.current_pA = k % 2 == 0 ? 105.0 : 0.0;
        p.refractory_ms = 2.0;
        const auto synapses = random_synapses(r, 20.0, 40.0);
        const auto arrivals = random_arrivals(r, net_size, 1.0, 80.0, 40.0, 20.0);
        const auto expected = OdeReference<CobaCell>({p}, net_size, 1e-9).run(arrivals, synapses, 80.0);
        const auto found = simulate(p, net_size, arrivals, synapses, 80.0);
        INFO("network " << k << ": " << found.size() << " spikes, expected " << expected.size());
        const double difference = apart(found, expected);
        CHECK(difference < 1e-6);
        worst = std::max(worst, difference);
        spikes += expected.size();
    }
    INFO("worst " << worst);
    CHECK(spikes > 400);
}

TEST_CASE("networks of AdEx and of Izhikevich neurons within 1e-6 ms of a dense solver", "[runtime][integrated]") {
    RandomStream r(32, 2);
    std::size_t spikes = 0;
    for (int k = 0; k < 6; ++k) {
        const auto arrivals = random_arrivals(r, net_size, 1.0, 60.0, 40.0, 20.0);
        const auto synapses = random_synapses(r, 15.0, 15.0);
        const AdexParameters a = bursting();
        const auto adex = OdeReference<AdexCell>({a}, net_size, 1e-9).run(arrivals, synapses, 60.0);
        CHECK(apart(simulate(a, net_size, arrivals, synapses, 60.0), adex) < 1e-6);
        IzhikevichParameters i;
        i.current = 12.0;
        i.input = IzhikevichInput::current;
        const auto weaker = random_arrivals(r, net_size, 1.0, 60.0, 8.0, 8.0);
        const auto izhikevich = OdeReference<IzhikevichCell>({i}, net_size, 1e-9).run(weaker, {}, 60.0);
        CHECK(apart(simulate(i, net_size, weaker, {}, 60.0), izhikevich) < 1e-6);
        spikes += adex.size() + izhikevich.size();
    }
    CHECK(spikes > 100);
}

TEST_CASE("integrated neurons: a coarse tick delays a spike by less than a tick, and nothing else",
          "[runtime][integrated]") {
    RandomStream r(33, 1);
    AdexParameters adex = bursting();
    adex.current_pA = 900.0;
    for (const double tick_ms : {0.1, 1e-3}) {
        auto arrivals = random_arrivals(r, 1, 0.3, 100.0, 20.0, 10.0);
        for (ReferenceArrival& a : arrivals) a.ms = std::floor(a.ms / tick_ms) * tick_ms;
        const Picoseconds tick(static_cast<std::int64_t>(tick_ms * 1e9 + 0.5));
        const auto expected = OdeReference<AdexCell>({adex}, 1, tick_ms).run(arrivals, {}, 100.0);
        const auto found = simulate(adex, 1, arrivals, {}, 100.0, tick);
        CHECK(expected.size() > 5);
        CHECK(apart(found, expected) < 1e-6);
    }
}

TEST_CASE("integrated neurons: spike times converge as the tick shortens, events stay the same",
          "[runtime][integrated]") {
    CobaLifParameters p;
    p.current_pA = 130.0;
    RandomStream r(34, 1);
    auto arrivals = random_arrivals(r, 1, 0.2, 200.0, 20.0, 20.0);
    for (ReferenceArrival& a : arrivals) a.ms = std::floor(a.ms * 1e3) * 1e-3;
    const auto finest = simulate(p, 1, arrivals, {}, 200.0, Picoseconds(1));
    REQUIRE(finest.size() > 10);
    const double us = apart(simulate(p, 1, arrivals, {}, 200.0, Picoseconds(1'000'000)), finest);
    const double ns = apart(simulate(p, 1, arrivals, {}, 200.0, Picoseconds(1000)), finest);
    INFO("1 us: " << us << " ms, 1 ns: " << ns << " ms");
    CHECK(us < 0.05);
    CHECK(ns < us / 100.0);
    CHECK(ns < 1e-5);
}

TEST_CASE("integrated neurons: pieces, probes and partitions change no bit", "[runtime][integrated]") {
    const Mixed mixed;
    Simulation whole = mixed.start();
    whole.advance_until(Mixed::end);
    for (const PopulationId p : {mixed.coba, mixed.adex, mixed.izhikevich}) {
        const auto of = [&](const Spike& s) { return s.population == p.index; };
        CHECK(std::count_if(whole.spikes().begin(), whole.spikes().end(), of) > 25);
    }
    Simulation pieces = mixed.start();
    const ProbeId probe = pieces.probe(mixed.adex, {0, 3, 7}, 5, 37, 1);
    (void)pieces.probe(mixed.coba, {1, 2}, 11, 101);
    RandomStream r(35, 1);
    double sum = 0.0;
    for (Tick t = 0; t < Mixed::end;) {
        t = std::min(t + 1 + static_cast<Tick>(r.below(700)), Mixed::end);
        pieces.advance_until(t);
        sum += pieces.state(mixed.izhikevich, r.below(12), r.below(2));
    }
    CHECK(std::isfinite(sum));
    CHECK(pieces.read(probe).values.size() > 5000);
    CHECK(pieces.spikes() == whole.spikes());
    CHECK(pieces.fingerprint() == whole.fingerprint());
    Simulation parts = mixed.start({.partitions = 5, .threads = 2});
    parts.advance_until(Mixed::end);
    CHECK(parts.spikes() == whole.spikes());
    CHECK(parts.fingerprint() == whole.fingerprint());
    CHECK(whole.faults().empty());
}

TEST_CASE("integrated neurons: what is read between events is the solution", "[runtime][integrated][fast]") {
    AdexParameters p;
    p.current_pA = 900.0;
    Network net({.tick = std::chrono::microseconds(1)});
    const PopulationId cell = net.add("cell", 1, p);
    Simulation sim(net);
    sim.record_spikes(cell);
    const ProbeId v = sim.probe(cell, {0}, 500, 500), w = sim.probe(cell, {0}, 500, 500, 1);
    sim.advance_until(20'000);
    REQUIRE(!sim.spikes().empty());
    const double first_ms = 1e-3 * static_cast<double>(sim.spikes()[0].tick);
    for (std::size_t k = 1; 0.5 * static_cast<double>(k) < first_ms; ++k) {
        OdeReference<AdexCell> reference({p}, 1);
        (void)reference.run({}, {}, 0.5 * static_cast<double>(k));
        CHECK(sim.read(v).values[k - 1] == Catch::Approx(reference.state(0)[0]).epsilon(1e-9));
        CHECK(sim.read(w).values[k - 1] == Catch::Approx(reference.state(0)[1]).epsilon(1e-9));
    }
}

TEST_CASE("integrated neurons: at rest they cost nothing", "[runtime][integrated][fast]") {
    Network net;
    const PopulationId input = net.add("input", 1, InputParameters{});
    const PopulationId coba = net.add("coba", 100, CobaLifParameters{});
    const PopulationId adex = net.add("adex", 100, AdexParameters{});
    const PopulationId izhikevich = net.add("izhikevich", 100, IzhikevichParameters{});
    for (const PopulationId p : {coba, adex, izhikevich})
        net.connect(input, p, {.connector = Bernoulli{0.01}, .weight = Constant{3.0}});
    Simulation sim(net);
    for (const PopulationId p : {coba, adex, izhikevich}) sim.record_spikes(p);
    sim.advance_until(3'000'000); // Izhikevich's cell starts off its fixed point
    const std::uint64_t settled = sim.counters().ticks_processed;
    CHECK(settled > 0);
    sim.advance_until(3'600'000'000);
    CHECK(sim.counters().ticks_processed == settled);
    (void)sim.push(input, sim.now(), 0);
    sim.advance_until(sim.now() + 10'000'000);
    const std::uint64_t woken = sim.counters().ticks_processed;
    CHECK(woken > settled + 10);
    CHECK(woken < settled + 2000);
    sim.advance_until(sim.now() + 3'600'000'000);
    CHECK(sim.counters().ticks_processed == woken);
    CHECK(sim.state(coba, 0) == Catch::Approx(-60.0));
    CHECK(sim.counters().synaptic_events > 0);
    CHECK(sim.spikes().empty());
}

TEST_CASE("integrated neurons: refractoriness holds the membrane, conductances go on, jumps are lost",
          "[runtime][integrated][fast]") {
    IzhikevichParameters p;
    p.refractory_ms = 2.0;
    Network net;
    const PopulationId input = net.add("input", 2, InputParameters{});
    const PopulationId cell = net.add("cell", 1, p);
    net.connect(input, cell, {.connector = ExplicitList{{{0, 0}, {1, 0}}, {200.0, 5.0}}});
    Simulation sim(net);
    sim.record_spikes(cell);
    (void)sim.push(input, 1000, 0); // beyond the peak at once: spikes at the tick of the arrival
    (void)sim.push(input, 2000, 1); // lost
    (void)sim.push(input, 3000, 1); // at the end of the refractory period: taken
    sim.advance_until(2500);
    REQUIRE(sim.spikes().size() == 1);
    CHECK(sim.spikes()[0].tick == 2000);
    CHECK(sim.state(cell, 0) == -65.0);
    sim.advance_until(3999);
    CHECK(sim.state(cell, 0) == -65.0);
    sim.advance_until(4000);
    CHECK(sim.state(cell, 0) == -60.0);
}

TEST_CASE("integrated neurons: parameters of single neurons, and currents set at run time", "[runtime][integrated]") {
    AdexParameters p;
    std::vector<double> capacitance, current;
    RandomStream r(36, 1);
    for (int j = 0; j < 8; ++j) {
        capacitance.push_back(150.0 + 200.0 * r.uniform());
        current.push_back(700.0 + 400.0 * r.uniform());
    }
    Network net({.tick = Picoseconds(1), .delay_resolution = Picoseconds(1), .learning_clock = 1});
    const PopulationId cells = net.add("cells", 8, p);
    net.vary(cells, &AdexParameters::capacitance_pF, capacitance);
    net.accept_current(cells);
    Simulation sim(net);
    sim.record_spikes(cells);
    REQUIRE(sim.set_current(cells, 0, current) == Status::ok);
    sim.advance_until(net.grid().ticks(80.0));
    std::vector<ReferenceSpike> found, expected;
    for (const Spike& s : sim.spikes()) found.push_back({net.grid().milliseconds(s.tick), s.neuron});
    for (std::uint32_t j = 0; j < 8; ++j) {
        p.capacitance_pF = capacitance[j];
        p.current_pA = current[j];
        for (ReferenceSpike s : OdeReference<AdexCell>({p}, 1, 1e-9).run({}, {}, 80.0)) {
            s.neuron = j;
            expected.push_back(s);
        }
    }
    CHECK(expected.size() > 20);
    CHECK(apart(found, expected) < 1e-6);
}

TEST_CASE("integrated neurons: a state that cannot be followed stops that neuron and is reported",
          "[runtime][integrated][fast]") {
    Network net;
    const PopulationId input = net.add("input", 2, InputParameters{});
    const PopulationId cells = net.add("cells", 3, CobaLifParameters{});
    net.connect(input, cells, {.connector = ExplicitList{{{0, 1}, {1, 0}, {1, 1}, {1, 2}}, {1e30, 90.0, 90.0, 90.0}}});
    Simulation sim(net);
    sim.record_spikes(cells);
    (void)sim.push(input, 500, 0);
    (void)sim.push(input, 5000, 1);
    sim.advance_until(100'000);
    REQUIRE(sim.faults().size() == 1);
    CHECK(sim.faults()[0].tick == 1500);
    CHECK(sim.faults()[0].population == cells.index);
    CHECK(sim.faults()[0].neuron == 1);
    CHECK(sim.counters().neuron_faults == 1);
    CHECK(sim.spikes().size() >= 2); // the others go on
    for (const Spike& s : sim.spikes()) CHECK(s.neuron != 1);
}
