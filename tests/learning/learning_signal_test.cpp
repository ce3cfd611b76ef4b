// SPDX-License-Identifier: BSD-3-Clause
#include "learning/learning_signal.hpp"

#include "engine/core/random.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace {

using namespace saltus;

std::vector<double> naive_softmax(const std::vector<double>& y) {
    const double largest = *std::max_element(y.begin(), y.end());
    std::vector<double> p;
    for (const double value : y) p.push_back(std::exp(value - largest));
    const double sum = std::accumulate(p.begin(), p.end(), 0.0);
    for (double& value : p) value /= sum;
    return p;
}

std::vector<double> normal_draws(std::size_t n, double scale, RandomStream& random) {
    std::vector<double> list(n);
    for (double& value : list) value = scale * random.normal();
    return list;
}

/// Exactly the naive sums, in the naive order, whatever the blocks; the padding stays as it is.
template <class Real>
void check_signal(std::size_t neurons, std::size_t outputs) {
    INFO("neurons " << neurons << " outputs " << outputs << " bytes " << sizeof(Real));
    const std::size_t stride = (neurons + 15) / 16 * 16;
    RandomStream random(neurons, outputs);
    std::vector<Real> feedback(outputs * stride, Real{0}), error(outputs), signal(stride, Real{0});
    for (Real& e : error) e = static_cast<Real>(random.normal());
    for (std::size_t j = 0; j < neurons; ++j) {
        signal[j] = static_cast<Real>(random.normal());
        for (std::size_t o = 0; o < outputs; ++o) feedback[o * stride + j] = static_cast<Real>(random.normal());
    }
    std::vector<Real> expected = signal;
    for (std::size_t j = 0; j < neurons; ++j) {
        for (std::size_t o = 0; o < outputs; ++o) expected[j] += error[o] * feedback[o * stride + j];
    }
    const std::vector<Real> before = signal;
    add_learning_signal<false>(signal.data(), feedback.data(), stride, error.data(), outputs);
    CHECK(signal == expected);
    CHECK(signal != before);
    std::vector<Real> from_zero(stride, Real{0});
    add_learning_signal<false>(from_zero.data(), feedback.data(), stride, error.data(), outputs);
    add_learning_signal<true>(signal.data(), feedback.data(), stride, error.data(), outputs);
    CHECK(signal == from_zero);
}

} // namespace

TEST_CASE("softmax is e^y over its sum", "[learning][signal][fast]") {
    RandomStream random(1, 1);
    for (const std::size_t n : {1u, 2u, 3u, 10u, 35u}) {
        for (const double scale : {0.1, 1.0, 30.0}) {
            const std::vector<double> y = normal_draws(n, scale, random);
            std::vector<double> p = y;
            softmax(p);
            const std::vector<double> expected = naive_softmax(y);
            for (std::size_t o = 0; o < n; ++o) CHECK(p[o] == Catch::Approx(expected[o]).epsilon(1e-14).margin(1e-300));
            CHECK(std::accumulate(p.begin(), p.end(), 0.0) == Catch::Approx(1.0).epsilon(1e-14));
        }
    }
}

TEST_CASE("softmax neither overflows nor cares for a common shift", "[learning][signal][fast]") {
    std::vector<double> far{1e6, 1e6 + 1.0, -1e6}, close{0.0, 1.0, -2e6};
    softmax(far);
    softmax(close);
    CHECK(far == close);
    CHECK(far[1] == Catch::Approx(1.0 / (1.0 + std::exp(-1.0))).epsilon(1e-14));
    CHECK(far[2] == 0.0);
    std::vector<double> equal(4, -700.0);
    softmax(equal);
    for (const double p : equal) CHECK(p == 0.25);
}

TEST_CASE("errors of a readout", "[learning][signal][fast]") {
    const std::vector<double> target{0.0, 1.0, 0.0}, output{0.3, -0.2, 1.1};
    std::vector<double> squared = output, entropy = output;
    readout_error(Error::mean_squared, squared, target);
    readout_error(Error::cross_entropy, entropy, target);
    const std::vector<double> p = naive_softmax(output);
    for (std::size_t o = 0; o < 3; ++o) {
        CHECK(squared[o] == output[o] - target[o]);
        CHECK(entropy[o] == Catch::Approx(p[o] - target[o]).epsilon(1e-14));
    }
    CHECK(std::abs(entropy[0] + entropy[1] + entropy[2]) < 1e-15);
}

TEST_CASE("learning signals are the naive sums, bit for bit, at any size", "[learning][signal][fast]") {
    for (const std::size_t neurons : {1u, 2u, 15u, 16u, 17u, 48u, 63u, 64u, 65u, 80u, 100u, 128u, 130u, 250u, 1000u}) {
        for (const std::size_t outputs : {1u, 2u, 3u, 10u}) {
            check_signal<float>(neurons, outputs);
            check_signal<double>(neurons, outputs);
        }
    }
}
