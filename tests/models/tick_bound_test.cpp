// SPDX-License-Identifier: BSD-3-Clause
// Whether a neuron with synaptic currents comes to threshold within a tick: told from a bound, and from the tick's
// ends.
#include "models/tick_bound.hpp"
#include "engine/core/random.hpp"
#include "tests/support/catch.hpp"

#include <array>
#include <cmath>
#include <limits>

namespace {

using namespace saltus;

double between(RandomStream& r, double low, double high) {
    return low * stable_exp(r.uniform() * stable_log(high / low));
}

/// Near threshold, with currents that are large, small or gone; half of them within ticks.
template <class Model>
struct Case {
    typename Model::Parameters p;
    std::array<double, Model::state_arrays> state{};

    explicit Case(RandomStream& r) {
        const bool fast = r.below(2) == 0;
        p.tau_m_ms = between(r, 2.0, 40.0);
        p.tau_e_ms = fast ? between(r, 0.05, 0.5) : between(r, 0.5, 30.0);
        p.tau_i_ms = r.below(3) == 0 ? p.tau_e_ms : between(r, 0.5, 30.0);
        p.threshold = between(r, 0.1, 20.0);
        p.v_inf = p.threshold * (r.below(2) == 0 ? 1.0 + 0.2 * r.uniform() : 2.0 * r.uniform() - 1.0);
        state[0] = p.threshold * (fast || r.below(4) == 0 ? 1.0 - between(r, 1e-6, 0.01) : 2.0 * r.uniform() - 1.0);
        for (std::size_t k = 1; k < state.size(); ++k) {
            const bool excites = k <= state.size() / 2;
            if (r.below(4) == 0) continue;
            state[k] = p.threshold * between(r, 1e-3, fast ? 3.0 : 30.0) * (excites ? 1.0 : -1.0);
        }
    }
};

template <std::size_t n>
std::array<double*, n> view_of(std::array<double, n>& state) {
    std::array<double*, n> view;
    for (std::size_t k = 0; k < n; ++k) view[k] = &state[k];
    return view;
}

} // namespace

TEMPLATE_TEST_CASE("no crossing falls within a tick that it is ruled out for, and within one it is told from the ends",
                   "[models][crossing][fast]", CubaLif, AlphaLif) {
    RandomStream r(32, 1);
    int crossings = 0, missed = 0, ruled_out = 0, wrong = 0, inside = 0;
    for (int k = 0; k < 60'000; ++k) {
        Case<TestType> x(r);
        const TimeGrid grid{.tick = std::chrono::microseconds(r.below(2) == 0 ? 100 : 1000)};
        const typename TestType::Constants c(x.p, grid);
        const auto tick = TestType::decay(c, 1);
        const auto s = view_of(x.state);
        auto end = x.state;
        TestType::advance(c, tick, view_of(end), 0);
        const bool crosses = TestType::next_crossing(c, s, 0, 0) <= 1;
        const bool below = TickBound<TestType>(c, tick).stays_below(s, 0), at_end = end[0] >= c.threshold;
        crossings += crosses ? 1 : 0;
        inside += crosses && !at_end && x.state[0] < c.threshold ? 1 : 0;
        missed += crosses && below ? 1 : 0;
        ruled_out += below ? 1 : 0;
        wrong += crosses != (at_end || crosses_within_tick(c, s, 0, end)) ? 1 : 0;
    }
    CHECK(crossings > 5000);
    CHECK(inside > 50);
    CHECK(ruled_out > 20'000);
    CHECK(missed == 0);
    CHECK(wrong == 0);
}

TEMPLATE_TEST_CASE("a state that is not finite is never ruled out", "[models][crossing][fast]", CubaLif, AlphaLif) {
    const typename TestType::Constants c({}, {.tick = std::chrono::microseconds(100)});
    const TickBound<TestType> bound(c, TestType::decay(c, 1));
    const auto stays_below_with = [&](std::size_t k, double x) {
        std::array<double, TestType::state_arrays> state{};
        state[k] = x;
        return bound.stays_below(view_of(state), 0);
    };
    const double infinity = std::numeric_limits<double>::infinity();
    CHECK(stays_below_with(0, 0.5));
    CHECK_FALSE(stays_below_with(0, infinity));
    CHECK_FALSE(stays_below_with(0, -infinity));
    for (std::size_t k = 0; k < TestType::state_arrays; ++k) CHECK_FALSE(stays_below_with(k, std::nan("")));
    for (std::size_t k = 1; k < TestType::state_arrays; ++k) // excitation is never negative, inhibition never positive
        CHECK_FALSE(stays_below_with(k, k <= TestType::state_arrays / 2 ? infinity : -infinity));
}
