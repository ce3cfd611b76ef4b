// SPDX-License-Identifier: BSD-3-Clause
// The earliest that a neuron with exponential currents can cross: never later than it does.
#include "models/crossing_bound.hpp"
#include "engine/core/random.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace {

using namespace saltus;

struct Case {
    CubaLifParameters p;
    double v, e, i;
};

double between(RandomStream& r, double low, double high) {
    return low * stable_exp(r.uniform() * stable_log(high / low));
}

Case random_case(RandomStream& r) {
    Case c;
    c.p.tau_m_ms = between(r, 2.0, 40.0);
    c.p.tau_e_ms = between(r, 0.5, 30.0);
    c.p.tau_i_ms = r.below(3) == 0 ? c.p.tau_e_ms : between(r, 0.5, 30.0);
    c.p.threshold = between(r, 0.1, 20.0);
    c.p.v_inf = c.p.threshold * (r.below(2) == 0 ? 1.0 + 0.2 * r.uniform() : 2.0 * r.uniform() - 1.0);
    c.v = c.p.threshold * (r.below(4) == 0 ? 1.0 - between(r, 1e-9, 0.1) : 2.0 * r.uniform() - 1.0);
    c.e = r.below(4) == 0 ? 0.0 : c.p.threshold * between(r, 1e-3, 30.0);
    c.i = r.below(3) == 0 ? 0.0 : -c.p.threshold * between(r, 1e-3, 30.0);
    return c;
}

} // namespace

TEST_CASE("no crossing falls before its bound, and the bound is worth having", "[models][crossing][fast]") {
    const TimeGrid grid{.tick = std::chrono::microseconds(1)};
    RandomStream r(31, 1);
    int crossings = 0, missed = 0, early = 0, never_right = 0, far = 0;
    for (int k = 0; k < 4000; ++k) {
        Case x = random_case(r);
        const CubaLif::ConstantsOf<DecayRate> c(x.p, grid);
        const CubaLif::View s{&x.v, &x.e, &x.i};
        const Tick bound = no_crossing_until(c, s, 0);
        const Tick crossing = CubaLif::next_crossing(c, s, 0, 0);
        if (crossing == never) {
            never_right += bound == never ? 1 : 0;
            continue;
        }
        ++crossings;
        missed += bound == never ? 1 : 0;
        early += bound != never && crossing <= bound ? 1 : 0;
        far += bound > crossing / 4 ? 1 : 0;
    }
    CHECK(crossings > 1000);
    CHECK(never_right > 500);
    CHECK(missed == 0);
    CHECK(early == 0);
    CHECK(far > crossings / 3);
}

TEST_CASE("without currents the bound is the tangent", "[models][crossing][fast]") {
    CubaLifParameters p;
    p.tau_m_ms = 20.0;
    p.threshold = 10.0;
    p.v_inf = 11.0;
    p.tau_i_ms = 10.0; // that of inhibition is another
    double v = 0.0, e = 0.0, i = 0.0;
    const CubaLif::Constants c(p, {.tick = std::chrono::microseconds(1)});
    const CubaLif::View s{&v, &e, &i};
    CHECK(std::abs(static_cast<double>(no_crossing_until(c, s, 0)) - 20'000.0 * 10.0 / 11.0) < 2.0);
    v = 10.0;
    CHECK(no_crossing_until(c, s, 0) == 0);
    v = 9.0;
    e = 4.0; // rises with (2 + 4) / tau
    i = -30.0;
    CHECK(std::abs(static_cast<double>(no_crossing_until(c, s, 0)) - 20'000.0 / 6.0) < 2.0);
}

TEST_CASE("no crossing falls within a tick that it is ruled out for, and within one it is told from the tick's ends",
          "[models][crossing][fast]") {
    RandomStream r(32, 1);
    int crossings = 0, missed = 0, ruled_out = 0, wrong = 0, inside = 0;
    for (int k = 0; k < 60'000; ++k) {
        Case x = random_case(r);
        if (r.below(2) == 0) { // excitation that is gone within ticks: there are peaks between two of them
            x.p.tau_e_ms = between(r, 0.05, 0.5);
            x.v = x.p.threshold * (1.0 - between(r, 1e-6, 0.01));
            x.e = x.p.threshold * between(r, 0.001, 3.0);
        }
        const TimeGrid grid{.tick = std::chrono::microseconds(r.below(2) == 0 ? 100 : 1000)};
        const CubaLif::Constants c(x.p, grid);
        const CubaLif::View s{&x.v, &x.e, &x.i};
        const CubaLif::Decay tick = CubaLif::decay(c, 1);
        std::array<double, 3> end{x.v, x.e, x.i};
        CubaLif::advance(c, tick, {&end[0], &end[1], &end[2]}, 0);
        const bool crosses = CubaLif::next_crossing(c, s, 0, 0) <= 1;
        const bool below = TickBound(c, tick).stays_below(s, 0), at_end = end[0] >= c.threshold;
        crossings += crosses ? 1 : 0;
        inside += crosses && !at_end && x.v < c.threshold ? 1 : 0;
        missed += crosses && below ? 1 : 0;
        ruled_out += below ? 1 : 0;
        wrong += crosses != (at_end || crosses_within_tick(c, s, 0, end)) ? 1 : 0;
    }
    CHECK(crossings > 5000);
    CHECK(inside > 100);
    CHECK(ruled_out > 20'000);
    CHECK(missed == 0);
    CHECK(wrong == 0);
}

TEST_CASE("a state that is not finite is never ruled out", "[models][crossing][fast]") {
    const CubaLif::Constants c(CubaLifParameters{}, {.tick = std::chrono::microseconds(100)});
    const TickBound bound(c, CubaLif::decay(c, 1));
    std::array<double, 3> state{};
    const CubaLif::View s{&state[0], &state[1], &state[2]};
    CHECK(bound.stays_below(s, 0));
    const double infinity = std::numeric_limits<double>::infinity();
    const auto stays_below_with = [&](std::size_t k, double x) {
        state = {};
        state[k] = x;
        return bound.stays_below(s, 0);
    };
    for (std::size_t k = 0; k < state.size(); ++k) CHECK_FALSE(stays_below_with(k, std::nan("")));
    for (const double x : {infinity, -infinity}) CHECK_FALSE(stays_below_with(0, x));
    CHECK_FALSE(stays_below_with(1, infinity)); // excitation is never negative, inhibition never positive
    CHECK_FALSE(stays_below_with(2, -infinity));
}
