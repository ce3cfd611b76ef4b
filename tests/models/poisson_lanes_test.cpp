// SPDX-License-Identifier: BSD-3-Clause
// Poisson sources side by side: the draws of RandomStream, and trains as summed exponential intervals give them.
#include "engine/core/random.hpp"
#include "models/poisson.hpp"
#include "tests/support/catch.hpp"

#include <cmath>
#include <limits>
#include <vector>

using namespace saltus;

TEST_CASE("draws side by side are those of a random stream, bit for bit", "[models][poisson][fast]") {
    std::uint64_t different = 0;
    for (std::uint64_t block = 0; block < 50'000; ++block) {
        const std::uint64_t number = block % 5 == 0 ? block << 40 : block;
        const std::uint64_t seed = 3 + (block << 33), entity = (std::uint64_t{5} << 60) + block;
        RandomStream bits(seed, entity, 2 * number), exponential(seed, entity, 2 * number);
        const std::uint64_t b = bits_of_block(seed, entity, number);
        different += b != bits.bits() ? 1 : 0;
        different += exponential_of(b) != exponential.exponential() ? 1 : 0;
    }
    CHECK(different == 0);
    for (const std::uint64_t extreme : {std::uint64_t{0}, ~std::uint64_t{0}, std::uint64_t{1} << 63})
        CHECK(exponential_of(extreme) == -stable_log((static_cast<double>(extreme >> 12) + 0.5) * 0x1p-52));
}

TEST_CASE("lanes follow the sums of exponential intervals", "[models][poisson][fast]") {
    constexpr std::uint64_t seed = 8, entity = 1000;
    constexpr double end = 2000.0;
    PoissonLanes lanes{};
    std::vector<double> start(PoissonLanes::size);
    for (std::size_t k = 0; k < PoissonLanes::size; ++k) {
        start[k] = RandomStream(seed, entity + k).exponential();
        lanes.rate[k] = k % 7 == 0 ? 0.003 : 0.02 * static_cast<double>((k + 1) * (k + 1)); // to 82 in a tick
        lanes.left[k] = start[k];
        lanes.number[k] = 1;
        lanes.position[k] = start[k] / lanes.rate[k];
        lanes.gap[k] = lanes.tick[k] = std::max(1.0, std::ceil(lanes.position[k]));
    }
    std::vector<std::vector<double>> trains(PoissonLanes::size);
    for (int round = 0, awake = 1; awake > 0; ++round) {
        awake = 0;
        for (std::size_t k = 0; k < PoissonLanes::size; ++k) {
            if (lanes.tick[k] > end) continue;
            trains[k].push_back(lanes.tick[k]);
            ++awake;
        }
        if (round % 3 == 0) {
            for (std::size_t k = 0; k < PoissonLanes::size; ++k) next_spike(lanes, k, seed, entity, end);
        } else {
            next_spikes(lanes, seed, entity, end);
        }
    }
    std::size_t spikes = 0, different = 0;
    for (std::size_t k = 0; k < PoissonLanes::size; ++k) {
        double time = start[k] / lanes.rate[k];
        std::size_t i = 0;
        for (; time <= end; time += RandomStream(seed, entity + k, 2 * i).exponential() / lanes.rate[k]) {
            different += i >= trains[k].size() || trains[k][i] != std::ceil(time) ? 1 : 0;
            ++i;
        }
        CHECK(i == trains[k].size());
        CHECK(lanes.number[k] == i + 1);
        CHECK(lanes.tick[k] > end);
        spikes += i;
    }
    CHECK(spikes > 2'000'000);
    CHECK(different == 0); // a spike within rounding of the border between two ticks could differ: none is
}

TEST_CASE("lanes beyond the end of a stretch wait", "[models][poisson][fast]") {
    PoissonLanes lanes{};
    for (std::size_t k = 0; k < PoissonLanes::size; ++k) {
        lanes.rate[k] = k % 2 == 0 ? 0.0 : 0.5;
        lanes.left[k] = 1.0;
        lanes.number[k] = 1;
        lanes.gap[k] = 2.0;
        lanes.tick[k] = k % 2 == 0 ? std::numeric_limits<double>::infinity() : 2.0;
    }
    const PoissonLanes before = lanes;
    next_spikes(lanes, 1, 2, 1.0);
    for (std::size_t k = 0; k < PoissonLanes::size; ++k) {
        CHECK(lanes.tick[k] == before.tick[k]);
        CHECK(lanes.number[k] == 1);
        CHECK(lanes.left[k] == 1.0);
        CHECK(lanes.since[k] == 0.0);
    }
    next_spikes(lanes, 1, 2, 2.0);
    for (std::size_t k = 0; k < PoissonLanes::size; ++k) CHECK(lanes.number[k] == (k % 2 == 0 ? 1 : 2));
}
