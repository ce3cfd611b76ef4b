// SPDX-License-Identifier: BSD-3-Clause
// The earliest that a neuron with exponential currents can cross: never later than it does.
#include "models/crossing_bound.hpp"
#include "engine/core/random.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <cmath>

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
