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

/// A row with its memories.
template <class Real>
struct Row {
    std::vector<Real> w, a, b;
    explicit Row(std::vector<Real> start) : w(std::move(start)), a(w.size(), Real{0}), b(w.size(), Real{0}) {}

    template <class Chosen>
    void update(const Chosen& chosen, const WeightLimits& limits, const std::vector<Real>& gradient,
                std::int64_t number, double weight_decay = 0.0) {
        const auto step = chosen.template step<Real>(chosen.rate, number);
        const auto kept = static_cast<Real>(1.0 - chosen.rate * weight_decay);
        Real* first = Chosen::memories > 0 ? a.data() : nullptr;
        Real* second = Chosen::memories > 1 ? b.data() : nullptr;
        const Bounds<Real> bounds(limits);
        if (limits.keep_sign) {
            update_row<Chosen, true, Real>(step, bounds, kept, w.data(), first, second, gradient.data(), w.size());
        } else {
            update_row<Chosen, false, Real>(step, bounds, kept, w.data(), first, second, gradient.data(), w.size());
        }
    }
};

/// Several updates in a row, each weight against a formula in the same precision: formula(w, G, a, b, number) returns
/// the new weight and changes the memories.
template <class Real, class Chosen, class Formula>
void check_formula(const Chosen& chosen, Formula&& formula) {
    for (const std::size_t n : {1u, 7u, 16u, 33u, 100u}) {
        for (const WeightLimits& limits : {WeightLimits{}, WeightLimits{-0.4, 0.3}}) {
            INFO(Chosen::name << " n " << n << " low " << limits.low);
            Row<Real> row(draws<Real>(n, 0.5, 3));
            Row<Real> plain = row;
            const std::vector<Real> start = row.w;
            for (std::int64_t number = 1; number <= 5; ++number) {
                const auto gradient = draws<Real>(n, number == 4 ? 0.0 : 2.0, 10 + static_cast<std::uint64_t>(number));
                row.update(chosen, limits, gradient, number);
                for (std::size_t k = 0; k < n; ++k) {
                    const Real moved = formula(plain.w[k], gradient[k], plain.a[k], plain.b[k], number);
                    plain.w[k] = std::clamp<Real>(moved, static_cast<Real>(limits.low), static_cast<Real>(limits.high));
                }
                CHECK(row.w == plain.w);
                CHECK(row.a == plain.a);
                CHECK(row.b == plain.b);
            }
            CHECK(row.w != start);
        }
    }
}

template <class Real>
void check_all_formulas() {
    const auto real = [](double x) { return static_cast<Real>(x); };
    check_formula<Real>(Sgd{0.37}, [&](Real w, Real g, Real&, Real&, std::int64_t) { return w - real(0.37) * g; });
    check_formula<Real>(Momentum{.rate = 0.1, .momentum = 0.8}, [&](Real w, Real g, Real& m, Real&, std::int64_t) {
        m = real(0.8) * m + g;
        return w - real(0.1) * m;
    });
    check_formula<Real>(Momentum{.rate = 0.1, .momentum = 0.8, .nesterov = true},
                        [&](Real w, Real g, Real& m, Real&, std::int64_t) {
                            m = real(0.8) * m + g;
                            return w - real(0.1) * (g + real(0.8) * m);
                        });
    const Adam adam{.rate = 0.1, .beta1 = 0.8, .beta2 = 0.95, .epsilon = 1e-6};
    check_formula<Real>(adam, [&](Real w, Real g, Real& m, Real& v, std::int64_t t) {
        m = real(0.8) * m + (Real{1} - real(0.8)) * g;
        v = real(0.95) * v + (Real{1} - real(0.95)) * (g * g);
        return w - real(0.1 * adam.correction(t)) * m / (std::sqrt(v) + real(1e-6));
    });
    check_formula<Real>(RmsProp{.rate = 0.1, .decay = 0.7, .epsilon = 1e-6},
                        [&](Real w, Real g, Real& v, Real&, std::int64_t) {
                            v = real(0.7) * v + (Real{1} - real(0.7)) * (g * g);
                            return w - real(0.1) * g / (std::sqrt(v) + real(1e-6));
                        });
    check_formula<Real>(RMaxProp{.rate = 0.1, .decay = 0.7, .epsilon = 1e-6},
                        [&](Real w, Real g, Real& v, Real&, std::int64_t) {
                            v = std::max(real(0.7) * v, g * g);
                            return w - real(0.1) * g / (std::sqrt(v) + real(1e-6));
                        });
}

} // namespace

TEST_CASE("a row of every optimiser is its formula, bit for bit", "[learning][optimiser][fast]") {
    check_all_formulas<double>();
    check_all_formulas<float>();
}

TEST_CASE("limits hold after every update, from outside them too", "[learning][optimiser][fast]") {
    const std::vector<double> none(4, 0.0), large{1e6, -1e6, 1e6, -1e6};
    const auto check = [&](const auto& chosen) {
        Row<double> row({-3.0, 0.0, 0.05, 4.0});
        row.update(chosen, {-0.1, 0.1}, none, 1);
        CHECK(row.w == std::vector<double>{-0.1, 0.0, 0.05, 0.1});
        for (std::int64_t number = 2; number < 4; ++number) row.update(chosen, {-0.1, 0.1}, large, number);
        CHECK(row.w == std::vector<double>{-0.1, 0.1, -0.1, 0.1});
    };
    check(Sgd{0.1});
    check(Momentum{.rate = 0.1});
    check(Adam{.rate = 0.5});
    check(RmsProp{.rate = 0.5});
    check(RMaxProp{.rate = 0.5});
}

