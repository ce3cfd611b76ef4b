// SPDX-License-Identifier: BSD-3-Clause
// Escape noise as a model: bounds are bounds, and a candidate keeps its draws when what is foretold is redone.
#include "models/escape.hpp"
#include "models/registry.hpp"
#include "tests/support/catch.hpp"

#include <cmath>
#include <vector>

namespace {

using namespace saltus;
using namespace std::chrono_literals;

constexpr TimeGrid grid{.tick = 100us};

template <class Model>
struct One {
    typename Model::Constants constants;
    std::array<double, Model::state_arrays> state{};
    One(const typename Model::Parameters& p) : constants(p, grid) {}
    typename Model::View view() {
        typename Model::View v;
        for (std::size_t k = 0; k < v.size(); ++k) v[k] = &state[k];
        return v;
    }
};

/// The ceiling lies above 400 points of the path, and comes down to it as the stretch shrinks.
template <class Model>
void check_ceiling(One<Model>& one, RandomStream& random, double closeness = 1.0) {
    const double x = 300.0 * random.uniform(), length = std::pow(10.0, 4.0 * random.uniform() - 1.0);
    const auto view = one.view();
    const double bound = Model::ceiling(one.constants, view, 0, x, x + length);
    const double ever = Model::ceiling(one.constants, view, 0, x, std::numeric_limits<double>::infinity());
    CHECK(bound <= ever + 1e-12);
    for (int k = 0; k <= 400; ++k) {
        const double distance = Model::distance_at(one.constants, view, 0, x + length * k / 400.0);
        if (!(distance <= bound + 1e-12)) FAIL("the path is " << distance << ", its bound " << bound);
    }
    const double now = Model::distance_at(one.constants, view, 0, x);
    CHECK(Model::ceiling(one.constants, view, 0, x, x + 1e-6) == Approx(now).margin(closeness * 1e-5));
}

} // namespace

TEST_CASE("the bound of the hazard is never below it", "[models][escape][fast]") {
    RandomStream random(3, 1);
    for (int i = 0; i < 300; ++i) {
        AdaptiveLifParameters alif;
        alif.tau_m_ms = 5.0 + 30.0 * random.uniform();
        alif.v_inf = 3.0 * random.normal();
        alif.tau_a_ms = 5.0 + 300.0 * random.uniform();
        alif.beta = random.uniform();
        One<AdaptiveLif> a(alif);
        a.state = {3.0 * random.normal(), 4.0 * random.uniform()};
        check_ceiling(a, random);
        One<Lif> b(alif);
        b.state = {3.0 * random.normal()};
        check_ceiling(b, random);
        CubaLifParameters cuba;
        cuba.tau_m_ms = alif.tau_m_ms;
        cuba.v_inf = alif.v_inf;
        cuba.tau_e_ms = 1.0 + 20.0 * random.uniform();
        cuba.tau_i_ms = 1.0 + 20.0 * random.uniform();
        One<CubaLif> c(cuba);
        c.state = {3.0 * random.normal(), 5.0 * random.uniform(), -5.0 * random.uniform()};
        check_ceiling(c, random);
        One<AlphaLif> d(AlphaLifParameters{cuba});
        d.state = {3.0 * random.normal(), 5.0 * random.uniform(), 9.0 * random.uniform(), -5.0 * random.uniform(),
                   -9.0 * random.uniform()};
        check_ceiling(d, random, 5.0);
    }
}

TEST_CASE("distance_at whole ticks is what advancing gives", "[models][escape][fast]") {
    CubaLifParameters p;
    p.v_inf = 0.4;
    One<CubaLif> one(p);
    one.state = {0.2, 1.5, -0.7};
    const double foretold = CubaLif::distance_at(one.constants, one.view(), 0, 37.0);
    CubaLif::advance(one.constants, CubaLif::decay(one.constants, 37), one.view(), 0);
    CHECK(CubaLif::distance(one.constants, one.view(), 0) == Approx(foretold).epsilon(1e-13));
}

TEST_CASE("a neuron far below threshold is looked at hardly ever", "[models][escape][fast]") {
    LifParameters p;
    p.escape_rate_hz = 100.0;
    p.escape_width = 0.05; // 20 widths below: e^-20 of the rate at threshold
    One<Lif> one(p);
    Candidate next;
    next.renew(1, 1);
    const Foretold ahead = foretell<Lif>(one.constants, one.view(), 0, 0.0, next, 1, 1);
    CHECK(ahead.due > 1'000'000'000); // ticks of 0.1 ms: more than a day
}

TEST_CASE("a rise to a suprathreshold level is followed in stretches, not in ticks", "[models][escape][fast]") {
    LifParameters p;
    p.v_inf = 3.0; // 20 widths above threshold
    p.escape_rate_hz = 100.0;
    p.escape_width = 0.1;
    for (const auto tick : {100us, 1us}) {
        const Lif::Constants constants(p, TimeGrid{.tick = tick});
        double v = 0.0;
        Candidate next;
        next.renew(1, 1);
        double from = 0.0;
        int looks = 0;
        for (;; ++looks) {
            const Foretold ahead = foretell<Lif>(constants, Lif::View{&v}, 0, from, next, 1, 1);
            REQUIRE(ahead.due < never);
            from += static_cast<double>(ahead.due);
            next = ahead.then;
            if (ahead.spikes > 0) break;
        }
        CHECK(looks < 60);
        const double at = from * static_cast<double>(tick.count()) * 1e-3; // ms; threshold is reached after 8.1 ms
        CHECK((at > 4.0 && at < 12.0));
    }
}
