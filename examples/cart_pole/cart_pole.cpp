// SPDX-License-Identifier: BSD-3-Clause
#include "examples/cart_pole/cart_pole.hpp"

namespace saltus::examples::cart_pole {
namespace {

struct SineCosine {
    double sine, cosine;
};

/// By their power series, exact to rounding within +-0.5: the same bits on every machine, for states become spikes.
SineCosine sine_cosine(double angle) {
    double term = 1.0, sine = 0.0, cosine = 1.0;
    for (int n = 1; n < 16; n += 2) {
        term *= angle / n;
        sine += n % 4 == 1 ? term : -term;
        term *= angle / (n + 1);
        cosine += n % 4 == 1 ? -term : term;
    }
    return {sine, cosine};
}

} // namespace

CartPole CartPole::start(RandomStream& random) {
    const auto draw = [&random] { return 0.1 * random.uniform() - 0.05; };
    CartPole p;
    p.x = draw();
    p.x_dot = draw();
    p.theta = draw();
    p.theta_dot = draw();
    return p;
}

void CartPole::step(Push push) {
    constexpr double gravity = 9.8, cart = 1.0, pole = 0.1, half = 0.5, force = 10.0;
    constexpr double total = cart + pole, seconds = 1e-3 * static_cast<double>(step_ms);
    const auto [sine, cosine] = sine_cosine(theta);
    const double pushed = ((push == right ? force : -force) + pole * half * theta_dot * theta_dot * sine) / total;
    const double turn = (gravity * sine - cosine * pushed) / (half * (4.0 / 3.0 - pole * cosine * cosine / total));
    const double move = pushed - pole * half * turn * cosine / total;
    x += seconds * x_dot; // with the velocities from before, as in Gym
    x_dot += seconds * move;
    theta += seconds * theta_dot;
    theta_dot += seconds * turn;
}

bool CartPole::fallen() const { return x < -x_limit || x > x_limit || theta < -theta_limit || theta > theta_limit; }

} // namespace saltus::examples::cart_pole
