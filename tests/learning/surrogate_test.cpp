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

TEST_CASE("the sigmoid's derivative, the Gaussian", "[learning][surrogate][fast]") {
    check_shape<SigmoidDerivative>([](double h, double w, double d) {
        const double s = 1.0 / (1.0 + std::exp(-d / w));
        return 4.0 * h * s * (1.0 - s);
    });
    check_shape<GaussianSurrogate>([](double h, double w, double d) { return h * std::exp(-d * d / (2.0 * w * w)); });
    CHECK(SigmoidDerivative{0.3, 1.0}(-1e9) == 0.0); // and not NaN
}

TEST_CASE("the multi-Gaussian surrogate", "[learning][surrogate][fast]") {
    const auto density = [](double x, double mean, double sigma) {
        return std::exp(-0.5 * std::pow((x - mean) / sigma, 2.0)) / (sigma * std::sqrt(2.0 * M_PI));
    };
    for (const double w : widths) {
        for (const auto& [share, spread] : {std::pair{0.15, 6.0}, {0.3, 2.0}, {0.0, 6.0}}) {
            const MultiGaussian shape{0.7, w, share, spread};
            const auto formula = [&, p = share, s = spread](double x) {
                return (1.0 + p) * density(x, 0.0, w) - p * density(x, w, s * w) - p * density(x, -w, s * w);
            };
            for (const double d : distances(w)) {
                CHECK(shape(d) == Catch::Approx(0.7 * formula(d) / formula(0.0)).margin(1e-14));
                CHECK(shape(-d) == Catch::Approx(shape(d)).margin(1e-15));
            }
            CHECK(shape(0.0) == 0.7);
            CHECK((shape(4.0 * w) < 0.0) == (share > 0.0));
        }
    }
}

TEST_CASE("the surrogate of escape noise is the derivative of the probability to spike",
          "[learning][surrogate][fast]") {
    for (const double rate : {10.0, 300.0, 5000.0}) {
        for (const double width : {0.05, 0.3}) {
            const EscapeSurrogate psi{rate, width, 2.0};
            const auto sigma = [&](double d) { return -std::expm1(-rate * 2e-3 * std::exp(d / width)); };
            double area = 0.0;
            for (double d = -20.0 * width; d < 6.0 * width; d += 0.01 * width) {
                const double h = 1e-4 * width;
                CHECK(psi(d) == Catch::Approx((sigma(d + h) - sigma(d - h)) / (2.0 * h)).epsilon(1e-6).margin(1e-9));
                area += psi(d) * 0.01 * width;
            }
            CHECK(area == Catch::Approx(sigma(6.0 * width)).epsilon(0.01)); // from never to for certain
            CHECK(psi(1e9) == 0.0);
            CHECK(psi(-1e9) == 0.0);
        }
    }
}

TEST_CASE("a width relative to the threshold scales with the neuron", "[learning][surrogate][fast]") {
    const RelativePiecewiseLinear relative{0.3, 0.5};
    for (const double threshold : {0.03, 0.6, 12.0}) {
        const FrozenSurrogate shape = frozen(relative, threshold);
        REQUIRE(std::holds_alternative<PiecewiseLinear>(shape));
        for (const double d : {-0.7, -0.3, 0.0, 0.1, 0.49}) {
            const double expected = 0.3 / threshold * std::max(0.0, 1.0 - std::abs(d) / 0.5);
            CHECK(std::get<PiecewiseLinear>(shape)(d * threshold) == Catch::Approx(expected).epsilon(1e-14));
        }
    }
    const FrozenSurrogate other = frozen(FastSigmoid{0.4, 2.0}, 3.0); // the others stay as they are
    CHECK(std::get<FastSigmoid>(other) == FastSigmoid{0.4, 2.0});
}

TEST_CASE("a surrogate of one's own is one line", "[learning][surrogate][fast]") {
    const Surrogate own = CustomSurrogate{[](double d) { return d * d < 1.0 ? 0.5 * (1.0 - d * d) : 0.0; }};
    const double d = std::visit([](const auto& shape) { return shape(0.5); }, frozen(own, 1.0));
    CHECK(d == 0.375);
    CHECK(own == Surrogate(own));
    CHECK(own != Surrogate(CustomSurrogate{[](double) { return 1.0; }}));
}

TEST_CASE("each surrogate is the derivative of what it is named after", "[learning][surrogate][fast]") {
    const double step = 1e-5;
    const auto slope = [&](auto&& f, double d) { return (f(d + step) - f(d - step)) / (2.0 * step); };
    for (const double d : {-2.0, -0.3, 0.2, 1.7}) {
        CHECK(FastSigmoid{1.0, 0.5}(d) ==
              Catch::Approx(slope([](double x) { return x / (1.0 + std::abs(x) / 0.5); }, d)).epsilon(1e-6));
        CHECK(Arctan{1.0, 0.5}(d) ==
              Catch::Approx(slope([](double x) { return 0.5 * std::atan(x / 0.5); }, d)).epsilon(1e-6));
        CHECK(SigmoidDerivative{1.0, 0.5}(d) ==
              Catch::Approx(slope([](double x) { return 2.0 / (1.0 + std::exp(-x / 0.5)); }, d)).epsilon(1e-6));
        CHECK(GaussianSurrogate{1.0, 0.5}(d) ==
              Catch::Approx(
                  slope([](double x) { return 0.5 * std::sqrt(M_PI / 2.0) * std::erf(x / (0.5 * M_SQRT2)); }, d))
                  .epsilon(1e-6));
    }
}
