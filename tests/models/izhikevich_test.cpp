// SPDX-License-Identifier: BSD-3-Clause
// Izhikevich's model against Boost.Odeint: its published cell types, and random neurons.
#include "tests/models/ode_cases.hpp"
#include "tests/support/catch.hpp"

#include <string>

namespace {

using namespace saltus;
using namespace saltus::test;

struct CellType {
    std::string name;
    double a, b, c, d;
};

const std::vector<CellType> cell_types = {
    {"regular spiking", 0.02, 0.2, -65.0, 8.0},
    {"intrinsically bursting", 0.02, 0.2, -55.0, 4.0},
    {"chattering", 0.02, 0.2, -50.0, 2.0},
    {"fast spiking", 0.1, 0.2, -65.0, 2.0},
    {"low-threshold spiking", 0.02, 0.25, -65.0, 2.0},
};

IzhikevichParameters cell(const CellType& type, double current) {
    IzhikevichParameters p;
    p.a_per_ms = type.a;
    p.b_per_ms = type.b;
    p.c_mV = type.c;
    p.d = type.d;
    p.current = current;
    return p;
}

} // namespace

TEST_CASE("izhikevich: the published cell types", "[models][izhikevich]") {
    for (const CellType& type : cell_types) {
        const IzhikevichParameters p = cell(type, 10.0);
        const auto expected = OdeReference<IzhikevichCell>({p}, 1).run({}, {}, 300.0);
        const auto found = simulate(p, 1, {}, {}, 300.0);
        INFO(type.name << ": " << found.size() << " spikes, expected " << expected.size());
        CHECK(expected.size() >= 6);
        CHECK(apart(found, expected) < 1e-6);
    }
}

TEST_CASE("izhikevich: 250 random neurons and trains within 1e-6 ms of the reference", "[models][izhikevich]") {
    RandomStream r(23, 1);
    std::size_t spikes = 0, silent = 0;
    double worst = 0.0;
    for (int k = 0; k < 250; ++k) {
        const double current = r.below(2) == 0 ? 4.0 + 8.0 * r.uniform() : 0.0;
        IzhikevichParameters p = cell(cell_types[r.below(5)], current);
        p.a_per_ms *= 0.7 + 0.6 * r.uniform();
        p.d *= 0.7 + 0.6 * r.uniform();
        p.input = r.below(2) == 0 ? IzhikevichInput::voltage : IzhikevichInput::current;
        p.refractory_ms = r.below(3) == 0 ? std::floor(3e9 * r.uniform()) * 1e-9 : 0.0;
        const double strength = p.input == IzhikevichInput::voltage ? 12.0 : 6.0;
        const auto arrivals = random_arrivals(r, 1, 0.05 + 0.4 * r.uniform(), 150.0, strength, strength);
        const auto expected = OdeReference<IzhikevichCell>({p}, 1, 1e-9).run(arrivals, {}, 150.0);
        const auto found = simulate(p, 1, arrivals, {}, 150.0);
        const double difference = apart(found, expected);
        INFO("case " << k << ": " << found.size() << " spikes, expected " << expected.size());
        CHECK(difference < 1e-6);
        worst = std::max(worst, difference);
        spikes += expected.size();
        silent += expected.empty();
    }
    INFO("worst " << worst << " ms, " << spikes << " spikes, " << silent << " neurons silent");
    CHECK(worst > 0.0);
    CHECK(spikes > 1000);
    CHECK(silent > 10);
}
