// SPDX-License-Identifier: BSD-3-Clause
// Random networks of the neurons that have a closed form between events, against a brute-force reference that steps
// them by the Taylor series of their flow (tests/oracle/dense_flow.hpp): the same spikes, the same membranes.
#include "engine/core/random.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/flow_network.hpp"

#include <cmath>

namespace {

using namespace saltus;
namespace flow = saltus_oracle::flow;
using saltus::test::FlowNetwork;
using saltus::test::FlowSetup;

/// Where a membrane was nearer than this to its threshold, rounding decides; such a network proves nothing.
constexpr double near_tie = 1e-9;

/// How strong an arrival of weight w is, as a voltage that it moves the membrane by.
double per_voltage(const flow::Neuron& n) {
    switch (n.kind) {
        case flow::Kind::cuba_lif: return n.tau_m / n.tau_e;
        case flow::Kind::alpha_lif: return n.tau_m / (n.tau_e * 2.718);
        case flow::Kind::cuba_integrate_fire: return 1.0 / n.tau_e;
        default: return 1.0;
    }
}

FlowSetup random_setup(std::uint64_t seed, flow::Kind kind) {
    RandomStream r(seed, 77);
    FlowSetup s;
    s.seed = seed;
    s.tick = Picoseconds(r.below(2) == 0 ? 1'000'000'000 : 250'000'000);
    const double tick_ms = static_cast<double>(s.tick.count()) * 1e-9;
    flow::Neuron& n = s.neuron;
    n.kind = kind;
    n.tau_m = 5.0 + 20.0 * r.uniform();
    n.tau_e = 1.0 + 8.0 * r.uniform();
    n.tau_i = r.below(3) == 0 ? n.tau_e : 1.0 + 8.0 * r.uniform();
    n.v_inf = r.below(3) == 0 ? 1.3 * r.uniform() : 0.0;
    n.drive = r.below(3) == 0 ? 0.04 * r.uniform() : 0.0;
    n.to_value = r.below(2) == 0;
    n.v_reset = n.to_value ? -0.3 * r.uniform() : 0.0;
    n.clamp = r.below(2) == 0;
    n.refractory = r.below(5);
    s.inputs = 4 + r.below(5);
    s.neurons = 3 + r.below(10);
    s.last_tick = 250;
    s.steps_per_tick = tick_ms > 0.5 ? 8 : 2;
    if (r.below(3) == 0) { // neurons of their own
        for (std::uint32_t j = 0; j < s.neurons; ++j) s.thresholds.push_back(0.7 + 0.6 * r.uniform());
        for (std::uint32_t j = 0; j < s.neurons && n.continuous(); ++j) s.tau_e.push_back(1.0 + 8.0 * r.uniform());
    }
    const double w = per_voltage(n);
    const bool dense = r.below(3) == 0; // all-to-all rows take another path through the engine
    const auto tied = [&](double low, double high) { return Uniform{low * tick_ms, high * tick_ms}; };
    s.from_inputs = {.weight = Normal{0.25 * w, 0.3 * w}, .delay_ms = tied(1.0, 9.0)};
    s.recurrent = {.weight = Normal{0.02 * w, 0.3 * w}, .delay_ms = tied(1.0, 9.0)};
    if (dense) s.from_inputs.delay_ms = s.recurrent.delay_ms = Constant{2.0 * tick_ms};
    if (!dense) s.recurrent.connector = Bernoulli{0.5};
    for (flow::Tick t = 0; t < s.last_tick; ++t)
        for (std::uint32_t i = 0; i < s.inputs; ++i)
            if (r.uniform() < 0.06 * std::sqrt(tick_ms)) s.input.push_back({t, i});
    return s;
}

struct Tally {
    int compared = 0, busy = 0, between_ticks = 0;
    std::size_t spikes = 0;
};

Tally compare(flow::Kind kind, int networks) {
    Tally tally;
    for (int k = 0; k < networks; ++k) {
        const FlowSetup setup = random_setup(1000 + static_cast<std::uint64_t>(k), kind);
        FlowNetwork network(setup);
        const auto spikes = network.run();
        const flow::Outcome truth = flow::run(network.world());
        if (truth.margin < near_tie) continue;
        INFO("network " << k);
        REQUIRE(spikes == truth.spikes);
        for (std::uint32_t j = 0; j < setup.neurons; ++j)
            REQUIRE(network.v(j) == Catch::Approx(truth.v[j]).epsilon(1e-10).margin(1e-10));
        ++tally.compared;
        tally.busy += spikes.size() > 20 ? 1 : 0;
        tally.spikes += spikes.size();
        tally.between_ticks += truth.between_ticks;
    }
    UNSCOPED_INFO(tally.compared << " compared, " << tally.busy << " busy, " << tally.spikes << " spikes, "
                                 << tally.between_ticks << " between ticks");
    CHECK(tally.compared >= networks * 9 / 10);
    CHECK(tally.busy >= networks / 2);
    return tally;
}

} // namespace

TEST_CASE("random networks of alpha_lif: spikes as the brute-force reference has them", "[runtime][flow][fast]") {
    CHECK(compare(flow::Kind::alpha_lif, 50).spikes > 2500);
}

TEST_CASE("random networks of cuba_lif: spikes as the brute-force reference has them", "[runtime][flow][fast]") {
    const Tally t = compare(flow::Kind::cuba_lif, 50);
    CHECK(t.spikes > 2500);
    CHECK(t.between_ticks > 0); // above threshold between two ticks only
}

TEST_CASE("random networks of integrate_fire: spikes as the brute-force reference has them", "[runtime][flow][fast]") {
    CHECK(compare(flow::Kind::integrate_fire, 50).spikes > 2500);
}

TEST_CASE("random networks of cuba_integrate_fire: spikes as the brute-force reference has them",
          "[runtime][flow][fast]") {
    CHECK(compare(flow::Kind::cuba_integrate_fire, 50).spikes > 2500);
}

TEST_CASE("random networks of lif: spikes as the brute-force reference has them", "[runtime][flow][fast]") {
    CHECK(compare(flow::Kind::lif, 50).spikes > 2000);
}
