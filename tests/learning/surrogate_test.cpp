// SPDX-License-Identifier: BSD-3-Clause
#include "learning/surrogate.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace {

using namespace saltus;

const std::vector<double> heights{0.3, 1.0, 12.5}, widths{0.03, 0.4, 1.0, 7.0};

/// Distances of either sign, out to 20 widths, dense near the kinks at 0 and at the width.
std::vector<double> distances(double width) {
    std::vector<double> list{0.0};
    for (double x = 0.001; x < 20.0; x *= 1.07) list.push_back(x * width);
    for (const double near : {0.999, 1.001}) list.push_back(near * width);
    std::sort(list.begin(), list.end());
    return list;
}

/// What holds for every shape: the formula, symmetry, the peak at threshold, falling away from it.
template <class Shape, class Formula>
void check_shape(Formula&& formula) {
    for (const double h : heights) {
        for (const double w : widths) {
            const Shape shape{h, w};
            CHECK(shape(0.0) == h);
            double before = h;
            for (const double d : distances(w)) {
                INFO("height " << h << " width " << w << " distance " << d);
                CHECK(shape(d) == Catch::Approx(formula(h, w, d)).epsilon(1e-13).margin(1e-13 * h));
                CHECK(shape(-d) == shape(d));
                CHECK(shape(d) <= before);
                before = shape(d);
            }
            CHECK(before < 0.01 * h); // far away little is left
        }
    }
}

/// Exactly zero beyond the width: sleeping neurons rely on it.
template <class Shape>
void check_compact() {
    for (const double w : widths) {
        const Shape shape{0.3, w};
        for (const double factor : {1.0 + 1e-12, 1.5, 1e3, 1e300}) {
            CHECK(shape(factor * w) == 0.0);
            CHECK(shape(-factor * w) == 0.0);
            CHECK_FALSE(std::signbit(shape(factor * w)));
        }
        CHECK(shape((1.0 - 1e-12) * w) > 0.0);
        CHECK(shape(std::numeric_limits<double>::infinity()) == 0.0);
    }
}

} // namespace

TEST_CASE("the piecewise linear surrogate", "[learning][surrogate][fast]") {
    check_shape<PiecewiseLinear>([](double h, double w, double d) { return h * std::max(0.0, 1.0 - d / w); });
    check_compact<PiecewiseLinear>();
}

TEST_CASE("the exponential surrogate", "[learning][surrogate][fast]") {
    check_shape<ExponentialSurrogate>([](double h, double w, double d) { return h * std::exp(-d / w); });
    CHECK(ExponentialSurrogate{0.3, 1.0}(30.0) > 0.0); // its tail is never cut off
}

TEST_CASE("the fast sigmoid's surrogate", "[learning][surrogate][fast]") {
    check_shape<FastSigmoid>([](double h, double w, double d) { return h / std::pow(1.0 + d / w, 2.0); });
}

TEST_CASE("the arctangent's surrogate", "[learning][surrogate][fast]") {
    check_shape<Arctan>([](double h, double w, double d) { return h / (1.0 + std::pow(d / w, 2.0)); });
}

TEST_CASE("the boxcar surrogate", "[learning][surrogate][fast]") {
    check_shape<Boxcar>([](double h, double w, double d) { return d <= w ? h : 0.0; });
    check_compact<Boxcar>();
    CHECK(Boxcar{0.3, 0.5}(0.5) == 0.3); // the edge belongs to it
}

TEST_CASE("each surrogate is the derivative of what it is named after", "[learning][surrogate][fast]") {
    const double step = 1e-5;
    const auto slope = [&](auto&& f, double d) { return (f(d + step) - f(d - step)) / (2.0 * step); };
    for (const double d : {-2.0, -0.3, 0.2, 1.7}) {
        CHECK(FastSigmoid{1.0, 0.5}(d) ==
              Catch::Approx(slope([](double x) { return x / (1.0 + std::abs(x) / 0.5); }, d)).epsilon(1e-6));
        CHECK(Arctan{1.0, 0.5}(d) ==
              Catch::Approx(slope([](double x) { return 0.5 * std::atan(x / 0.5); }, d)).epsilon(1e-6));
    }
}
