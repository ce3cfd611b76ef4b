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

/// One step by the map and one by the paper's equations, from random traces.
template <class Real, class Rule>
void check_step(const Rule& rule, RandomStream& random) {
    const auto psi = static_cast<Real>(uniform(random, 0.0, 1.0));
    const auto signal = static_cast<Real>(uniform(random, -1.0, 1.0));
    const auto third = static_cast<Real>(uniform(random, -1.0, 1.0));
    auto x = random_vector<Real, Rule::traces>(random);
    std::array<double, Rule::traces> start;
    for (std::size_t k = 0; k < Rule::traces; ++k) start[k] = static_cast<double>(x[k]);
    Synapse1<double> plain = unlisted(rule, start);
    apply<Real, Rule::traces>(rule.template step<Real>(psi, signal, third), x);
    plain_step(rule, static_cast<double>(psi), static_cast<double>(signal), static_cast<double>(third), plain);
    const auto expected = listed(rule, plain);
    REQUIRE(expected.size() == Rule::traces);
    for (std::size_t k = 0; k < Rule::traces; ++k) {
        INFO("trace " << k);
        CHECK(std::abs(static_cast<double>(x[k]) - expected[k]) <= tolerance<Real>);
    }
}

/// make(random) draws a rule. Also: traces said to be shared really do not depend on the target.
template <class Make>
void check_rule(Make&& make) {
    RandomStream random(18, 0);
    using Rule = decltype(make(random));
    static_assert(TraceRule<Rule>);
    for (int draw = 0; draw < 300; ++draw) {
        const Rule rule = make(random);
        INFO("traces " << Rule::traces << " draw " << draw);
        check_step<double>(rule, random);
        check_step<float>(rule, random);
        const auto one = rule.step(0.1, 0.2, 0.3), other = rule.step(0.7, -0.6, 0.5);
        for (std::size_t row = 0; row < Rule::shared; ++row) {
            for (std::size_t k = 0; k <= row; ++k) CHECK(one[packed(row, k)] == other[packed(row, k)]);
        }
        CHECK(one[packed(Rule::g, Rule::g)] == 1.0);
    }
}

template <bool adaptive, bool currents, bool reset>
LifMembrane<adaptive, currents, reset> draw_membrane(RandomStream& random) {
    return {uniform(random, 0.5, 1.0), uniform(random, 0.5, 1.0), uniform(random, 0.0, 2.0),
            uniform(random, 0.2, 1.0), uniform(random, 0.0, 0.6), uniform(random, 0.0, 1.0)};
}

template <bool rate_sum, bool voltage = false, std::size_t h = 0>
LowPassHead<rate_sum, voltage, h> draw_low_pass(RandomStream& random) {
    return {uniform(random, 0.5, 1.0), uniform(random, 0.0, 1.0)};
}

template <bool adaptive, bool currents, bool reset>
void check_lif() {
    using Membrane = LifMembrane<adaptive, currents, reset>;
    const auto membrane = [](RandomStream& r) { return draw_membrane<adaptive, currents, reset>(r); };
    check_rule([&](RandomStream& r) {
        return RuleMap<Membrane, LowPassHead<false>>{membrane(r), draw_low_pass<false>(r)};
    });
    check_rule([&](RandomStream& r) {
        return RuleMap<Membrane, LowPassHead<true>>{membrane(r), draw_low_pass<true>(r)};
    });
    check_rule([&](RandomStream& r) {
        using Head = LowPassHead<false, true, Membrane::h>;
        return RuleMap<Membrane, Head>{membrane(r), draw_low_pass<false, true, Membrane::h>(r)};
    });
    check_rule([&](RandomStream& r) { return RuleMap<Membrane, InstantHead>{membrane(r), {}}; });
    check_rule([&](RandomStream& r) {
        return RuleMap<Membrane, RewardHead>{membrane(r),
                                             {uniform(r, 0.5, 1.0), uniform(r, 0.0, 1.0), uniform(r, 0.9, 1.0)}};
    });
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

TEST_CASE("the maps of e-prop, instantaneous and reward rules are their equations", "[learning][fast]") {
    check_lif<false, false, false>();
    check_lif<true, false, false>();
    check_lif<false, true, false>();
    check_lif<true, true, false>();
    check_lif<false, false, true>(); // the reset counts
    check_lif<false, true, true>();
}

TEST_CASE("the map of SuperSpike is its equations", "[learning][fast]") {
    const auto head = [](RandomStream& r) {
        return DoubleFilterHead{uniform(r, 0.5, 1.0), uniform(r, 0.5, 1.0), uniform(r, 0.0, 0.5)};
    };
    check_rule([&](RandomStream& r) { return SuperSpikeMap<false>{draw_membrane<false, false, false>(r), head(r)}; });
    check_rule([&](RandomStream& r) { return SuperSpikeMap<true>{draw_membrane<false, true, false>(r), head(r)}; });
}

TEST_CASE("the maps of S-TLLR and of reward-modulated STDP are their equations", "[learning][fast]") {
    const auto membrane = [](RandomStream& r) {
        return PairingMembrane{uniform(r, 0.5, 1.0), uniform(r, -1.0, 1.0), uniform(r, -1.0, 1.0)};
    };
    check_rule([&](RandomStream& r) { return StllrMap{membrane(r), {}}; });
    check_rule([&](RandomStream& r) { return RewardStdpMap{membrane(r), draw_low_pass<false>(r)}; });
}

TEST_CASE("the maps of readouts are their equations", "[learning][fast]") {
    check_rule([](RandomStream& r) { return ReadoutMap<>{{uniform(r, 0.5, 1.0)}, {}}; });
    check_rule([](RandomStream& r) { return RewardReadoutMap<>{{uniform(r, 0.5, 1.0)}, {uniform(r, 0.9, 1.0)}}; });
    const auto behind_current = [](RandomStream& r) {
        return LeakMembrane<true>{uniform(r, 0.5, 1.0), uniform(r, 0.5, 1.0), uniform(r, 0.0, 0.5)};
    };
    check_rule([&](RandomStream& r) { return ReadoutMap<true>{behind_current(r), {}}; });
    check_rule([&](RandomStream& r) { return RewardReadoutMap<true>{behind_current(r), {uniform(r, 0.9, 1.0)}}; });
}

TEST_CASE("without adaptation e-prop knows neither beta nor eps", "[learning][fast]") {
    const EpropMap<false, true> a{{0.9, 0.8, 0.0}, {0.7, 0.3}}, b{{0.9, 0.1, 5.0}, {0.7, 0.3}};
    CHECK(a.step(0.4, -0.6) == b.step(0.4, -0.6));
    const EpropMap<true, true> with{{0.9, 0.8, 1.5}, {0.7, 0.3}}, without{{0.9, 0.8, 0.0}, {0.7, 0.3}};
    CHECK(with.step(0.4, -0.6) != without.step(0.4, -0.6));
}
