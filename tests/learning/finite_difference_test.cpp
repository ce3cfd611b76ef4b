// SPDX-License-Identifier: BSD-3-Clause
// Gradients by trace maps against finite differences of a smoothed model: one neuron whose spike is a sigmoid of the
// distance to threshold, so that the surrogate is no surrogate but the derivative. Nothing is stopped in a single
// neuron but what a rule says it leaves out.
#include "learning/interval_traces.hpp"
#include "learning/surrogate.hpp"
#include "tests/learning/scalar_rules.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace {

using namespace saltus;
using namespace saltus::test;

constexpr std::size_t steps = 120, inputs = 4;
constexpr double slope = 0.25; // width of the sigmoid

/// A leaky neuron with soft spikes z = 1/(1 + exp(-(v - A)/slope)), driven by `inputs` trains.
struct SoftNeuron {
    double alpha = 0.9, rho = 0.97, beta = 0.0, threshold = 1.0;
    double sigma = 0.0, feed = 0.0; // currents, if sigma > 0
    bool resets = false;
    std::vector<std::vector<int>> train; // [step][input]

    SoftNeuron() {
        RandomStream random(41, 0);
        for (std::size_t n = 0; n < steps; ++n) {
            train.emplace_back();
            for (std::size_t i = 0; i < inputs; ++i) train.back().push_back(random.uniform() < 0.15 ? 1 : 0);
        }
    }

    /// Soft spikes and distances to threshold of every step. What a spike brings about comes with the next step.
    void run(const std::vector<double>& w, std::vector<double>& z, std::vector<double>& distance) const {
        double v = 0.0, a = 0.0, current = 0.0, spike = 0.0;
        z.clear();
        distance.clear();
        for (std::size_t n = 0; n < steps; ++n) {
            double drive = 0.0;
            for (std::size_t i = 0; i < inputs; ++i) drive += w[i] * train[n][i];
            v = alpha * v + feed * current - (resets ? threshold * spike : 0.0);
            current *= sigma;
            (sigma > 0.0 ? current : v) += drive;
            a = rho * a + spike;
            distance.push_back(v - threshold - beta * a);
            spike = 1.0 / (1.0 + std::exp(-distance.back() / slope));
            z.push_back(spike);
        }
    }
};

const std::vector<double> start{0.5, 0.8, -0.3, 0.4};

/// loss(z) and its central differences by the weights.
template <class Loss>
std::vector<double> differences(const SoftNeuron& neuron, const Loss& loss) {
    constexpr double h = 1e-5;
    std::vector<double> gradient, z, distance;
    for (std::size_t i = 0; i < inputs; ++i) {
        double sum = 0.0;
        for (const double sign : {1.0, -1.0}) {
            std::vector<double> w = start;
            w[i] += sign * h;
            neuron.run(w, z, distance);
            sum += sign * loss(z);
        }
        gradient.push_back(sum / (2.0 * h));
    }
    return gradient;
}

/// The same by trace maps: the learning signal of step n is signal[n].
template <class Rule>
std::vector<double> by_maps(const SoftNeuron& neuron, const Rule& rule, const std::vector<double>& signal) {
    std::vector<double> z, distance;
    neuron.run(start, z, distance);
    const SigmoidDerivative psi{1.0 / (4.0 * slope), slope};
    IntervalTraces<double> traces(1, steps, {Rule::entries, Rule::has_third, 0});
    for (std::size_t n = 0; n < steps; ++n) {
        traces.psi(n)[0] = psi(distance[n]);
        traces.signal(n)[0] = signal[n];
    }
    traces.finish(rule, 1.0, nullptr);
    std::vector<double> gradient(inputs, 0.0);
    for (std::size_t n = 0; n < steps; ++n) {
        for (std::size_t i = 0; i < inputs; ++i)
            gradient[i] += neuron.train[n][i] * traces.unit_gradient(static_cast<std::ptrdiff_t>(n))[0];
    }
    return gradient;
}

void check_equal(const std::vector<double>& a, const std::vector<double>& b) {
    double largest = 0.0;
    for (const double x : b) largest = std::max(largest, std::abs(x));
    CHECK(largest > 1e-2);
    for (std::size_t i = 0; i < a.size(); ++i) CHECK(std::abs(a[i] - b[i]) < 1e-6 * largest);
}

double target(std::size_t n) { return 1.5 + std::sin(0.1 * static_cast<double>(n)); }

/// A leaky readout of the soft spikes, squared error: the setting of e-prop.
constexpr double kappa = 0.92, out = 0.7;
std::vector<double> readout_errors(const std::vector<double>& z) {
    std::vector<double> error;
    double y = 0.0;
    for (std::size_t n = 0; n < z.size(); ++n) error.push_back((y = kappa * y + out * z[n]) - target(n));
    return error;
}
double readout_loss(const std::vector<double>& z) {
    double loss = 0.0;
    for (const double e : readout_errors(z)) loss += 0.5 * e * e;
    return loss;
}
std::vector<double> readout_signals(const SoftNeuron& neuron) {
    std::vector<double> z, distance;
    neuron.run(start, z, distance);
    std::vector<double> signal = readout_errors(z);
    for (double& s : signal) s *= out;
    return signal;
}

