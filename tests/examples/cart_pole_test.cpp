// SPDX-License-Identifier: BSD-3-Clause
#include "examples/cart_pole/practice.hpp"
#include "tests/support/catch.hpp"

#include <cmath>

using namespace saltus;
using namespace saltus::examples::cart_pole;

namespace {

/// Angular acceleration and acceleration from the equations of motion of two bodies, solved as a linear system, with
/// libm: (M + m) x'' + m h cos(th) th'' = F + m h th'^2 sin(th),  m h cos(th) x'' + 4/3 m h^2 th'' = m g h sin(th).
std::array<double, 2> accelerations(const CartPole& p, double force) {
    const double m = 0.1, total = 1.1, h = 0.5, g = 9.8;
    const double a = total, b = m * h * std::cos(p.theta), d = 4.0 / 3.0 * m * h * h;
    const double r1 = force + m * h * p.theta_dot * p.theta_dot * std::sin(p.theta);
    const double r2 = m * g * h * std::sin(p.theta);
    const double determinant = a * d - b * b;
    return {(a * r2 - b * r1) / determinant, (r1 * d - b * r2) / determinant};
}

} // namespace

TEST_CASE("the cart and the pole obey the equations of motion", "[examples][fast]") {
    RandomStream random(3, 3);
    CartPole p = CartPole::start(random);
    CHECK(std::abs(p.theta) < 0.05);
    int steps = 0;
    for (; !p.fallen(); ++steps) {
        const CartPole before = p;
        const Push push = random.below(2) == 1 ? right : left;
        p.step(push);
        const auto [turn, move] = accelerations(before, push == right ? 10.0 : -10.0);
        CHECK(p.theta_dot == Catch::Approx(before.theta_dot + 0.02 * turn).epsilon(1e-12));
        CHECK(p.x_dot == Catch::Approx(before.x_dot + 0.02 * move).epsilon(1e-12));
        CHECK(p.theta == before.theta + 0.02 * before.theta_dot);
        CHECK(p.x == before.x + 0.02 * before.x_dot);
    }
    CHECK(steps > 8);
    CHECK(steps < 200);
}

TEST_CASE("a pole is balanced ever longer by reward alone", "[examples]") {
    AgentOptions options;
    options.hidden = 60;
    Agent agent(options, 4, Precision::single_precision);
    const Test before = judge(agent, 4, 10'000, 10);
    CHECK(before.mean_steps < 150.0);
    constexpr std::uint64_t episodes = 250;
    for (std::uint64_t n = 0; n < episodes; ++n) {
        agent.anneal(static_cast<double>(n) / episodes);
        (void)play(agent, 4, n, Choice::softmax);
    }
    const std::uint64_t trained = agent.simulation().fingerprint();
    const Test after = judge(agent, 4, 20'000, 10);
    CHECK(after.mean_steps > 150.0);
    CHECK(after.mean_steps > 2.0 * before.mean_steps);
    CHECK(agent.simulation().counters().spikes > 10'000);
    CHECK(agent.simulation().counters().events_accepted == agent.simulation().counters().events_offered);
    CHECK(agent.simulation().fingerprint() != trained); // time goes on,
    const Test again = judge(agent, 4, 20'000, 10);
    CHECK(again.mean_steps == after.mean_steps); // but nothing is learned with learning off
}
