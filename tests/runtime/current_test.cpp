// SPDX-License-Identifier: BSD-3-Clause
// Input current set at run time: intervals in closed form, and a referee that steps every neuron through every tick.
#include "engine/saltus.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

namespace {

using namespace saltus;
using namespace std::chrono_literals;

constexpr std::uint32_t cells = 12, inputs = 6;
constexpr Tick end = 6000;
const TimeGrid grid{.tick = 100us, .delay_resolution = 100us};

/// Currents, input and weights of one case.
struct Story {
    std::map<Tick, std::vector<double>> currents; // stamp -> [cells]
    std::vector<InputEvent> events;
    std::vector<double> weights; // [inputs][cells]

    explicit Story(std::uint64_t seed) {
        RandomStream random(seed, 1);
        for (Tick t = 0; t < end; t += 1 + random.below(400)) {
            for (std::uint32_t j = 0; j < cells; ++j) currents[t].push_back(0.8 + 0.9 * random.normal());
        }
        for (Tick t = 1; t < end; ++t)
            if (random.below(30) == 0) events.push_back({t, random.below(inputs)});
        for (std::uint32_t k = 0; k < inputs * cells; ++k) weights.push_back(0.4 * random.normal());
    }
};

using Spikes = std::vector<std::pair<Tick, std::uint32_t>>;

template <class P>
Spikes engine(const P& p, const Story& story, Tick piece, bool in_time, std::uint32_t partitions = 1) {
    Network network(grid, 1);
    const auto in = network.add("in", inputs, InputParameters{});
    const auto all = network.add("cells", cells, p);
    network.accept_current(all);
    ExplicitList list;
    for (std::uint32_t i = 0; i < inputs; ++i)
        for (std::uint32_t j = 0; j < cells; ++j) list.pairs.push_back({i, j});
    list.weights = story.weights;
    network.connect(in, all, {.connector = list});
    Simulation simulation(
        network,
        {.precision = Precision::double_precision, .partitions = partitions, .partitioning = Partitioning::balanced});
    simulation.record_spikes(all);
    REQUIRE(simulation.push(in, story.events) == Status::ok);
    auto next = story.currents.begin();
    for (Tick t = 0;;) {
        for (; next != story.currents.end() && (!in_time || next->first <= t); ++next)
            REQUIRE(simulation.set_current(all, next->first, next->second) == Status::ok);
        if (t == end) break;
        Tick stop = std::min(t + piece, end);
        if (in_time && next != story.currents.end()) stop = std::min(stop, next->first);
        simulation.advance_until(t = stop);
    }
    Spikes spikes;
    for (const Spike& s : simulation.spikes()) spikes.emplace_back(s.tick, s.neuron);
    return spikes;
}

/// Every neuron at every tick; currents of synapses in `parts` pieces of a tick. @param margin the least |v - A| seen.
template <class P>
Spikes referee(const P& p, const Story& story, double& margin) {
    constexpr bool cuba = std::is_same_v<P, CubaLifParameters>;
    constexpr int parts = cuba ? 50 : 1;
    const double h = 0.1 / parts;
    const double alpha = std::exp(-h / p.tau_m_ms);
    const Tick refractory = std::llround(p.refractory_ms / 0.1);
    std::vector<double> v(cells, 0.0), a(cells, 0.0), e(cells, 0.0), i(cells, 0.0), current(cells, 0.0);
    std::vector<Tick> until(cells, 0);
    Spikes spikes;
    const auto take = [&](Tick t) {
        if (const auto found = story.currents.find(t); found != story.currents.end()) current = found->second;
    };
    take(0);
    margin = 1.0;
    for (Tick t = 1; t <= end; ++t) {
        for (std::uint32_t j = 0; j < cells; ++j) {
            bool crossed = false;
            double before = v[j] - p.threshold;
            for (int part = 0; part < parts; ++part) {
                const bool held = p.refractory == Refractory::clamp && t <= until[j];
                const double inf = p.v_inf + current[j];
                double synaptic = 0.0;
                if constexpr (cuba) {
                    const auto kernel = [&](double tau) {
                        return tau / (tau - p.tau_m_ms) * (std::exp(-h / tau) - alpha);
                    };
                    synaptic = e[j] * kernel(p.tau_e_ms) + i[j] * kernel(p.tau_i_ms);
                    e[j] *= std::exp(-h / p.tau_e_ms);
                    i[j] *= std::exp(-h / p.tau_i_ms);
                }
                if (!held) v[j] = inf + (v[j] - inf) * alpha + synaptic;
                if constexpr (cuba) {
                    const double now = v[j] - p.threshold;
                    if (t > until[j] || (t == until[j] && part == parts - 1)) crossed |= now >= 0.0;
                    before = now;
                }
            }
            (void)before;
            if constexpr (std::is_same_v<P, AdaptiveLifParameters>) a[j] *= std::exp(-0.1 / p.tau_a_ms);
            for (const InputEvent& event : story.events) {
                if (event.tick + 10 != t) continue;
                const double w = story.weights[event.neuron * cells + j];
                if (cuba)
                    (w >= 0.0 ? e[j] : i[j]) += w;
                else if (!(p.refractory == Refractory::clamp && t < until[j]))
                    v[j] += w;
            }
            double threshold = p.threshold;
            if constexpr (std::is_same_v<P, AdaptiveLifParameters>) threshold += p.beta * a[j];
            margin = std::min(margin, std::abs(v[j] - threshold));
            const bool spike = t >= until[j] && (cuba ? crossed : v[j] >= threshold);
            if (!spike) continue;
            spikes.emplace_back(t, j);
            v[j] = p.reset == Reset::to_value ? p.v_reset : v[j] - p.threshold;
            if constexpr (std::is_same_v<P, AdaptiveLifParameters>) a[j] += 1.0;
            until[j] = t + refractory;
        }
        take(t);
    }
    return spikes;
}

template <class P>
void compare(P p, std::uint64_t seed) {
    const Story story(seed);
    double margin;
    const Spikes truth = referee(p, story, margin);
    INFO("seed " << seed << ", margin " << margin);
    REQUIRE(truth.size() > 150);
    if (margin < 1e-10) return; // rounding would decide
    CHECK(engine(p, story, end, false) == truth);
    CHECK(engine(p, story, 77, false) == truth);
    CHECK(engine(p, story, end, true) == truth); // each current is set when its time has come
    CHECK(engine(p, story, 500, true, 3) == truth);
}

} // namespace

