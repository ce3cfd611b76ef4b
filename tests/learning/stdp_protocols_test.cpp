// SPDX-License-Identifier: BSD-3-Clause
// Spike-timing-dependent plasticity under the protocols of the papers: pairs at a distance, pairs at a frequency, one
// synapse, one neuron that is made to spike. Expected are the sums over pairs and triplets of spikes, written out.
#include "engine/network/network.hpp"
#include "engine/runtime/simulation.hpp"
#include "learning/pair_stdp.hpp"
#include "learning/triplet_stdp.hpp"
#include "tests/support/catch.hpp"

#include <cmath>

namespace {

using namespace saltus;

constexpr double tick_ms = 0.1;
constexpr Tick ms = 10;
constexpr Tick delay = 5 * ms;

/// One plastic synapse; it is at its weight's place when the source's spike arrives there.
struct Protocol {
    Network network{{.tick = std::chrono::microseconds(100)}};
    PopulationId pre, force, neuron;
    ProjectionId plastic;

    explicit Protocol(const Rule& rule, double weight) {
        pre = network.add("pre", 1, InputParameters{});
        force = network.add("force", 1, InputParameters{});
        neuron = network.add("neuron", 1, LifParameters{.tau_m_ms = 5.0, .threshold = 100.0, .reset = Reset::to_value});
        plastic = network.connect(pre, neuron, {.weight = Constant{weight}, .delay_ms = Constant{5.0}, .rule = rule});
        network.connect(force, neuron, {.weight = Constant{1000.0}, .delay_ms = Constant{5.0}});
    }

    /// The change of the weight after arrivals at `arrivals` and postsynaptic spikes at `spikes`, read `wait` later.
    [[nodiscard]] double change(const std::vector<Tick>& arrivals, const std::vector<Tick>& spikes, double rate = NAN,
                                Tick wait = 10 * ms) const {
        Simulation simulation(network, {.precision = Precision::double_precision});
        if (!std::isnan(rate)) simulation.set_learning_rate(plastic, rate);
        const double before = simulation.weights(plastic)[0];
        for (const Tick t : arrivals) CHECK(simulation.push(pre, t - delay, 0) == Status::ok);
        for (const Tick t : spikes) CHECK(simulation.push(force, t - delay, 0) == Status::ok);
        simulation.advance_until(std::max(arrivals.back(), spikes.back()) + wait);
        CHECK(simulation.counters().spikes == spikes.size());
        CHECK(simulation.counters().plastic_updates == arrivals.size());
        return simulation.weights(plastic)[0] - before;
    }
};

/// Sum of exp(-(t - s) / tau) over s before t; with `same` also at t.
double trace(const std::vector<Tick>& spikes, Tick t, double tau_ms, bool same) {
    double sum = 0.0;
    for (const Tick s : spikes)
        if (s < t || (same && s == t)) sum += std::exp(-static_cast<double>(t - s) * tick_ms / tau_ms);
    return sum;
}

/// Pfister, Gerstner 2006, written out: no weight dependence, all pairs and triplets.
double triplet_sum(const TripletStdp& p, const std::vector<Tick>& arrivals, const std::vector<Tick>& spikes) {
    double sum = 0.0;
    for (const Tick t : spikes)
        sum += trace(arrivals, t, p.tau_plus_ms, true) * (p.a2_plus + p.a3_plus * trace(spikes, t, p.tau_y_ms, false));
    for (const Tick t : arrivals)
        sum -=
            trace(spikes, t, p.tau_minus_ms, false) * (p.a2_minus + p.a3_minus * trace(arrivals, t, p.tau_x_ms, false));
    return sum;
}

/// 60 pairs at `hz`, the postsynaptic spike `dt` after the arrival.
double pairing_at(const TripletStdp& rule, double hz, Tick dt) {
    std::vector<Tick> arrivals, spikes;
    for (int k = 0; k < 60; ++k) {
        arrivals.push_back(1000 + static_cast<Tick>(std::lround(k * 1000.0 / hz / tick_ms)));
        spikes.push_back(arrivals.back() + dt);
    }
    constexpr double rate = 0.1; // stays off the bounds
    const double change = Protocol(rule, 0.5).change(arrivals, spikes, rate);
    CHECK(std::abs(change - rate * triplet_sum(rule, arrivals, spikes)) < 1e-10);
    return change / rate;
}

} // namespace

