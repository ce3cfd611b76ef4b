// SPDX-License-Identifier: BSD-3-Clause
// The histogram against sorted lists of the same durations.
#include "engine/core/latency_histogram.hpp"
#include "engine/core/random.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <vector>

using namespace saltus;
using std::chrono::nanoseconds;

namespace {

TEST_CASE("quantiles are those of a sorted list, at most 1.6 % above", "[core][fast]") {
    for (std::uint64_t trial = 0; trial < 40; ++trial) {
        RandomStream random(trial, 1);
        const int bits = 1 + static_cast<int>(random.below(38));
        LatencyHistogram histogram;
        std::vector<std::int64_t> list;
        double sum = 0.0;
        for (std::uint32_t n = 1 + random.below(2000); n > 0; --n) {
            const std::uint64_t wide = (std::uint64_t{random.below(UINT32_MAX)} << 32) | random.below(UINT32_MAX);
            list.push_back(
                static_cast<std::int64_t>(wide >> (64 - bits) >> random.below(static_cast<std::uint32_t>(bits))));
            histogram.record(nanoseconds(list.back()));
            sum += static_cast<double>(list.back());
        }
        std::sort(list.begin(), list.end());
        REQUIRE(histogram.count() == list.size());
        REQUIRE(histogram.max().count() == list.back());
        REQUIRE(histogram.mean_ns() == Catch::Approx(sum / static_cast<double>(list.size())));
        for (const double q : {0.0, 0.01, 0.5, 0.9, 0.99, 0.999, 1.0}) {
            const double rank = std::max(1.0, std::ceil(q * static_cast<double>(list.size())));
            const std::int64_t exact = list.at(static_cast<std::size_t>(rank) - 1);
            const std::int64_t found = histogram.quantile(q).count();
            REQUIRE(found >= exact);
            REQUIRE(found - exact <= exact / 64 + (exact < 128 ? 0 : 1));
        }
    }
}

TEST_CASE("histograms add up, and take any duration", "[core][fast]") {
    LatencyHistogram a, b;
    CHECK(a.p99().count() == 0);
    for (int i = 1; i <= 100; ++i) (i % 2 == 0 ? a : b).record(nanoseconds(i));
    a.add(b);
    CHECK(a.count() == 100);
    CHECK(a.p50().count() == 50);
    CHECK(a.p99().count() == 99);
    CHECK(a.max().count() == 100);
    a.record(nanoseconds(-5));
    a.record(nanoseconds(INT64_MAX));
    CHECK(a.max().count() == INT64_MAX);
    CHECK(a.quantile(1.0).count() == INT64_MAX);
    CHECK(a.quantile(0.0).count() == 0);
    a.clear();
    CHECK(a.count() == 0);
    CHECK(a.max().count() == 0);
}

} // namespace