TEST_CASE("a constant current gives the interval of the closed form", "[runtime][current][fast]") {
    Network network({.tick = 1us, .delay_resolution = 1us}, 1);
    LifParameters p{.tau_m_ms = 20.0, .reset = Reset::to_value, .v_reset = -0.2};
    const auto cell = network.add("cell", 3, p);
    network.accept_current(cell);
    Simulation simulation(network);
    simulation.record_spikes(cell);
    const std::vector<double> currents{1.5, 0.99, 4.0};
    REQUIRE(simulation.set_current(cell, 1000, currents) == Status::ok);
    simulation.advance_until(500'000);
    const auto interval = [&](double current) { return 20e3 * std::log((current + 0.2) / (current - 1.0)); };
    std::vector<std::vector<Tick>> times(3);
    for (const Spike& s : simulation.spikes()) times[s.neuron].push_back(s.tick);
    CHECK(times[1].empty());
    for (const std::uint32_t j : {0u, 2u}) {
        REQUIRE(times[j].size() > 10);
        CHECK(times[j][0] == 1000 + static_cast<Tick>(std::ceil(20e3 * std::log(currents[j] / (currents[j] - 1.0)))));
        for (std::size_t k = 1; k < times[j].size(); ++k)
            CHECK(times[j][k] - times[j][k - 1] == static_cast<Tick>(std::ceil(interval(currents[j]))));
    }
    CHECK(simulation.counters().threshold_tests == simulation.spikes().size()); // nothing in between
}

TEST_CASE("piecewise constant currents onto LIF neurons: the dense referee", "[runtime][current][fast]") {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        compare(LifParameters{.tau_m_ms = 15.0}, seed);
        compare(LifParameters{.tau_m_ms = 15.0, .reset = Reset::to_value, .v_reset = -0.3, .refractory_ms = 2.5}, seed);
        compare(
            LifParameters{
                .tau_m_ms = 15.0, .reset = Reset::to_value, .refractory_ms = 2.5, .refractory = Refractory::clamp},
            seed);
    }
}

TEST_CASE("piecewise constant currents onto adaptive neurons: the dense referee", "[runtime][current][fast]") {
    for (std::uint64_t seed = 4; seed <= 6; ++seed) {
        AdaptiveLifParameters p;
        p.tau_m_ms = 15.0;
        p.beta = 0.2;
        p.tau_a_ms = 60.0;
        p.refractory_ms = 2.0;
        compare(p, seed);
    }
}

TEST_CASE("piecewise constant currents onto neurons with synaptic currents: the dense referee", "[runtime][current]") {
    for (std::uint64_t seed = 7; seed <= 9; ++seed) {
        CubaLifParameters p;
        p.tau_m_ms = 15.0;
        p.tau_i_ms = 8.0;
        p.reset = Reset::to_value;
        p.refractory_ms = 2.0;
        p.refractory = Refractory::clamp;
        compare(p, seed);
    }
}

TEST_CASE("currents are part of the fingerprint, and refused where they are wrong", "[runtime][current][fast]") {
    const auto make = [] {
        Network network(grid, 1);
        const auto p = network.add("cells", 3, LifParameters{});
        network.add("others", 3, LifParameters{});
        network.accept_current(p);
        return Simulation(network);
    };
    Simulation a = make(), b = make();
    CHECK(a.fingerprint() == b.fingerprint());
    const std::vector<double> one{0.5}, two{0.5, 0.5}, three{0.5, 0.5, 0.5}, bad{0.5, std::nan(""), 0.5};
    REQUIRE(a.set_current({0}, 10, one) == Status::ok);
    CHECK(a.fingerprint() != b.fingerprint());
    REQUIRE(b.set_current({0}, 10, three) == Status::ok);
    CHECK(a.fingerprint() == b.fingerprint());
    a.advance_until(20);
    CHECK(a.set_current({0}, 19, one) == Status::late);
    CHECK(a.set_current({0}, 30, two) == Status::out_of_range);
    CHECK(a.set_current({0}, 30, bad) == Status::invalid_value);
    CHECK(a.counters().drives_refused == 3);
    CHECK_THROWS_WITH(a.set_current({1}, 30, one), Catch::Matchers::ContainsSubstring("accept_current"));
    CHECK_THROWS_AS(a.set_current({7}, 30, one), std::out_of_range);
}
