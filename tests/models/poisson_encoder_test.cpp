// SPDX-License-Identifier: BSD-3-Clause
#include "models/poisson_encoder.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/statistics.hpp"

#include <cmath>
#include <vector>

namespace {

using namespace saltus;
using namespace std::chrono_literals;

const TimeGrid grid{}; // 1 us
constexpr Tick second = 1'000'000;

std::vector<Tick> take(PoissonEncoder& encoder, Tick end) {
    std::vector<Tick> spikes;
    encoder.advance_until(end, [&](Tick t) { spikes.push_back(t); });
    return spikes;
}

std::vector<double> intervals(const std::vector<Tick>& spikes) {
    std::vector<double> result;
    for (std::size_t i = 1; i < spikes.size(); ++i) result.push_back(static_cast<double>(spikes[i] - spikes[i - 1]));
    return result;
}

double count(const std::vector<Tick>& spikes) { return static_cast<double>(spikes.size()); }

} // namespace

TEST_CASE("a Poisson train has its rate", "[models][poisson_encoder][fast]") {
    for (const double rate_hz : {0.5, 10.0, 1000.0}) {
        PoissonEncoder encoder(grid, RandomStream(51, 1), rate_hz);
        const double expected = 20'000.0;
        const auto spikes = take(encoder, static_cast<Tick>(expected / rate_hz * 1e6));
        INFO("rate " << rate_hz);
        CHECK(std::abs(count(spikes) - expected) < 5.0 * std::sqrt(expected));
        for (std::size_t i = 1; i < spikes.size(); ++i) REQUIRE(spikes[i] >= spikes[i - 1]);
    }
}

TEST_CASE("intervals of a Poisson train are exponential and independent", "[models][poisson_encoder][fast]") {
    PoissonEncoder encoder(grid, RandomStream(52, 1), 100.0);
    const std::vector<double> x = intervals(take(encoder, 200 * second));
    REQUIRE(x.size() > 15'000);
    CHECK(test::kolmogorov_smirnov(x, [](double t) { return 1.0 - std::exp(-t / 1e4); }) < 1.95);
    const auto m = test::moments(x);
    CHECK(std::sqrt(m.variance) / m.mean == Catch::Approx(1.0).epsilon(0.03)); // coefficient of variation
    CHECK(m.skewness == Catch::Approx(2.0).epsilon(0.15));
    double lagged = 0.0;
    for (std::size_t i = 1; i < x.size(); ++i) lagged += (x[i] - m.mean) * (x[i - 1] - m.mean);
    const auto n = static_cast<double>(x.size());
    CHECK(std::abs(lagged / n / m.variance) < 5.0 / std::sqrt(n));
}

TEST_CASE("counts of a Poisson train have a variance equal to their mean", "[models][poisson_encoder][fast]") {
    PoissonEncoder encoder(grid, RandomStream(53, 1), 50.0);
    std::vector<double> counts;
    for (Tick w = 1; w <= 5000; ++w) counts.push_back(count(take(encoder, w * 100'000))); // 5 each on average
    const auto m = test::moments(counts);
    CHECK(m.mean == Catch::Approx(5.0).epsilon(0.03));
    CHECK(m.variance / m.mean == Catch::Approx(1.0).epsilon(0.1));
}

TEST_CASE("a piecewise constant rate is followed", "[models][poisson_encoder][fast]") {
    PoissonEncoder encoder(grid, RandomStream(54, 1));
    double slow = 0.0, fast = 0.0, silent = 0.0;
    std::vector<double> after_switch; // from a change of rate to the next spike
    constexpr Tick part = 50'000;     // much shorter than an interval at the slow rate
    for (Tick cycle = 0; cycle < 4000; ++cycle) {
        const Tick begin = cycle * 3 * part;
        encoder.set_rate(2.0, begin);
        slow += count(take(encoder, begin + part));
        encoder.set_rate(200.0, begin + part);
        after_switch.push_back(static_cast<double>(encoder.next() - (begin + part)));
        fast += count(take(encoder, begin + 2 * part));
        encoder.set_rate(0.0, begin + 2 * part);
        CHECK(encoder.next() == never);
        silent += count(take(encoder, begin + 3 * part));
    }
    CHECK(silent == 0.0);
    CHECK(std::abs(slow - 400.0) < 5.0 * std::sqrt(400.0));
    CHECK(std::abs(fast - 40'000.0) < 5.0 * std::sqrt(40'000.0));
    CHECK(test::kolmogorov_smirnov(after_switch, [](double t) { return 1.0 - std::exp(-t / 5000.0); }) < 1.95);
}

TEST_CASE("how time is cut, and setting the same rate again, changes no spike", "[models][poisson_encoder][fast]") {
    PoissonEncoder whole(grid, RandomStream(55, 1), 300.0);
    const auto expected = take(whole, 10 * second);
    REQUIRE(expected.size() > 2500);
    PoissonEncoder pieces(grid, RandomStream(55, 1), 300.0);
    RandomStream cuts(55, 2);
    std::vector<Tick> found;
    for (Tick t = 0; t < 10 * second;) {
        t = std::min<Tick>(t + cuts.below(20'000), 10 * second);
        for (const Tick s : take(pieces, t)) found.push_back(s);
        pieces.set_rate(300.0, t);
        PoissonEncoder resumed = pieces; // a copy goes on alike
        pieces = resumed;
    }
    CHECK(found == expected);
    PoissonEncoder again(grid, RandomStream(55, 1), 300.0);
    CHECK(take(again, 10 * second) == expected);
    PoissonEncoder other(grid, RandomStream(55, 3), 300.0);
    CHECK(take(other, 10 * second) != expected);
}

TEST_CASE("the train does not depend on the tick, only its resolution does", "[models][poisson_encoder][fast]") {
    const TimeGrid coarse{.tick = 1ms, .delay_resolution = 1ms, .learning_clock = 1};
    PoissonEncoder fine_encoder(grid, RandomStream(56, 1), 2000.0); // several spikes per coarse tick
    PoissonEncoder coarse_encoder(coarse, RandomStream(56, 1), 2000.0);
    const auto fine_spikes = take(fine_encoder, 10 * second);
    const auto coarse_spikes = take(coarse_encoder, 10'000);
    REQUIRE(fine_spikes.size() == coarse_spikes.size());
    for (std::size_t i = 0; i < fine_spikes.size(); ++i) {
        // Half a microsecond of rounding at the edge of a millisecond is no fault.
        const Tick difference = fine_spikes[i] - coarse_spikes[i] * 1000;
        REQUIRE((difference >= -1 && difference <= 1000));
    }
}

TEST_CASE("a Poisson train starts where it is told and keeps its precision late in a run",
          "[models][poisson_encoder][fast]") {
    const Tick start = Tick{1} << 58; // a double no longer counts single ticks here
    PoissonEncoder early(grid, RandomStream(57, 1), 1e5);
    PoissonEncoder late(grid, RandomStream(57, 1), 1e5, start);
    const auto expected = take(early, second / 10);
    const auto found = take(late, start + second / 10);
    REQUIRE(expected.size() > 9000);
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) REQUIRE(found[i] == expected[i] + start);

    PoissonEncoder rare(grid, RandomStream(57, 1), 1e-30); // the next spike is beyond the end of time
    CHECK(rare.next() == never);
}
