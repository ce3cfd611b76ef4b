// SPDX-License-Identifier: BSD-3-Clause
#include "models/latency_encoder.hpp"

#include "engine/core/random.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

namespace {

using namespace saltus;
using namespace std::chrono_literals;

using Spike = std::pair<Tick, std::uint32_t>;

const TimeGrid milliseconds{.tick = 1ms, .delay_resolution = 1ms, .learning_clock = 1};

std::vector<Spike> encode(const LatencyEncoder& encoder, const std::vector<std::uint8_t>& image, Tick onset = 0) {
    std::vector<std::uint32_t> order(image.size());
    std::vector<Spike> spikes;
    encoder.encode(image, onset, order, [&](Tick t, std::uint32_t i) { spikes.emplace_back(t, i); });
    return spikes;
}

std::vector<std::uint8_t> random_image(std::size_t pixels) {
    RandomStream random(41, 1);
    std::vector<std::uint8_t> image(pixels);
    for (auto& p : image) p = static_cast<std::uint8_t>(random.below(3) == 0 ? 0 : random.below(256));
    return image;
}

} // namespace

TEST_CASE("latencies follow t = tau ln(x / (x - theta))", "[models][latency_encoder][fast]") {
    const LatencyEncoderParameters p;
    CHECK(latency_ms(p, 1.0) == Catch::Approx(20.0 * std::log(1.0 / 0.8)).epsilon(1e-14));
    CHECK(latency_ms(p, 0.5) == Catch::Approx(20.0 * std::log(0.5 / 0.3)).epsilon(1e-14));
    CHECK(latency_ms(p, 0.2) < 0.0); // at theta: never
    CHECK(latency_ms(p, 0.0) < 0.0);
    const double too_late = 0.2 / (1.0 - std::exp(-5.0)); // fires at 100 ms
    CHECK(latency_ms(p, too_late - 1e-9) < 0.0);
    CHECK(latency_ms(p, too_late + 1e-6) == Catch::Approx(100.0).epsilon(1e-3));
}

TEST_CASE("the latency is the first crossing of a driven leaky membrane", "[models][latency_encoder][fast]") {
    const LatencyEncoderParameters p{.tau_ms = 12.0, .theta = 0.3, .t_max_ms = 1e9};
    for (const double x : {0.31, 0.5, 0.99}) {
        const double t = latency_ms(p, x);
        CHECK(x * (1.0 - std::exp(-t / 12.0)) == Catch::Approx(0.3).epsilon(1e-12));
    }
}

TEST_CASE("every byte gets its latency in ticks", "[models][latency_encoder][fast]") {
    for (const TimeGrid& grid : {milliseconds, TimeGrid{}}) {
        const LatencyEncoder encoder(grid);
        int firing = 0;
        for (int value = 0; value < 256; ++value) {
            const double ms = latency_ms({}, value / 255.0);
            const Tick expected = ms < 0.0 ? never : grid.ticks(ms);
            INFO("value " << value);
            CHECK(encoder.latency(static_cast<std::uint8_t>(value)) == expected);
            firing += ms >= 0.0 ? 1 : 0;
        }
        CHECK(firing == 204); // x = 51.35 / 255 would fire at 100 ms: 52 to 255 do before
    }
}

TEST_CASE("an encoder that no byte makes fire is silent", "[models][latency_encoder][fast]") {
    const LatencyEncoder encoder(milliseconds, {.theta = 1.0});
    CHECK(encoder.latency(255) == never);
    CHECK(encode(encoder, {255, 255, 0}).empty());
}

TEST_CASE("spikes of an image come sorted, once for each bright pixel", "[models][latency_encoder][fast]") {
    const std::vector<std::uint8_t> image = random_image(28 * 28);
    for (const TimeGrid& grid : {milliseconds, TimeGrid{}}) {
        const LatencyEncoder encoder(grid);
        std::vector<Spike> expected;
        for (std::uint32_t i = 0; i < image.size(); ++i)
            if (encoder.latency(image[i]) != never) expected.emplace_back(1000 + encoder.latency(image[i]), i);
        std::sort(expected.begin(), expected.end());
        CHECK(expected.size() > 200);
        CHECK(encode(encoder, image, 1000) == expected);
        CHECK(encode(encoder, image, 1000) == encode(encoder, image, 1000));
    }
    CHECK(encode(LatencyEncoder(milliseconds), {}).empty());
}
