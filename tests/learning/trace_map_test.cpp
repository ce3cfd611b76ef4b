// SPDX-License-Identifier: BSD-3-Clause
#include "learning/trace_map.hpp"

#include "tests/learning/scalar_rules.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <limits>

namespace {

using namespace saltus;
using namespace saltus::test;

template <class Real, std::size_t n>
using Vector = std::array<Real, n>;
template <std::size_t n>
using Dense = std::array<std::array<double, n>, n>;

template <class Real, std::size_t n>
TraceMap<Real, n> random_map(RandomStream& random) {
    TraceMap<Real, n> map;
    for (Real& entry : map) entry = static_cast<Real>(uniform(random, -1.5, 1.5));
    return map;
}

template <class Real, std::size_t n>
Vector<Real, n> random_vector(RandomStream& random) {
    Vector<Real, n> x;
    for (Real& entry : x) entry = static_cast<Real>(uniform(random, -1.0, 1.0));
    return x;
}

/// Written out in full, zeros above the diagonal.
template <class Real, std::size_t n>
Dense<n> dense(const TraceMap<Real, n>& map) {
    Dense<n> full{};
    std::size_t next = 0;
    for (std::size_t row = 0; row < n; ++row) {
        for (std::size_t column = 0; column <= row; ++column) full[row][column] = static_cast<double>(map[next++]);
    }
    return full;
}

template <std::size_t n>
Dense<n> product(const Dense<n>& a, const Dense<n>& b) {
    Dense<n> c{};
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j) {
            for (std::size_t k = 0; k < n; ++k) c[i][j] += a[i][k] * b[k][j];
        }
    }
    return c;
}

/// How far single or double precision may be from the exact sum of n products of numbers up to 2.25.
template <class Real>
constexpr double tolerance = 40.0 * std::numeric_limits<Real>::epsilon();

template <class Real, std::size_t n>
void check_compose(RandomStream& random) {
    const auto later = random_map<Real, n>(random);
    const auto earlier = random_map<Real, n>(random);
    const Dense<n> expected = product(dense<Real, n>(later), dense<Real, n>(earlier));
    const Dense<n> composed = dense<Real, n>(compose(later, earlier));
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j) CHECK(std::abs(composed[i][j] - expected[i][j]) <= tolerance<Real>);
    }
}

template <class Real, std::size_t n>
void check_apply(RandomStream& random) {
    const auto map = random_map<Real, n>(random);
    const Dense<n> full = dense<Real, n>(map);
    const auto x = random_vector<Real, n>(random);
    auto carried = x;
    apply<Real, n>(map, carried);
    auto pulled = x;
    pull_back<Real, n>(map, pulled);
    for (std::size_t i = 0; i < n; ++i) {
        double forward = 0.0, backward = 0.0;
        for (std::size_t k = 0; k < n; ++k) {
            forward += full[i][k] * static_cast<double>(x[k]);
            backward += full[k][i] * static_cast<double>(x[k]);
        }
        CHECK(std::abs(static_cast<double>(carried[i]) - forward) <= tolerance<Real>);
        CHECK(std::abs(static_cast<double>(pulled[i]) - backward) <= tolerance<Real>);
    }
}

template <class Real, std::size_t n>
double dot(const Vector<Real, n>& a, const Vector<Real, n>& b) {
    double sum = 0.0;
    for (std::size_t k = 0; k < n; ++k) sum += static_cast<double>(a[k]) * static_cast<double>(b[k]);
    return sum;
}

/// <r, Mx> = <M^T r, x>, and two maps one after the other are their composition.
template <class Real, std::size_t n>
double check_transpose(RandomStream& random) {
    const auto later = random_map<Real, n>(random);
    const auto earlier = random_map<Real, n>(random);
    const auto r = random_vector<Real, n>(random);
    const auto x = random_vector<Real, n>(random);
    auto whole = x, stepwise = x;
    apply<Real, n>(compose(later, earlier), whole);
    apply<Real, n>(earlier, stepwise);
    apply<Real, n>(later, stepwise);
    auto back = r;
    pull_back<Real, n>(later, back);
    pull_back<Real, n>(earlier, back);
    CHECK(std::abs(dot<Real, n>(r, whole) - dot<Real, n>(r, stepwise)) <= 10.0 * tolerance<Real>);
    CHECK(std::abs(dot<Real, n>(r, whole) - dot<Real, n>(back, x)) <= 10.0 * tolerance<Real>);
    return std::abs(dot<Real, n>(r, whole));
}

