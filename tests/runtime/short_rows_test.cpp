// SPDX-License-Identifier: BSD-3-Clause
// Readouts' rows that lie side by side learn as rows of any length do, to the bit; rows without a trace are left alone,
// even where their weights lie beyond the limits.
#include "engine/core/random.hpp"
#include "engine/runtime/step_plasticity.hpp"
#include "tests/support/catch.hpp"

#include <array>
#include <vector>

namespace {

using namespace saltus;

template <std::size_t n, class Real>
void compare() {
    constexpr std::size_t rows = 101;
    RandomStream random(1, n);
    std::vector<double> z(rows);
    std::vector<Real> side_by_side(rows * n), any(rows * n);
    std::array<Real, n> error;
    for (double& x : z) x = random.uniform() < 0.3 ? 0.0 : random.uniform();
    for (Real& x : error) x = static_cast<Real>(random.normal());
    for (std::size_t k = 0; k < rows * n; ++k) side_by_side[k] = any[k] = static_cast<Real>(random.normal());
    const std::vector<Real> before = any;
    const Bounds<Real> bounds(WeightLimits{.low = -0.5, .high = 0.7});
    descend_short_rows<n, Real>(z.data(), rows, error.data(), Real{0.25}, bounds, side_by_side.data());
    descend_rows<Real>(z.data(), rows, error.data(), n, Real{0.25}, bounds, any.data(), n);
    CHECK(side_by_side == any);
    std::size_t beyond = 0;
    for (std::size_t k = 0; k < rows * n; ++k) {
        if (z[k / n] != 0.0) continue;
        CHECK(side_by_side[k] == before[k]);
        beyond += before[k] < bounds.low || before[k] > bounds.high ? 1 : 0;
    }
    CHECK(beyond > 0);
    CHECK_FALSE(side_by_side == before);
}

} // namespace

TEST_CASE("short rows learn as long ones do", "[runtime][fast]") {
    compare<1, float>();
    compare<2, float>();
    compare<4, float>();
    compare<2, double>();
}
