// SPDX-License-Identifier: BSD-3-Clause
// Gradients of a network with soft spikes against finite differences of its loss: every surrogate, one of the user's
// own among them.
#include "learning/soft_spike.hpp"
#include "engine/core/random.hpp"
#include "tests/support/catch.hpp"

#include <cmath>

using namespace saltus;

namespace {

SoftRun make_run(const SoftModel& m, std::uint64_t seed) {
    RandomStream random(seed, 4);
    SoftRun run;
    for (std::size_t k = 0; k < m.inputs * m.neurons; ++k) run.in.push_back(0.3 + 0.4 * random.normal());
    for (std::size_t k = 0; k < m.neurons * m.outputs; ++k) run.out.push_back(0.4 * random.normal());
    for (std::size_t k = 0; k < m.steps * m.inputs; ++k) run.input.push_back(random.uniform() < 0.2 ? 1.0 : 0.0);
    for (std::size_t k = 0; k < m.steps * m.outputs; ++k) run.target.push_back(random.normal());
    return run;
}

} // namespace

TEST_CASE("a smoothed network's gradient is that of its loss, for every surrogate", "[learning][gradient][fast]") {
    const std::vector<FrozenSurrogate> shapes{PiecewiseLinear{0.8, 0.7},
                                              ExponentialSurrogate{0.8, 0.7},
                                              FastSigmoid{0.8, 0.7},
                                              Arctan{0.8, 0.7},
                                              Boxcar{0.8, 0.7},
                                              SigmoidDerivative{0.8, 0.7},
                                              GaussianSurrogate{0.8, 0.7},
                                              MultiGaussian{0.8, 0.7},
                                              EscapeSurrogate{300.0, 0.4},
                                              CustomSurrogate{[](double d) { return 0.6 / (1.0 + d * d * d * d); }}};
    for (std::size_t s = 0; s < shapes.size(); ++s) {
        INFO("shape " << s);
        const SoftModel model{.inputs = 3, .neurons = 4, .outputs = 2, .steps = 30, .surrogate = shapes[s]};
        const SoftRun run = make_run(model, 20 + s);
        const std::vector<double> gradient = smoothed_gradient(model, run);
        double largest = 0.0;
        for (const double g : gradient) largest = std::max(largest, std::abs(g));
        CHECK(largest > 0.1);
        constexpr double h = 1e-5;
        for (std::size_t k = 0; k < gradient.size(); ++k) {
            SoftRun moved = run;
            moved.in[k] += h;
            const double above = smoothed_loss(model, moved);
            moved.in[k] -= 2.0 * h;
            const double slope = (above - smoothed_loss(model, moved)) / (2.0 * h);
            CHECK(std::abs(slope - gradient[k]) < 1e-5 * largest);
        }
    }
}

TEST_CASE("a soft spike is the integral of its surrogate", "[learning][gradient][fast]") {
    for (const double d : {-3.0, -0.4, 0.2, 1.5}) {
        CHECK(soft_spike(SigmoidDerivative{0.25 / 0.7, 0.7}, d) ==
              Approx(1.0 / (1.0 + std::exp(-d / 0.7))).margin(1e-7));
        CHECK(soft_spike(FastSigmoid{0.5 / 0.7, 0.7}, d) == Approx(0.5 + 0.5 * d / (0.7 + std::abs(d))).margin(1e-6));
    }
    CHECK(soft_spike(PiecewiseLinear{0.5, 1.0}, 5.0) == Approx(0.75)); // half the triangle beside threshold
    CHECK(soft_spike(PiecewiseLinear{1.0, 1.0}, -1.0) == Approx(0.0).margin(1e-15));
}