TEST_CASE("with keep_sign no weight crosses zero, and one at zero remembers its side", "[learning][optimiser][fast]") {
    const WeightLimits dale{-1.0, 1.0, true};
    const auto run = [&]<class Real>(Real) {
        Row<Real> row({Real(0.5), Real(-0.5), Real(0.0), Real(-0.0), Real(0.2), Real(-0.2)});
        std::size_t at_zero = 0;
        for (std::int64_t number = 1; number < 200; ++number) {
            row.update(Sgd{0.3}, dale, draws<Real>(6, 1.0, static_cast<std::uint64_t>(number)), number);
            for (std::size_t k = 0; k < 6; ++k) {
                CHECK(std::signbit(row.w[k]) == (k % 2 == 1));
                CHECK(std::abs(row.w[k]) <= Real{1});
                at_zero += row.w[k] == Real{0} ? 1 : 0;
            }
        }
        CHECK(at_zero > 100);
        CHECK(at_zero < 1000);
        // Exactly to zero by subtraction: the sign stays.
        Row<Real> exact({Real(0.25), Real(-0.25)});
        exact.update(Sgd{1.0}, dale, {Real(0.25), Real(-0.25)}, 1);
        CHECK_FALSE(std::signbit(exact.w[0]));
        CHECK(std::signbit(exact.w[1]));
    };
    run(0.0);
    run(0.0f);
}

TEST_CASE("weight decay takes its share before the step", "[learning][optimiser][fast]") {
    // For SGD it is the gradient of weight_decay w^2 / 2; for Adam it is AdamW.
    Row<double> sgd({2.0}), adam({2.0}), plain({2.0});
    sgd.update(Sgd{0.1}, {}, {0.5}, 1, 0.3);
    CHECK(sgd.w[0] == Catch::Approx(2.0 - 0.1 * (0.5 + 0.3 * 2.0)).epsilon(1e-15));
    adam.update(Adam{.rate = 0.1}, {}, {0.5}, 1, 0.3);
    plain.update(Adam{.rate = 0.1}, {}, {0.5}, 1);
    CHECK(adam.w[0] == Catch::Approx(plain.w[0] - 0.1 * 0.3 * 2.0).epsilon(1e-15));
    CHECK(adam.a == plain.a); // the moments do not see it
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
            CHECK(p.correction(t) == Catch::Approx(expected).epsilon(1e-15 * lost));
        };
        for (std::int64_t t = 1; t < 300; ++t) check(t);
        for (std::int64_t t = 300; t < 1'000'000; t += 1 + t / 7) check(t);
        check(1'000'000);
    }
    CHECK(Adam{}.correction(1) == Catch::Approx(std::sqrt(0.001) / 0.1).epsilon(1e-12));
    CHECK(Adam{}.correction(1'000'000) == 1.0);
}

TEST_CASE("the first update of Adam moves a weight by the rate, and none of RMaxProp by more",
          "[learning][optimiser][fast]") {
    for (const double gradient : {1e-3, 1.0, 1e4}) {
        Row<double> adam({0.5});
        adam.update(Adam{.rate = 0.01, .epsilon = 1e-12}, {}, {gradient}, 1);
        CHECK(adam.w[0] == Catch::Approx(0.49).epsilon(1e-6));
    }
    Row<double> row(std::vector<double>(50, 0.0));
    double largest = 0.0;
    for (std::int64_t number = 1; number < 100; ++number) {
        const std::vector<double> before = row.w;
        row.update(RMaxProp{.rate = 0.01, .epsilon = 1e-12}, {},
                   draws<double>(50, std::exp(0.1 * double(number % 40)), static_cast<std::uint64_t>(number)), number);
        for (std::size_t k = 0; k < 50; ++k) largest = std::max(largest, std::abs(row.w[k] - before[k]));
    }
    CHECK(largest <= 0.01 * (1.0 + 1e-12));
    CHECK(largest > 0.0099);
}

TEST_CASE("schedules of the rate", "[learning][optimiser][fast]") {
    const auto factor = [](const RateSchedule& schedule, std::int64_t n) {
        return UpdateRule{.optimiser = Sgd{2.0}, .schedule = schedule}.rate(n) / 2.0;
    };
    CHECK(factor(ConstantRate{}, 7) == 1.0);
    for (const auto& [n, expected] : {std::pair{1, 1.0}, {10, 1.0}, {11, 0.5}, {20, 0.5}, {21, 0.25}})
        CHECK(factor(StepDecay{10, 0.5}, n) == Catch::Approx(expected).epsilon(1e-14));
    CHECK(factor(ExponentialDecay{100.0}, 1) == 1.0);
    CHECK(factor(ExponentialDecay{100.0}, 201) == Catch::Approx(std::exp(-2.0)).epsilon(1e-14));
    CHECK(factor(LinearDecay{100, 0.1}, 1) == 1.0);
    CHECK(factor(LinearDecay{100, 0.1}, 51) == Catch::Approx(0.55).epsilon(1e-14));
    CHECK(factor(LinearDecay{100, 0.1}, 1000) == Catch::Approx(0.1).epsilon(1e-14));
    CHECK(factor(WarmUp{4}, 1) == 0.25);
    CHECK(factor(WarmUp{4}, 9) == 1.0);
    const PiecewiseRate piecewise{{{5, 0.1}, {8, 3.0}}};
    for (const auto& [n, expected] : {std::pair{4, 1.0}, {5, 0.1}, {7, 0.1}, {8, 3.0}, {100, 3.0}})
        CHECK(factor(piecewise, n) == expected);
}
