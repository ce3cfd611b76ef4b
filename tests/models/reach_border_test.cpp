// SPDX-License-Identifier: BSD-3-Clause
// The table of states from which a membrane comes to threshold, against a fine scan of its path.
#include "models/reach_border.hpp"

#include "engine/core/random.hpp"
#include "tests/support/catch.hpp"

#include <cmath>

namespace {

using namespace saltus;

/// The highest point of u e^(-t/tau_m) + i P(t), by scanning and a parabola through the three points at the top.
double highest(double tau_m, double tau_s, double u, double i) {
    const auto path = [&](double t) {
        const double m = std::exp(-t / tau_m), s = std::exp(-t / tau_s);
        const double p = tau_m == tau_s ? t / tau_m * m : tau_s / (tau_s - tau_m) * (s - m);
        return u * m + i * p;
    };
    constexpr int points = 4000;
    const double step = 12.0 * (tau_m + tau_s) / points;
    int top = 0;
    for (int k = 1; k <= points; ++k)
        if (path(k * step) > path(top * step)) top = k;
    if (top == 0) return path(0.0);
    const double a = path((top - 1) * step), b = path(top * step), c = path((top + 1) * step);
    return b + (c - a) * (c - a) / (8.0 * (2.0 * b - a - c));
}

} // namespace

TEST_CASE("the border of reach: none that comes to threshold is missed, few others are let through",
          "[models][crossing][fast]") {
    RandomStream r(3, 1);
    int below = 0, above = 0, undecided = 0, far = 0;
    for (int neuron = 0; neuron < 20; ++neuron) {
        const double tau_m = 2.0 + 30.0 * r.uniform();
        const double tau_s = neuron % 5 == 0 ? tau_m : 0.5 + 30.0 * r.uniform();
        const ReachBorder border(tau_m, tau_s);
        for (int k = 0; k < 60; ++k) {
            const double level = 0.5 + 10.0 * r.uniform();
            const double i = level * (k % 10 == 0 ? 60.0 : 8.0) * (r.uniform() - 0.2);
            // Any state, and some whose highest point is near the level.
            double u = level * (1.0 - 3.0 * r.uniform());
            if (k % 2 == 0) u += level * (1.0 + 0.01 * (r.uniform() - 0.5)) - highest(tau_m, tau_s, u, i);
            if (u >= level) continue;
            const double peak = highest(tau_m, tau_s, u, i) / level;
            INFO("tau_m " << tau_m << ", tau_s " << tau_s << ", u " << u << ", i " << i << ", level " << level
                          << ": peak " << peak);
            const bool stays = border.stays_below(u, i, level, 0.0);
            far += i / level > 32.0 ? 1 : 0;
            if (peak >= 1.0 + 1e-7) {
                ++above;
                REQUIRE_FALSE(stays);
            } else if (stays) {
                ++below;
                REQUIRE(peak < 1.0 + 1e-7);
            } else if (i / level < 32.0) {
                ++undecided;
                REQUIRE(peak > 0.98);
            }
        }
    }
    REQUIRE(below > 200);
    REQUIRE(above > 200);
    REQUIRE(undecided < below / 4);
    REQUIRE(far > 0);
    // no current, and a level that is not above rest
    const ReachBorder border(10.0, 5.0);
    REQUIRE(border.stays_below(0.5, 0.0, 1.0, 0.0));
    REQUIRE(border.stays_below(0.5, -3.0, 1.0, 0.0));
    REQUIRE_FALSE(border.stays_below(0.5, 0.0, 1.0, 0.6));
    REQUIRE_FALSE(border.stays_below(-1.0, 0.0, -0.5, 0.0));
}