TEST_CASE("pair rule: the window is two exponentials", "[learning][stdp]") {
    const PairStdp rule{.tau_plus_ms = 17.0, .tau_minus_ms = 34.0, .lambda = 0.02, .alpha = 0.6, .w_max = 2.0};
    const Protocol protocol(rule, 1.0);
    for (Tick dt = -600; dt <= 600; dt += 37) {
        const double apart_ms = static_cast<double>(dt) * tick_ms;
        const double expected =
            dt >= 0 ? 0.02 * 2.0 * std::exp(-apart_ms / 17.0) : -0.02 * 0.6 * 2.0 * std::exp(apart_ms / 34.0);
        INFO("dt " << apart_ms << " ms");
        CHECK(std::abs(protocol.change({2000}, {2000 + dt}) - expected) < 1e-14);
        CHECK(std::abs(protocol.change({2000}, {2000 + dt}, NAN, 60'000) - expected) < 1e-14); // after sweeps
    }
    // An arrival and a spike at the same tick: the spike comes after.
    CHECK(std::abs(protocol.change({2000}, {2000}) - 0.04) < 1e-14);
}

TEST_CASE("pair rule: weight dependence", "[learning][stdp][fast]") {
    for (const double mu : {0.0, 0.3, 0.5, 1.0, 2.0}) {
        PairStdp rule{.lambda = 0.01, .alpha = 1.1, .mu_plus = mu, .mu_minus = mu, .w_max = 4.0};
        for (const double w : {0.0, 1e-3, 1.0, 2.5, 4.0}) {
            INFO("mu " << mu << ", w " << w);
            const double up = Protocol(rule, w).change({2000}, {2000});
            CHECK(std::abs(up - std::min(4.0 - w, 0.04 * std::pow(1.0 - w / 4.0, mu))) < 1e-14);
            const double down = Protocol(rule, w).change({2001}, {2000});
            const double full = 0.044 * std::pow(w / 4.0, mu) * std::exp(-0.1 / 20.0);
            CHECK(std::abs(down + std::min(w, full)) < 1e-14);
            rule.w_max = -4.0; // inhibitory: the mirror image
            CHECK(Protocol(rule, -w).change({2000}, {2000}) == -up);
            CHECK(Protocol(rule, -w).change({2001}, {2000}) == -down);
            rule.w_max = 4.0;
        }
    }
}

TEST_CASE("pair rule: which spikes pair", "[learning][stdp][fast]") {
    PairStdp rule{.tau_plus_ms = 10.0, .tau_minus_ms = 10.0, .lambda = 0.01, .w_max = 1.0};
    const auto e = [](double apart_ms) { return 0.01 * std::exp(-apart_ms / 10.0); };
    const std::vector<Tick> arrivals{2000, 2050}, spikes{2100, 2130};
    CHECK(std::abs(Protocol(rule, 0.5).change(arrivals, spikes) - (e(10) + e(5) + e(13) + e(8))) < 1e-14);
    CHECK(std::abs(Protocol(rule, 0.5).change(spikes, arrivals) + (e(10) + e(5) + e(13) + e(8))) < 1e-14);
    rule.pairing = Pairing::nearest;
    CHECK(std::abs(Protocol(rule, 0.5).change(arrivals, spikes) - (e(5) + e(8))) < 1e-14);
    CHECK(std::abs(Protocol(rule, 0.5).change(spikes, arrivals) + (e(5) + e(8))) < 1e-14);
}

TEST_CASE("triplet rule: the frequency of pairs decides", "[learning][stdp]") {
    const TripletStdp cortex{};
    double last = 0.0;
    for (const double hz : {0.1, 10.0, 20.0, 40.0, 50.0}) {
        INFO(hz << " Hz");
        const double after = pairing_at(cortex, hz, 10 * ms), before = pairing_at(cortex, hz, -10 * ms);
        if (hz == 0.1) {
            CHECK(std::abs(after) < 0.01); // no potentiation by rare pairs
            CHECK(before < -0.25);         // depression
        }
        if (hz == 50.0) {
            CHECK(after > 0.3); // potentiation, whichever comes first
            CHECK(before > 0.3);
        }
        CHECK(after > last - 1e-3);
        last = after;
    }
}

TEST_CASE("triplet rule: the middle spike decides", "[learning][stdp][fast]") {
    // Hippocampal parameters (table 4 there): post-pre-post potentiates more than pre-post-pre.
    const TripletStdp hippocampus{.tau_x_ms = 946.0,
                                  .tau_y_ms = 27.0,
                                  .a2_plus = 6.1e-3,
                                  .a3_plus = 6.7e-3,
                                  .a2_minus = 1.6e-3,
                                  .a3_minus = 1.4e-3};
    const Protocol protocol(hippocampus, 0.5);
    const std::vector<Tick> one{2000}, two{1950, 2050};
    const double post_pre_post = protocol.change(one, two), pre_post_pre = protocol.change(two, one);
    CHECK(std::abs(post_pre_post - triplet_sum(hippocampus, one, two)) < 1e-14);
    CHECK(std::abs(pre_post_pre - triplet_sum(hippocampus, two, one)) < 1e-14);
    CHECK(post_pre_post > 1.5 * pre_post_pre);
    CHECK(pre_post_pre > 0.0);
}