template <class Real, std::size_t n>
void check_size() {
    RandomStream random(17, n);
    double largest = 0.0;
    for (int draw = 0; draw < 200; ++draw) {
        INFO("size " << n << " draw " << draw);
        check_compose<Real, n>(random);
        check_apply<Real, n>(random);
        largest = std::max(largest, check_transpose<Real, n>(random));
    }
    CHECK(largest > 0.5); // the products compared were not all about zero
}

/// One step by the map and one by the header's equations, from random traces.
template <class Real, class Rule>
void check_rule(const Rule& rule, RandomStream& random) {
    const auto psi = static_cast<Real>(uniform(random, 0.0, 1.0));
    const auto signal = static_cast<Real>(uniform(random, -1.0, 1.0));
    auto x = random_vector<Real, Rule::traces>(random);
    Synapse1<double> plain;
    {
        std::array<double, Rule::traces> start;
        for (std::size_t k = 0; k < Rule::traces; ++k) start[k] = static_cast<double>(x[k]);
        plain = unlisted(rule, start);
    }
    apply<Real, Rule::traces>(rule.template step<Real>(psi, signal), x);
    plain_step(rule, static_cast<double>(psi), static_cast<double>(signal), plain);
    const auto expected = listed(rule, plain);
    REQUIRE(expected.size() == Rule::traces);
    for (std::size_t k = 0; k < Rule::traces; ++k) {
        INFO("trace " << k);
        CHECK(std::abs(static_cast<double>(x[k]) - expected[k]) <= tolerance<Real>);
    }
}

template <bool adaptive, bool rate_sum>
void check_eprop() {
    static_assert(TraceRule<EpropMap<adaptive, rate_sum>>);
    RandomStream random(18, (adaptive ? 2 : 0) + (rate_sum ? 1 : 0));
    for (int draw = 0; draw < 500; ++draw) {
        const EpropMap<adaptive, rate_sum> rule{uniform(random, 0.5, 1.0), uniform(random, 0.5, 1.0),
                                                uniform(random, 0.0, 2.0), uniform(random, 0.5, 1.0),
                                                uniform(random, 0.0, 1.0)};
        INFO("adaptive " << adaptive << " rate_sum " << rate_sum << " draw " << draw);
        check_rule<double>(rule, random);
        check_rule<float>(rule, random);
    }
}

} // namespace

TEST_CASE("composing, applying and pulling back agree with dense matrices", "[learning][fast]") {
    check_size<double, 2>();
    check_size<double, 3>();
    check_size<double, 4>();
    check_size<double, 5>();
    check_size<float, 2>();
    check_size<float, 3>();
    check_size<float, 4>();
    check_size<float, 5>();
}

TEST_CASE("packed entries lie row by row", "[learning][fast]") {
    std::size_t next = 0;
    for (std::size_t row = 0; row < 6; ++row) {
        for (std::size_t column = 0; column <= row; ++column) CHECK(packed(row, column) == next++);
        CHECK(packed_size(row + 1) == next);
    }
}

TEST_CASE("the maps of e-prop are the equations of its header", "[learning][fast]") {
    check_eprop<false, false>();
    check_eprop<false, true>();
    check_eprop<true, false>();
    check_eprop<true, true>();
}

TEST_CASE("the map of the readout rule is the equation of its header", "[learning][fast]") {
    static_assert(TraceRule<ReadoutMap>);
    RandomStream random(19, 0);
    for (int draw = 0; draw < 500; ++draw) {
        check_rule<double>(ReadoutMap{uniform(random, 0.5, 1.0)}, random);
        check_rule<float>(ReadoutMap{uniform(random, 0.5, 1.0)}, random);
    }
}

TEST_CASE("without adaptation e-prop knows neither beta nor eps", "[learning][fast]") {
    const EpropMap<false, true> a{0.9, 0.8, 0.0, 0.7, 0.3}, b{0.9, 0.1, 5.0, 0.7, 0.3};
    CHECK(a.step(0.4, -0.6) == b.step(0.4, -0.6));
    const EpropMap<true, true> with{0.9, 0.8, 1.5, 0.7, 0.3}, without{0.9, 0.8, 0.0, 0.7, 0.3};
    CHECK(with.step(0.4, -0.6) != without.step(0.4, -0.6));
}