template <class Membrane>
void check_eprop(const SoftNeuron& neuron, const Membrane& membrane) {
    const RuleMap<Membrane, LowPassHead<false>> rule{membrane, {kappa, 1.0}};
    check_equal(by_maps(neuron, rule, readout_signals(neuron)), differences(neuron, readout_loss));
}

} // namespace

TEST_CASE("finite differences of soft spikes: e-prop, LIF and adaptive LIF", "[learning][gradient][fast]") {
    SoftNeuron neuron;
    check_eprop(neuron, LifMembrane<false>{neuron.alpha});
    for (const double beta : {0.1, 0.8, 1.5}) {
        neuron.beta = beta;
        check_eprop(neuron, LifMembrane<true>{neuron.alpha, neuron.rho, beta});
    }
    CHECK(neuron.rho - 1.5 / (4.0 * slope) < -0.5); // strong adaptation: the trace may change its sign
}

TEST_CASE("finite differences of soft spikes: synaptic currents", "[learning][gradient][fast]") {
    SoftNeuron neuron;
    for (const double sigma : {0.8, 0.9}) {
        neuron.sigma = sigma;
        neuron.feed = 0.2;
        check_eprop(neuron, LifMembrane<false, true>{.alpha = neuron.alpha, .sigma = sigma, .feed = neuron.feed});
    }
}

TEST_CASE("finite differences of soft spikes: the reset counts, and counts only where it is in the map",
          "[learning][gradient][fast]") {
    SoftNeuron neuron;
    neuron.resets = true;
    check_eprop(neuron, LifMembrane<false, false, true>{.alpha = neuron.alpha, .fall = neuron.threshold});
    const RuleMap<LifMembrane<false>, LowPassHead<false>> without{{neuron.alpha}, {kappa, 1.0}};
    const auto detached = by_maps(neuron, without, readout_signals(neuron));
    const auto whole = differences(neuron, readout_loss);
    CHECK(std::abs(detached[1] - whole[1]) > 0.01 * std::abs(whole[1]));
    neuron.sigma = 0.85;
    neuron.feed = 0.2;
    check_eprop(neuron, LifMembrane<false, true, true>{
                            .alpha = neuron.alpha, .sigma = 0.85, .feed = 0.2, .fall = neuron.threshold});
}

TEST_CASE("finite differences of soft spikes: the instantaneous loss of DECOLLE and OTTT",
          "[learning][gradient][fast]") {
    SoftNeuron neuron;
    neuron.sigma = 0.8;
    neuron.feed = 0.2;
    const auto loss = [](const std::vector<double>& z) {
        double sum = 0.0;
        for (std::size_t n = 0; n < z.size(); ++n) sum += 0.5 * std::pow(out * z[n] - target(n), 2.0);
        return sum;
    };
    std::vector<double> z, distance, signal;
    neuron.run(start, z, distance);
    for (std::size_t n = 0; n < steps; ++n) signal.push_back(out * (out * z[n] - target(n)));
    const InstantMap<false, true> rule{{.alpha = neuron.alpha, .sigma = neuron.sigma, .feed = neuron.feed}, {}};
    check_equal(by_maps(neuron, rule, signal), differences(neuron, loss));
}

TEST_CASE("finite differences of soft spikes: the van Rossum distance of SuperSpike", "[learning][gradient][fast]") {
    SoftNeuron neuron;
    neuron.sigma = 0.8;
    neuron.feed = 0.2;
    const DoubleFilterHead head{0.8, 0.9, 0.1};
    // The difference of the trains, filtered as the eligibility is.
    const auto errors = [&](const std::vector<double>& z) {
        std::vector<double> error;
        double first = 0.0, second = 0.0;
        for (std::size_t n = 0; n < z.size(); ++n) {
            first += z[n] - (n % 17 == 3 ? 1.0 : 0.0);
            error.push_back(second = head.keep * second + head.rise * first);
            first *= head.decay;
        }
        return error;
    };
    const auto loss = [&](const std::vector<double>& z) {
        double sum = 0.0;
        for (const double e : errors(z)) sum += 0.5 * e * e;
        return sum;
    };
    std::vector<double> z, distance;
    neuron.run(start, z, distance);
    const SuperSpikeMap<true> rule{{.alpha = neuron.alpha, .sigma = neuron.sigma, .feed = neuron.feed}, head};
    check_equal(by_maps(neuron, rule, errors(z)), differences(neuron, loss));
}
