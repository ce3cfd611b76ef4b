// SPDX-License-Identifier: BSD-3-Clause
// Sampled signals to events: the channel that fits speaks, its events add up to its filter's output, whatever the cut.
#include "engine/core/error.hpp"
#include "engine/core/random.hpp"
#include "engine/io/sound_source.hpp"
#include "tests/io/support/collect.hpp"
#include "tests/io/support/sound_samples.hpp"
#include "tests/io/support/temporary_folder.hpp"

#include <cmath>
#include <fstream>

namespace saltus::test {
namespace {

constexpr double pi = 3.14159265358979323846;

std::vector<double> tone(double hz, double rate_hz, std::size_t samples, double amplitude = 0.5) {
    std::vector<double> list(samples);
    for (std::size_t i = 0; i < samples; ++i)
        list[i] = amplitude * std::sin(2.0 * pi * hz * static_cast<double>(i) / rate_hz);
    return list;
}

Events encode(const io::SignalOptions& options, double rate_hz, std::span<const double> samples,
              std::uint64_t seed = 0) {
    io::SignalEncoder encoder(options, rate_hz);
    Collector collector;
    RandomStream random(seed, 1);
    while (!samples.empty()) {
        const std::size_t count = seed == 0 ? samples.size() : std::min<std::size_t>(random.below(50), samples.size());
        encoder.feed(samples.first(count), collector);
        samples = samples.subspan(count);
    }
    CHECK(encoder.events() == collector.events.size());
    return collector.events;
}

TEST_CASE("a tone is heard where it belongs", "[io][sound][fast]") {
    const io::SignalOptions options{.channels = 16, .low_hz = 200.0, .high_hz = 6400.0, .quality = 6.0};
    const io::SignalEncoder bank(options, 16'000.0);
    for (const std::size_t channel : {0u, 5u, 11u, 15u}) {
        const auto events = encode(options, 16'000.0, tone(bank.centre_hz(channel), 16'000.0, 3200));
        std::array<std::size_t, 16> heard{};
        for (const io::SensorEvent& e : events) ++heard.at(e.x);
        CHECK(heard.at(channel) > 500);
        CHECK(std::max_element(heard.begin(), heard.end()) == heard.begin() + static_cast<std::ptrdiff_t>(channel));
        CHECK(
            std::is_sorted(events.begin(), events.end(), [](const auto& a, const auto& b) { return a.t_us < b.t_us; }));
        CHECK(events.back().t_us < 200'000);
    }
}

TEST_CASE("the events of a channel add up to its filter's output", "[io][sound][fast]") {
    constexpr double rate = 8000.0, theta = 0.01;
    const io::SignalOptions options{.channels = 3, .low_hz = 150.0, .high_hz = 1500.0, .quality = 2.0, .theta = theta};
    std::vector<double> samples(2000);
    RandomStream random(1, 2);
    for (double& x : samples) x = random.uniform() - 0.5;
    const Events events = encode(options, rate, samples);
    REQUIRE(events.size() > 3000);
    for (std::uint16_t k = 0; k < 3; ++k) {
        // The filter by its difference equation, directly.
        const double f = io::SignalEncoder(options, rate).centre_hz(k) / rate;
        const double a = std::sin(2.0 * pi * f) / (2.0 * options.quality), c = std::cos(2.0 * pi * f);
        double x1 = 0.0, x2 = 0.0, y1 = 0.0, y2 = 0.0, sum = 0.0;
        std::size_t next = 0, used = 0;
        for (std::size_t i = 0; i < samples.size(); ++i) {
            const double y = (a * samples[i] - a * x2 + 2.0 * c * y1 - (1.0 - a) * y2) / (1.0 + a);
            x2 = x1, x1 = samples[i], y2 = y1, y1 = y;
            if (i == 0) sum = y; // where the encoder starts
            const auto now_us = static_cast<std::int64_t>(1e6 * static_cast<double>(i) / rate);
            for (; next < events.size() && events[next].t_us <= now_us; ++next) {
                if (events[next].x != k) continue;
                sum += events[next].polarity == 1 ? theta : -theta;
                ++used;
            }
            REQUIRE(std::abs(sum - y) < theta * 1.0001);
        }
        CHECK(used > 200);
    }
}

TEST_CASE("a signal in pieces makes the same events", "[io][sound][fast]") {
    const auto samples = tone(440.0, 22'050.0, 3000);
    const io::SignalOptions options{.channels = 8, .hysteresis = 0.005, .refractory_us = 30};
    const Events whole = encode(options, 22'050.0, samples);
    REQUIRE(whole.size() > 300);
    for (std::uint64_t seed = 1; seed < 5; ++seed) CHECK(encode(options, 22'050.0, samples, seed) == whole);
}

TEST_CASE("values that are not finite are counted", "[io][sound][fast]") {
    io::SignalEncoder encoder({.channels = 4}, 16'000.0);
    Collector collector;
    encoder.feed(std::vector<double>{0.1, NAN, INFINITY, 0.2}, collector);
    CHECK(encoder.samples() == 4);
    CHECK(encoder.invalid() == 2);
    for (int i = 0; i < 100; ++i) encoder.feed(std::vector<double>{0.3, -0.3}, collector);
    CHECK(collector.events.size() > 20); // it has not been poisoned
}

TEST_CASE("WAV files of one and two tracks", "[io][sound][fast]") {
    const TemporaryFolder folder;
    const auto samples = tone(700.0, 16'000.0, 8000, 0.8);
    std::vector<double> halves(samples.size());
    for (std::size_t i = 0; i < samples.size(); ++i)
        halves[i] = static_cast<double>(static_cast<std::int16_t>(samples[i] * 16384.0)) / 32768.0;
    const Events expected = encode({}, 16'000.0, halves);
    REQUIRE(expected.size() > 1000);
    for (const std::uint32_t tracks : {1u, 2u}) {
        const auto path = folder / (std::to_string(tracks) + ".wav");
        std::ofstream(path, std::ios::binary) << wav(samples, 16'000, tracks);
        const Outcome outcome = read_source(path);
        CHECK_FALSE(outcome.fault);
        CHECK(outcome.geometry == io::Geometry{64, 1});
        CHECK(outcome.events == expected);
    }
    std::ofstream(folder / "cut.wav", std::ios::binary) << wav(samples, 16'000).substr(0, 5000);
    CHECK(read_source(folder / "cut.wav").events.size() < expected.size());
    std::ofstream(folder / "head.wav", std::ios::binary) << wav(samples, 16'000).substr(0, 20);
    CHECK_THROWS_AS(io::open_sound(folder / "head.wav"), ConfigError);
    CHECK_THROWS_AS(io::open_sound(folder / "absent.wav"), ConfigError);
}

TEST_CASE("filter banks that cannot be are refused", "[io][sound][fast]") {
    const auto refused = [](const io::SignalOptions& o, double rate_hz = 16'000.0) {
        CHECK_THROWS_AS(io::SignalEncoder(o, rate_hz), ConfigError);
    };
    refused({}, 0.5);
    refused({}, 2e6);
    refused({}, NAN);
    refused({.channels = 0});
    refused({.low_hz = 0.0});
    refused({.low_hz = 7500.0});
    refused({.low_hz = 200.0, .high_hz = 100.0});
    refused({.quality = 0.0});
    refused({.theta = 0.0});
    refused({.hysteresis = -1.0});
    refused({.refractory_us = -1});
    CHECK(io::SignalEncoder({.high_hz = 1e9}, 16'000.0).centre_hz(63) == Catch::Approx(7200.0));
}

} // namespace
} // namespace saltus::test
