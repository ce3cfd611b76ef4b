// SPDX-License-Identifier: BSD-3-Clause
#include "learning/optimisers.hpp"

#include "engine/core/random.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace {

using namespace saltus;

template <class Real>
std::vector<Real> draws(std::size_t n, double scale, std::uint64_t seed) {
    RandomStream random(seed, n);
    std::vector<Real> list(n);
    for (Real& value : list) value = static_cast<Real>(scale * random.normal());
    return list;
}

/// How often a value lies at one of the limits.
template <class Real>
std::size_t at_limits(const std::vector<Real>& w, Real low, Real high) {
    return static_cast<std::size_t>(std::count_if(w.begin(), w.end(), [&](Real x) { return x == low || x == high; }));
}

template <class Real>
void check_sgd(std::size_t n, Real low, Real high) {
    INFO("n " << n << " low " << low);
    const std::vector<Real> start = draws<Real>(n, 0.5, 1), gradient = draws<Real>(n, 2.0, 2);
    const Real rate = static_cast<Real>(0.37);
    std::vector<Real> w = start;
    sgd_row(w.data(), gradient.data(), n, rate, low, high);
    for (std::size_t k = 0; k < n; ++k) CHECK(w[k] == std::clamp<Real>(start[k] - rate * gradient[k], low, high));
    CHECK(w != start);
}

/// Several updates in a row, each element against the formula in the same precision.
template <class Real>
void check_adam(std::size_t n, Real low, Real high) {
    INFO("n " << n << " low " << low);
    const auto b1 = static_cast<Real>(0.8), b2 = static_cast<Real>(0.95), eps = static_cast<Real>(1e-6);
    const auto size = static_cast<Real>(0.1);
    std::vector<Real> w = draws<Real>(n, 0.5, 3), m(n, Real{0}), v(n, Real{0});
    std::vector<Real> w1 = w, m1 = m, v1 = v;
    const std::vector<Real> start = w;
    for (std::uint64_t update = 0; update < 5; ++update) {
        const std::vector<Real> gradient = draws<Real>(n, update == 3 ? 0.0 : 2.0, 10 + update);
        adam_row(w.data(), m.data(), v.data(), gradient.data(), n, size, b1, b2, eps, low, high);
        for (std::size_t k = 0; k < n; ++k) {
            m1[k] = b1 * m1[k] + (Real{1} - b1) * gradient[k];
            v1[k] = b2 * v1[k] + (Real{1} - b2) * (gradient[k] * gradient[k]);
            w1[k] = std::clamp<Real>(w1[k] - size * m1[k] / (std::sqrt(v1[k]) + eps), low, high);
        }
        CHECK(m == m1);
        CHECK(v == v1);
        CHECK(w == w1);
    }
    CHECK(w != start);
}

} // namespace

TEST_CASE("a row of gradient descent is the formula, bit for bit", "[learning][optimiser][fast]") {
    for (const std::size_t n : {1u, 7u, 16u, 33u, 100u}) {
        check_sgd<double>(n, -1e30, 1e30);
        check_sgd<float>(n, -1e30f, 1e30f);
        check_sgd<double>(n, -0.1, 0.2);
        check_sgd<float>(n, -0.1f, 0.2f);
    }
}

TEST_CASE("a row of Adam is the formula, bit for bit", "[learning][optimiser][fast]") {
    for (const std::size_t n : {1u, 7u, 16u, 33u, 100u}) {
        check_adam<double>(n, -1e30, 1e30);
        check_adam<float>(n, -1e30f, 1e30f);
        check_adam<double>(n, -0.4, 0.3);
        check_adam<float>(n, -0.4f, 0.3f);
    }
}

TEST_CASE("limits hold after every update, from outside them too", "[learning][optimiser][fast]") {
    std::vector<double> w{-3.0, 0.0, 0.05, 4.0}, m(4, 0.0), v(4, 0.0);
    const std::vector<double> none(4, 0.0);
    auto w_adam = w;
    sgd_row(w.data(), none.data(), 4, 0.1, -0.1, 0.1);
    CHECK(w == std::vector<double>{-0.1, 0.0, 0.05, 0.1});
    adam_row(w_adam.data(), m.data(), v.data(), none.data(), 4, 0.1, 0.9, 0.999, 1e-8, -0.1, 0.1);
    CHECK(w_adam == w);
    const std::vector<double> large{1e6, -1e6, 1e6, -1e6};
    sgd_row(w.data(), large.data(), 4, 0.1, -0.1, 0.1);
    CHECK(at_limits(w, -0.1, 0.1) == 4);
}

TEST_CASE("Adam's bias correction up to a million updates", "[learning][optimiser][fast]") {
    for (const Adam& p : {Adam{}, Adam{.beta1 = 0.8, .beta2 = 0.95}, Adam{.beta1 = 0.0, .beta2 = 0.9},
                          Adam{.beta1 = 0.9, .beta2 = 0.0}, Adam{.beta1 = 0.99, .beta2 = 0.99999}}) {
        const auto check = [&](std::int64_t t) {
            const double steps = static_cast<double>(t);
            const double expected = std::sqrt(1.0 - std::pow(p.beta2, steps)) / (1.0 - std::pow(p.beta1, steps));
            INFO("t " << t << " beta1 " << p.beta1 << " beta2 " << p.beta2);
            // 1 - b^t loses digits while b^t is close to 1
            const double lost = 1.0 / (1.0 - p.beta2) + 1.0 / (1.0 - p.beta1);
            CHECK(adam_correction(p, t) == Catch::Approx(expected).epsilon(1e-15 * lost));
        };
        for (std::int64_t t = 1; t < 300; ++t) check(t);
        for (std::int64_t t = 300; t < 1'000'000; t += 1 + t / 7) check(t);
        check(1'000'000);
    }
    CHECK(adam_correction(Adam{}, 1) == Catch::Approx(std::sqrt(0.001) / 0.1).epsilon(1e-12));
    CHECK(adam_correction(Adam{}, 1'000'000) == 1.0);
}

TEST_CASE("the first update of Adam moves a weight by the rate, however large the gradient",
          "[learning][optimiser][fast]") {
    for (const double gradient : {1e-3, 1.0, 1e4}) {
        const Adam p{.rate = 0.01, .epsilon = 1e-12};
        double w = 0.5, m = 0.0, v = 0.0;
        adam_row(&w, &m, &v, &gradient, 1, p.rate * adam_correction(p, 1), p.beta1, p.beta2, p.epsilon, -1e30, 1e30);
        CHECK(w == Catch::Approx(0.49).epsilon(1e-6));
    }
}
