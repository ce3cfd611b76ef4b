// SPDX-License-Identifier: BSD-3-Clause
#include "engine/core/stable_math.hpp"

#include "engine/core/random.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace {

using namespace saltus;

// The references are long double: 64 bits of mantissa or more, so that their own error does not count.
double exp_error(double x) {
    const long double exact = std::exp(static_cast<long double>(x));
    return static_cast<double>(std::abs((stable_exp(x) - exact) / exact));
}

double log_error(double x) {
    const long double exact = std::log(static_cast<long double>(x));
    return exact == 0.0L ? std::abs(stable_log(x)) : static_cast<double>(std::abs((stable_log(x) - exact) / exact));
}

constexpr int draws = 100'000;

} // namespace

TEST_CASE("stable_exp is within its stated error everywhere", "[core][fast]") {
    RandomStream random(1, 1);
    double worst = 0.0;
    for (int i = 0; i < draws; ++i) {
        worst = std::max(worst, exp_error(-708.0 * random.uniform()));
        worst = std::max(worst, exp_error(709.0 * random.uniform()));
        worst = std::max(worst, exp_error(2.0 * random.uniform() - 1.0));
        worst = std::max(worst, exp_error(-std::ldexp(random.uniform(), -static_cast<int>(random.below(60)))));
    }
    INFO("largest relative error " << worst);
    CHECK(worst < 3e-16);
    CHECK(worst > 1e-17); // the comparison is not vacuous
}

TEST_CASE("stable_exp at the seams of its range reduction", "[core][fast]") {
    double worst = 0.0;
    for (int k = -1020; k <= 1022; ++k) {
        const double seam = (k + 0.5) * 0.6931471805599453; // here the reduced argument changes sign
        for (const double x : {std::nextafter(seam, -1e9), seam, std::nextafter(seam, 1e9)})
            if (x > -708.0 && x < 709.0) worst = std::max(worst, exp_error(x));
    }
    INFO("largest relative error " << worst);
    CHECK(worst < 3e-16);
}

TEST_CASE("stable_exp at its ends", "[core][fast]") {
    CHECK(stable_exp(0.0) == 1.0);
    CHECK(stable_exp(-0.0) == 1.0);
    CHECK(stable_exp(-708.0) >= std::numeric_limits<double>::min()); // the last result is normal
    CHECK(stable_exp(std::nextafter(-708.0, -1e9)) == 0.0);
    CHECK(stable_exp(-1e300) == 0.0);
    CHECK(stable_exp(-std::numeric_limits<double>::infinity()) == 0.0);
    CHECK(std::isfinite(stable_exp(709.0)));
    CHECK(std::isinf(stable_exp(std::nextafter(709.0, 1e9))));
    CHECK(std::isnan(stable_exp(std::numeric_limits<double>::quiet_NaN())));
}

TEST_CASE("stable_exp never rises while its argument falls", "[core][fast]") {
    // Threshold searches bisect on it.
    for (const double tau_ticks : {7.3, 2e4, 1e6}) {
        double before = 1.0;
        for (int n = 0; n < draws; ++n) {
            const double now = stable_exp(-n / tau_ticks);
            if (now > before) FAIL("n " << n << " of tau " << tau_ticks);
            before = now;
        }
    }
}

TEST_CASE("stable_log is within its stated error everywhere", "[core][fast]") {
    RandomStream random(2, 1);
    double worst = 0.0;
    for (int i = 0; i < draws; ++i) {
        worst = std::max(worst, log_error(random.uniform()));
        worst = std::max(worst, log_error(0.5 + 1.5 * random.uniform()));
        worst = std::max(worst, log_error(1.0 + (random.uniform() - 0.5) * 1e-3));
        worst =
            std::max(worst, log_error(std::ldexp(1.0 + random.uniform(), static_cast<int>(random.below(2000)) - 1000)));
    }
    INFO("largest relative error " << worst);
    CHECK(worst < 4e-16);
    CHECK(worst > 1e-17);
}

TEST_CASE("stable_log at its seams and ends", "[core][fast]") {
    CHECK(stable_log(1.0) == 0.0);
    for (const double seam : {1.0, 1.4142135623730951, 2.0, 0.5, 0.7071067811865476})
        for (const double x : {std::nextafter(seam, 0.0), seam, std::nextafter(seam, 9.0)}) {
            INFO("x " << x);
            CHECK(log_error(x) < 4e-16);
        }
    CHECK(log_error(std::numeric_limits<double>::min()) < 4e-16);
    CHECK(log_error(std::numeric_limits<double>::max()) < 4e-16);
}

TEST_CASE("stable_exp and stable_log undo each other", "[core][fast]") {
    RandomStream random(3, 1);
    for (int i = 0; i < draws; ++i) {
        const double x = 1400.0 * random.uniform() - 700.0;
        // The result of exp is off by half an ulp, which its logarithm sees as an absolute error.
        const double error = std::abs(stable_log(stable_exp(x)) - x);
        if (!(error <= 4e-16 * (1.0 + std::abs(x)))) FAIL("x " << x << " error " << error);
    }
}

TEST_CASE("stable math has the same bits at compile time and at run time, today and ever after", "[core][fast]") {
    constexpr double e = stable_exp(-0.3);
    constexpr double l = stable_log(0.3);
    volatile double at_run_time = 0.3;
    CHECK(stable_exp(-at_run_time) == e);
    CHECK(stable_log(at_run_time) == l);

    // Recorded once; a compiler or a CPU that gives another sum breaks reproducibility.
    RandomStream random(4, 1);
    std::uint64_t sum = 0;
    for (int i = 0; i < 10'000; ++i) {
        sum = std::rotl(sum, 7) ^ std::bit_cast<std::uint64_t>(stable_exp(1400.0 * random.uniform() - 700.0));
        sum = std::rotl(sum, 7) ^ std::bit_cast<std::uint64_t>(stable_log(random.uniform()));
    }
    CHECK(sum == 0xf937'6934'94f7'ccd5ULL);
}
