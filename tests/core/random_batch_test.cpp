// SPDX-License-Identifier: BSD-3-Clause
// Draws many at a time are the very draws one by one, from any draw on and in any mixture.
#include "engine/core/random_batch.hpp"
#include "engine/network/distributions.hpp"
#include "tests/support/catch.hpp"

#include <vector>

using namespace saltus;

namespace {

/// `count` draws of the kind, one by one.
std::vector<double> one_by_one(RandomStream& stream, int kind, std::size_t count) {
    std::vector<double> all(count);
    for (double& x : all) {
        if (kind == 0) x = stream.uniform();
        if (kind == 1) x = stream.exponential();
        if (kind == 2) x = stream.normal();
        if (kind == 3) x = stream.below(1000);
    }
    return all;
}

std::vector<double> together(RandomBatch& batch, int kind, std::size_t count) {
    std::vector<double> all(count);
    if (kind == 0) batch.uniform(all);
    if (kind == 1) batch.exponential(all);
    if (kind == 2) batch.normal(all);
    if (kind == 3)
        for (double& x : all) x = batch.below(1000);
    return all;
}

} // namespace

TEST_CASE("Draws in batches are the draws one by one, bit for bit", "[core][random][fast]") {
    RandomStream choice(11, 4);
    for (std::uint64_t trial = 0; trial < 60; ++trial) {
        RandomStream stream(1 + trial % 3, (std::uint64_t{1} << 63) | trial, trial % 5);
        RandomBatch batch(stream, choice.below(300));
        for (int part = 0; part < 12; ++part) {
            const auto kind = static_cast<int>(choice.below(4));
            const std::size_t count = choice.below(200);
            const std::vector<double> expected = one_by_one(stream, kind, count);
            CAPTURE(trial, part, kind, count);
            REQUIRE(together(batch, kind, count) == expected);
            REQUIRE(batch.counter() == stream.counter());
        }
    }
}

TEST_CASE("Distributions draw the same in batches, rejections included", "[core][random][network][fast]") {
    const Distribution all[] = {Constant{0.25},   Uniform{-1.0, 2.0},         Uniform{1.0, 1.0 + 4e-16},
                                Normal{0.5, 2.0}, Normal{0.5, 2.0, 0.4, 1.0}, Normal{0.5, 0.0}};
    for (const Distribution& distribution : all) {
        RandomStream stream(5, 6);
        RandomBatch batch(stream, 10);
        for (const std::size_t count : {0, 1, 7, 500}) {
            std::vector<double> expected(count), drawn(count);
            for (double& x : expected) x = draw(distribution, stream);
            draw(distribution, batch, drawn);
            REQUIRE(drawn == expected);
        }
        CHECK(batch.counter() == stream.counter());
    }
}
