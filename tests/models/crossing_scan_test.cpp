// SPDX-License-Identifier: BSD-3-Clause
// Models driven by synaptic currents against a dense scan that shares no code with them: 10,000 random neurons of each,
// excitation and inhibition with time constants of their own; no crossing missed, none invented, double crossings and
// several extrema between events included.
#include "engine/core/random.hpp"
#include "models/alpha_lif.hpp"
#include "models/cuba_integrate_fire.hpp"
#include "tests/oracle/dense_flow.hpp"
#include "tests/support/catch.hpp"

#include <cmath>

namespace {

using namespace saltus;
namespace flow = saltus_oracle::flow;

/// One nanosecond ticks: a crossing is known to 1e-6 ms.
const TimeGrid grid{.tick = Picoseconds(1000)};
constexpr double end_ms = 60.0, step_ms = 0.1;

struct Case {
    flow::Neuron neuron;
    flow::Vector x;
};

double between(RandomStream& r, double low, double high) {
    return low * stable_exp(r.uniform() * stable_log(high / low));
}

/// Current states as arrivals leave them: each of the two is the sum of a few arrivals in the past.
Case random_case(RandomStream& r, flow::Kind kind) {
    Case c;
    flow::Neuron& n = c.neuron;
    n.kind = kind;
    n.tau_m = between(r, 2.0, 30.0);
    n.tau_e = between(r, 0.6, 20.0);
    n.tau_i = between(r, 0.6, 20.0);
    if (r.below(10) == 0) n.tau_e = n.tau_m;
    if (r.below(10) == 0) n.tau_i = n.tau_e;
    if (r.below(10) == 0) n.tau_i = n.tau_m * (1.0 + 1e-8);
    n.v_inf = r.below(4) == 0 ? 0.9 + 0.3 * r.uniform() : 0.4 * r.uniform() - 0.2;
    const bool leak = kind != flow::Kind::cuba_integrate_fire;
    n.drive = r.below(3) == 0 ? 0.0 : 0.1 * r.uniform() - 0.05;
    c.x = {1.2 * r.uniform() - 0.3, 0.0, 0.0, 0.0, 0.0, 1.0};
    for (const double sign : {1.0, -1.0}) {
        const double tau = sign > 0.0 ? n.tau_e : n.tau_i;
        const double strength = sign * (leak ? n.tau_m : 1.0) / tau; // times a voltage
        for (std::uint32_t k = r.below(3); k > 0; --k) {
            const double age = r.below(3) == 0 ? 0.0 : 2.0 * tau * r.uniform();
            const double x = strength * between(r, 0.03, 4.0) * std::exp(-age / tau);
            const std::size_t i = sign > 0.0 ? 1 : 3;
            c.x[i] += kind == flow::Kind::alpha_lif ? x * age / tau : x;
            c.x[i + 1] += kind == flow::Kind::alpha_lif ? x : 0.0;
        }
    }
    return c;
}

template <class Parameters>
Parameters parameters(const flow::Neuron& n) {
    Parameters p;
    p.threshold = n.threshold;
    if constexpr (requires { p.tau_m_ms; }) {
        p.tau_m_ms = n.tau_m;
        p.v_inf = n.v_inf;
    } else {
        p.drive_per_ms = n.drive;
    }
    p.tau_e_ms = n.tau_e;
    p.tau_i_ms = n.tau_i;
    return p;
}

/// Tick of the crossing that the model predicts; and the state at that tick, to see how near the threshold it is.
template <class Model>
Tick predict(const Case& c, double& v_there) {
    const typename Model::Constants constants(parameters<typename Model::Parameters>(c.neuron), grid);
    std::array<double, Model::state_arrays> state{c.x[0], c.x[1], c.x[3]};
    if constexpr (Model::state_arrays == 5) state = {c.x[0], c.x[1], c.x[2], c.x[3], c.x[4]};
    typename Model::View view;
    for (std::size_t k = 0; k < view.size(); ++k) view[k] = &state[k];
    const Tick tick = Model::next_crossing(constants, view, 0, 0);
    if (tick != never) Model::advance(constants, Model::decay(constants, tick), view, 0);
    v_there = state[0];
    return tick;
}

/// Puts the threshold a little below, or above, the highest point of the path.
void graze(RandomStream& r, Case& c) {
    c.neuron.threshold = 1e9;
    const double highest = flow::scan(c.neuron, flow::Flow(c.neuron, step_ms), c.x, end_ms).highest;
    const double lift = (r.below(3) == 0 ? -1.0 : 1.0) * between(r, 1e-10, 1e-2);
    c.neuron.threshold = highest > 0.1 ? highest - lift : 1.0;
}

struct Tally {
    int crossings = 0, silent = 0, brief = 0, wavy = 0, grazing = 0, late = 0;
};

template <class Model>
Tally compare(flow::Kind kind, std::uint64_t stream) {
    RandomStream r(12, stream);
    Tally tally;
    for (int k = 0; k < 10'000; ++k) {
        Case c = random_case(r, kind);
        if (k % 5 == 0) graze(r, c);
        double v_there = 0.0;
        const Tick predicted = predict<Model>(c, v_there);
        if (c.x[0] >= c.neuron.threshold) {
            REQUIRE(predicted == 0);
            continue;
        }
        const flow::Scan seen = flow::scan(c.neuron, flow::Flow(c.neuron, step_ms), c.x, end_ms);
        INFO("case " << k << ": predicted " << grid.milliseconds(predicted) << " ms, scanned " << seen.crossing_ms);
        tally.wavy += seen.extrema >= 3 ? 1 : 0;
        if (std::abs(seen.highest - c.neuron.threshold) < 1e-11) { // rounding decides
            ++tally.grazing;
            continue;
        }
        if (seen.crossing_ms < 0.0) {
            ++tally.silent;
            tally.late += predicted != never ? 1 : 0;
            if (predicted != never) REQUIRE(grid.milliseconds(predicted) > end_ms - step_ms);
            if (predicted != never) REQUIRE(v_there == Catch::Approx(c.neuron.threshold).margin(1e-5));
            continue;
        }
        ++tally.crossings;
        tally.brief += seen.above_ms < 0.5 ? 1 : 0;
        REQUIRE(predicted != never);
        // The tick at, or next after, the crossing; v is known to some 1e-14, so a flat crossing is less sharp in time.
        const double late_ms = grid.milliseconds(predicted) - seen.crossing_ms;
        const double off_ms = std::max(-late_ms, late_ms - grid.tick_ms());
        const double off_v = std::abs(v_there - c.neuron.threshold);
        if (off_ms > 1e-9 && off_v > 1e-12) REQUIRE(off_ms * (off_v / grid.tick_ms()) < 1e-13);
    }
    return tally;
}

void check(const Tally& t) {
    UNSCOPED_INFO(t.crossings << " crossings, " << t.silent << " silent, " << t.brief << " brief, " << t.wavy
                              << " wavy, " << t.grazing << " grazing, " << t.late << " late");
    CHECK(t.crossings > 2000);
    CHECK(t.silent > 2000);
    CHECK(t.brief > 100);
    CHECK(t.grazing < 5);
}

} // namespace

TEST_CASE("alpha_lif: 10,000 random cases against a dense scan", "[models][alpha][crossing]") {
    const Tally t = compare<AlphaLif>(flow::Kind::alpha_lif, 1);
    check(t);
    CHECK(t.wavy > 100);
}

TEST_CASE("cuba_lif: 10,000 random cases with unequal time constants against a dense scan",
          "[models][cuba][crossing]") {
    check(compare<CubaLif>(flow::Kind::cuba_lif, 2));
}

TEST_CASE("cuba_integrate_fire: 10,000 random cases against a dense scan", "[models][integrate_fire][crossing]") {
    check(compare<CubaIntegrateFire>(flow::Kind::cuba_integrate_fire, 3));
}
