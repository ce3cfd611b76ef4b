// SPDX-License-Identifier: BSD-3-Clause
// The filter against its transfer function; sine and cosine against libm.
#include "models/band_pass.hpp"
#include "tests/support/catch.hpp"

#include <cmath>
#include <complex>

using namespace saltus;

namespace {

constexpr double pi = 3.14159265358979323846;

TEST_CASE("sine and cosine of our own", "[models][fast]") {
    double worst = 0.0;
    for (int i = 0; i <= 100'000; ++i) {
        const double x = pi * i / 100'000.0;
        const auto [sine, cosine] = stable_sine_cosine(x);
        worst = std::max({worst, std::abs(sine - std::sin(x)), std::abs(cosine - std::cos(x))});
    }
    CHECK(worst < 1e-15);
}

/// What the bilinear transform makes of H(s) at frequency f (of the sampling rate), for a filter centred at f0.
std::complex<double> transfer(double f, double f0, double quality) {
    const std::complex<double> s(0.0, std::tan(pi * f) / std::tan(pi * f0));
    return (s / quality) / (s * s + s / quality + 1.0);
}

TEST_CASE("a band-pass filter does what its transfer function says", "[models][fast]") {
    for (const double centre : {0.003, 0.02, 0.1, 0.25, 0.4}) {
        for (const double quality : {0.7, 4.0, 15.0}) {
            for (const double f : {0.5 * centre, 0.9 * centre, centre, 1.1 * centre}) {
                BandPass filter(centre, quality);
                const auto settled = static_cast<int>(20.0 * quality / centre);
                std::complex<double> sum = 0.0;
                // Over whole periods of f at integer resolution: correlate with the input's phasor.
                const int n = 20'000;
                const double exact = std::round(f * n) / n; // whole periods
                for (int i = 0; i < settled + n; ++i) {
                    const double phase = 2.0 * pi * exact * i;
                    const double y = filter(std::cos(phase));
                    if (i >= settled) sum += y * std::polar(1.0, -phase);
                }
                const std::complex<double> gain = 2.0 / n * sum;
                CHECK(std::abs(gain - transfer(exact, centre, quality)) < 1e-6);
            }
        }
    }
}

TEST_CASE("centres are spaced evenly on a logarithmic scale", "[models][fast]") {
    CHECK(centre_frequency(0, 5, 100.0, 1600.0) == Catch::Approx(100.0));
    CHECK(centre_frequency(2, 5, 100.0, 1600.0) == Catch::Approx(400.0));
    CHECK(centre_frequency(4, 5, 100.0, 1600.0) == Catch::Approx(1600.0));
    CHECK(centre_frequency(0, 1, 100.0, 1600.0) == 100.0);
}

} // namespace
