// SPDX-License-Identifier: BSD-3-Clause
// Spikes of a busy source in a tick: the distribution of Poisson, and bits of a stream of the source's own.
#include "models/poisson_counts.hpp"
#include "engine/core/random.hpp"
#include "tests/support/catch.hpp"

#include <cmath>
#include <numeric>

using namespace saltus;

TEST_CASE("the steps of a table are the distribution of Poisson", "[models][poisson][fast]") {
    for (const double mean : {0.1, 0.25, 1.0, 2.0, 7.3, 32.0}) {
        INFO("mean " << mean);
        const CountTable table(mean);
        long double below = 0.0L, worst = 0.0L;
        for (std::size_t k = 0; k <= table.steps().size(); ++k) {
            const auto x = static_cast<long double>(k);
            below += std::exp(x * std::log(static_cast<long double>(mean)) - mean - std::lgamma(x + 1.0L));
            const long double step = k < table.steps().size() ? table.steps()[k] : 0x1p32L; // none has more
            worst = std::max(worst, std::abs(step * 0x1p-32L - below));
        }
        CHECK(static_cast<double>(worst) < 0x1p-32);
        // Over all draws the mean is that of the tail probabilities.
        double sum = 0.0;
        for (const std::uint32_t step : table.steps()) sum += 1.0 - static_cast<double>(step) * 0x1p-32;
        CHECK(std::abs(sum / mean - 1.0) < 1e-8);
        CHECK(table(0) == (table.steps()[0] == 0 ? table(1) : 0));
        CHECK(table(UINT32_MAX) == table.steps().size());
    }
}

TEST_CASE("busy sources draw from blocks of their own, four by four, and count alike by lanes",
          "[models][poisson][fast]") {
    constexpr std::uint64_t seed = 77, entity = (std::uint64_t{5} << 60) + 4 * 1234;
    constexpr Tick t = 98'765;
    CountLanes lanes{};
    draw_bits(lanes, seed, entity, t);
    const CountTable table(2.5);
    count_spikes(lanes, table.steps().data(), table.steps().size());
    std::size_t different = 0;
    for (std::size_t k = 0; k < CountLanes::size; ++k) {
        const std::uint64_t e = entity + k / 4 * 4, counter = (std::uint64_t{1} << 62) + t;
        const PhiloxBlock block =
            philox({static_cast<std::uint32_t>(counter), static_cast<std::uint32_t>(counter >> 32),
                    static_cast<std::uint32_t>(e), static_cast<std::uint32_t>(e >> 32)},
                   seed);
        different += lanes.bits[k] != block[k % 4] || lanes.count[k] != table(block[k % 4]) ? 1 : 0;
    }
    CHECK(different == 0);
}
