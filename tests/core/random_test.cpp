// SPDX-License-Identifier: BSD-3-Clause
#include "engine/core/random.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/statistics.hpp"

#include <cmath>
#include <cstdint>
#include <set>
#include <vector>

namespace {

using namespace saltus;
using saltus::test::chi_square_excess;
using saltus::test::moments;

constexpr int draws = 100'000;

template <class Draw>
std::vector<double> sample(const Draw& draw) {
    std::vector<double> values;
    for (int i = 0; i < draws; ++i) values.push_back(draw());
    return values;
}

} // namespace

TEST_CASE("Philox gives the published answers", "[core][random][fast]") {
    // kat_vectors of Random123 1.09, philox4x32 with 10 rounds.
    CHECK(philox({0, 0, 0, 0}, 0) == PhiloxBlock{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
    CHECK(philox({~0u, ~0u, ~0u, ~0u}, ~0ULL) == PhiloxBlock{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
    CHECK(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, 0x299f31d0'a4093822ULL) ==
          PhiloxBlock{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
    static_assert(philox({0, 0, 0, 0}, 0)[0] == 0x6627e8d5);
}

TEST_CASE("a random stream is a pure function of seed, entity and counter", "[core][random][fast]") {
    RandomStream stream(12, 34);
    std::vector<std::uint64_t> sequence;
    for (int i = 0; i < 20; ++i) sequence.push_back(stream.bits());
    CHECK(stream.counter() == 20);
    for (std::uint64_t c = 0; c < 20; ++c) { // jumping in anywhere, at odd counters too
        RandomStream from(12, 34, c);
        for (std::uint64_t i = c; i < 20; ++i) CHECK(from.bits() == sequence[i]);
    }
    // Draws 2c and 2c + 1 are the halves of block c.
    const PhiloxBlock block = philox({3, 0, 34, 0}, 12);
    CHECK(sequence[6] == ((std::uint64_t{block[1]} << 32) | block[0]));
    CHECK(sequence[7] == ((std::uint64_t{block[3]} << 32) | block[2]));
    RandomStream copy = stream;
    CHECK(copy.bits() == stream.bits());
}

TEST_CASE("streams of other seeds and entities have nothing in common", "[core][random][fast]") {
    std::set<std::uint64_t> seen;
    std::size_t count = 0;
    for (const std::uint64_t seed : {0ULL, 1ULL, 1ULL << 40})
        for (const std::uint64_t entity : {0ULL, 1ULL, 1ULL << 32, 1ULL << 60}) {
            RandomStream stream(seed, entity);
            for (int i = 0; i < 1000; ++i, ++count) seen.insert(stream.bits());
        }
    CHECK(seen.size() == count);
}

TEST_CASE("uniform draws are uniform and uncorrelated", "[core][random][fast]") {
    RandomStream stream(5, 1);
    const std::vector<double> u = sample([&] { return stream.uniform(); });
    std::vector<std::uint64_t> bins(100, 0);
    double lagged = 0.0;
    for (std::size_t i = 0; i < u.size(); ++i) {
        REQUIRE((u[i] > 0.0 && u[i] < 1.0));
        ++bins[static_cast<std::size_t>(u[i] * 100.0)];
        if (i > 0) lagged += (u[i] - 0.5) * (u[i - 1] - 0.5);
    }
    CHECK(std::abs(chi_square_excess(bins)) < 5.0);
    CHECK(std::abs(lagged / draws * 12.0) < 5.0 / std::sqrt(draws)); // correlation within 5 sigma of 0
    const auto m = moments(u);
    CHECK(std::abs(m.mean - 0.5) < 5.0 * std::sqrt(1.0 / 12.0 / draws));
    CHECK(m.variance == Catch::Approx(1.0 / 12.0).epsilon(0.02));
}

TEST_CASE("below() is uniform for sizes that do not divide 2^32", "[core][random][fast]") {
    for (const std::uint32_t n : {1u, 2u, 3u, 10u, 97u, 1000u}) {
        RandomStream stream(6, n);
        std::vector<std::uint64_t> bins(n, 0);
        for (int i = 0; i < draws; ++i) {
            const std::uint32_t x = stream.below(n);
            REQUIRE(x < n);
            ++bins[x];
        }
        INFO("n " << n);
        CHECK(std::abs(chi_square_excess(bins)) < 5.0);
    }
}

TEST_CASE("below() has no bias even where a plain modulo would", "[core][random][fast]") {
    // n = 3 * 2^30: modulo or unrejected multiplication would put half of the draws into a third of the range.
    constexpr std::uint32_t n = 3u << 30;
    RandomStream stream(7, 1);
    std::vector<std::uint64_t> by_rest(3, 0);
    std::vector<std::uint64_t> by_third(3, 0);
    for (int i = 0; i < draws; ++i) {
        const std::uint32_t x = stream.below(n);
        REQUIRE(x < n);
        ++by_rest[x % 3];
        ++by_third[x >> 30];
    }
    CHECK(std::abs(chi_square_excess(by_rest)) < 5.0);
    CHECK(std::abs(chi_square_excess(by_third)) < 5.0);
    CHECK(stream.counter() > draws * 5 / 4); // a quarter of the draws is rejected
}

TEST_CASE("exponential draws have the moments of the exponential distribution", "[core][random][fast]") {
    RandomStream stream(8, 1);
    const std::vector<double> x = sample([&] { return stream.exponential(); });
    for (const double value : x) REQUIRE(value > 0.0);
    const auto m = moments(x);
    CHECK(m.mean == Catch::Approx(1.0).epsilon(0.02));
    CHECK(m.variance == Catch::Approx(1.0).epsilon(0.04));
    CHECK(m.skewness == Catch::Approx(2.0).epsilon(0.1));
}

TEST_CASE("normal draws have the moments and tails of the normal distribution", "[core][random][fast]") {
    RandomStream stream(9, 1);
    const std::vector<double> x = sample([&] { return stream.normal(); });
    const auto m = moments(x);
    CHECK(std::abs(m.mean) < 5.0 / std::sqrt(draws));
    CHECK(std::abs(m.variance - 1.0) < 5.0 * std::sqrt(2.0 / draws));
    CHECK(std::abs(m.skewness) < 5.0 * std::sqrt(6.0 / draws));
    CHECK(std::abs(m.kurtosis - 3.0) < 5.0 * std::sqrt(24.0 / draws));
    const auto beyond = [&](double limit) {
        double count = 0.0;
        for (const double value : x) count += value > limit ? 1.0 : 0.0;
        return count / draws;
    };
    CHECK(beyond(1.0) == Catch::Approx(0.158655).epsilon(0.04));
    CHECK(beyond(2.0) == Catch::Approx(0.022750).epsilon(0.1));
    CHECK(beyond(3.0) == Catch::Approx(0.001350).epsilon(0.4));
}
