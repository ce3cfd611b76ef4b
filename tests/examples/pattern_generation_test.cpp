// SPDX-License-Identifier: BSD-3-Clause
#include "examples/pattern_generation/pattern.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <cmath>

using namespace saltus;
using namespace saltus::examples::pattern;

TEST_CASE("targets are sums of four sines", "[examples][fast]") {
    constexpr std::int64_t period = 1000;
    const std::vector<double> curve = sines(period, 2, 7);
    REQUIRE(curve.size() == 2 * period);
    for (std::size_t o = 0; o < 2; ++o) {
        double largest = 0.0, power = 0.0, explained = 0.0;
        for (std::size_t i = o; i < curve.size(); i += 2) {
            largest = std::max(largest, std::abs(curve[i]));
            power += curve[i] * curve[i] / period;
        }
        CHECK(largest == Catch::Approx(1.0));
        for (const double hz : {1.0, 2.0, 3.0, 5.0}) { // Fourier coefficients by libm
            double a = 0.0, b = 0.0;
            for (std::size_t t = 0; t < period; ++t) {
                const double phase = 2.0 * M_PI * hz * static_cast<double>(t + 1) * 1e-3;
                a += 2.0 / period * std::cos(phase) * curve[2 * t + o];
                b += 2.0 / period * std::sin(phase) * curve[2 * t + o];
            }
            CHECK(std::hypot(a, b) > 0.05);
            explained += 0.5 * (a * a + b * b);
        }
        CHECK(explained == Catch::Approx(power).epsilon(1e-12)); // nothing but these four
    }
}

TEST_CASE("a curve is learned from frozen noise", "[examples]") {
    PatternOptions options;
    options.neurons = 60;
    options.feedback = GENERATE(FeedbackKind::symmetric, FeedbackKind::random);
    PatternGenerator generator(options, 5, Precision::single_precision);
    const double before = generator.normalised_error(generator.produce());
    CHECK(before > 0.8);
    constexpr int iterations = 250;
    for (int n = 0; n < iterations; ++n) {
        generator.anneal(static_cast<double>(n) / iterations);
        generator.learn();
    }
    const std::uint64_t trained = generator.simulation().fingerprint();
    const double after = generator.normalised_error(generator.produce());
    CHECK(after < 0.1);
    CHECK(generator.simulation().counters().spikes > 10'000);
    CHECK(generator.simulation().counters().intervals_learned == iterations);

    PatternGenerator again(options, 5, Precision::single_precision);
    (void)again.produce();
    for (int n = 0; n < iterations; ++n) {
        again.anneal(static_cast<double>(n) / iterations);
        again.learn();
    }
    CHECK(again.simulation().fingerprint() == trained);
}
