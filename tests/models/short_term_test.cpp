// SPDX-License-Identifier: BSD-3-Clause
// Short-term plasticity: closed forms of the steady state, the published responses, one factor for all delays.
#include "models/short_term.hpp"
#include "engine/network/network.hpp"
#include "engine/runtime/simulation.hpp"
#include "tests/support/catch.hpp"

#include <cmath>

namespace {

using namespace saltus;

constexpr ShortTerm depressing{.utilisation = 0.53, .tau_rec_ms = 800.0, .tau_fac_ms = 0.0}; // Tsodyks, Markram 1997
constexpr ShortTerm facilitating{
    .utilisation = 0.03, .tau_rec_ms = 130.0, .tau_fac_ms = 530.0}; // Markram, Wang, Tsodyks 1998

/// Responses u x to a regular train.
std::vector<double> responses(const ShortTerm& p, double hz, int spikes, double tick_ms = 0.1) {
    const ShortTermModel model(p, tick_ms);
    ShortTermState state;
    std::vector<double> list;
    for (int k = 0; k < spikes; ++k)
        list.push_back(model.spike(state, 1 + static_cast<Tick>(std::llround(k * 1000.0 / hz / tick_ms))));
    return list;
}

/// The same by fine Euler steps of du/dt = -u/tau_fac, dx/dt = (1 - x)/tau_rec between spikes.
std::vector<double> integrated(const ShortTerm& p, double hz, int spikes) {
    constexpr double h = 1e-3; // ms
    double u = 0.0, x = 1.0;
    std::vector<double> list;
    for (int k = 0; k < spikes; ++k) {
        u = p.tau_fac_ms == 0.0 ? p.utilisation : u + p.utilisation * (1.0 - u);
        list.push_back(u * x);
        x -= u * x;
        for (int n = 0; n < static_cast<int>(std::lround(1000.0 / hz / h)); ++n) {
            if (p.tau_fac_ms > 0.0) u -= h * u / p.tau_fac_ms;
            x += h * (1.0 - x) / p.tau_rec_ms;
        }
    }
    return list;
}

double steady(const ShortTerm& p, double hz) {
    const double gap_ms = 1000.0 / hz;
    const double f = p.tau_fac_ms > 0.0 ? std::exp(-gap_ms / p.tau_fac_ms) : 0.0;
    const double r = p.tau_rec_ms > 0.0 ? std::exp(-gap_ms / p.tau_rec_ms) : 0.0;
    const double u = p.utilisation / (1.0 - (1.0 - p.utilisation) * f);
    return u * (1.0 - r) / (1.0 - (1.0 - u) * r);
}

/// What each spike adds to two readouts that forget almost nothing, at delays of 1 and 47 ms.
std::vector<std::array<double, 2>> delivered(const ShortTerm& p, const std::vector<Tick>& spikes, Tick per_ms) {
    Network network({.tick = std::chrono::duration_cast<Picoseconds>(std::chrono::milliseconds(1)) / per_ms});
    const PopulationId input = network.add("input", 1, InputParameters{});
    const PopulationId readout = network.add("readout", 2, LeakyReadoutParameters{.tau_ms = 1e12});
    network.connect(input, readout,
                    {.connector = ExplicitList{{{0, 0}, {0, 1}}, {2.0, 2.0}, {1.0, 47.0}}, .short_term = p});
    Simulation simulation(network, {.precision = Precision::double_precision});
    for (const Tick t : spikes) CHECK(simulation.push(input, t * per_ms, 0) == Status::ok);
    std::vector<std::array<double, 2>> added(spikes.size());
    std::array<double, 2> before{};
    for (Tick t = 1; t <= spikes.back() + 47; ++t) {
        simulation.advance_until(t * per_ms);
        for (std::uint32_t o = 0; o < 2; ++o) {
            const double y = simulation.state(readout, o);
            for (std::size_t k = 0; k < spikes.size(); ++k)
                if (spikes[k] + (o == 0 ? 1 : 47) == t) added[k][o] = y - before[o];
            before[o] = y;
        }
    }
    return added;
}

} // namespace

TEST_CASE("short-term plasticity: steady states", "[models][short_term][fast]") {
    for (const ShortTerm& p : {depressing, facilitating, ShortTerm{0.2, 0.0, 300.0}, ShortTerm{1.0, 50.0, 0.0}}) {
        for (const double hz : {1.0, 5.0, 20.0, 50.0, 100.0}) {
            INFO("U " << p.utilisation << ", " << hz << " Hz");
            CHECK(std::abs(responses(p, hz, 2000).back() - steady(p, hz)) < 1e-12);
        }
    }
}

TEST_CASE("short-term plasticity: the published responses", "[models][short_term][fast]") {
    const std::vector<double> down = responses(depressing, 20.0, 20);
    for (std::size_t k = 1; k < 20; ++k) CHECK(down[k] < down[k - 1] * (1.0 + 1e-9));
    CHECK(down[0] == 0.53);
    CHECK(down[1] / down[0] < 0.53);
    const std::vector<double> up = responses(facilitating, 20.0, 10);
    CHECK(up[4] > 2.5 * up[0]);
    // The steady response of a depressing synapse falls as 1 / rate: its mean drive saturates at 1 / tau_rec.
    CHECK(std::abs(100.0 * steady(depressing, 100.0) / (50.0 * steady(depressing, 50.0)) - 1.0) < 0.02);
    CHECK(std::abs(responses(depressing, 100.0, 500).back() * 100.0 * 0.8 - 1.0) < 0.02);
    for (const ShortTerm& p : {depressing, facilitating}) {
        const std::vector<double> fine = integrated(p, 20.0, 8), closed = responses(p, 20.0, 8);
        for (std::size_t k = 0; k < 8; ++k) CHECK(std::abs(closed[k] / fine[k] - 1.0) < 1e-4);
    }
}

TEST_CASE("short-term plasticity: all delays deliver a spike with the factor of its emission",
          "[models][short_term][fast]") {
    const std::vector<Tick> spikes{3, 10, 30, 31, 60, 200, 201, 202};
    for (const ShortTerm& p : {depressing, facilitating}) {
        const auto fine = delivered(p, spikes, 1000), coarse = delivered(p, spikes, 1);
        CHECK(std::abs(fine[0][0] - 2.0 * p.utilisation) < 1e-9);
        CHECK(std::abs(fine[7][0] - fine[0][0]) > 0.01); // it does change
        for (std::size_t k = 0; k < spikes.size(); ++k) {
            INFO("spike " << k);
            CHECK(std::abs(fine[k][0] - fine[k][1]) < 1e-9);
            CHECK(std::abs(fine[k][0] - coarse[k][0]) < 1e-9); // whatever the tick
        }
    }
}
