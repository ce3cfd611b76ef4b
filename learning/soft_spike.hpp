// SPDX-License-Identifier: BSD-3-Clause
// Soft spikes, to check gradients with: a network whose spikes are smooth has an ordinary gradient, and finite
// differences must agree with what a rule makes of a surrogate that is the smooth spike's derivative (Neftci, Mostafa,
// Zenke 2019, "Smoothed SNNs").
//
//     z = soft_spike(v - threshold),   soft_spike(d) = 1/2 + integral of psi from 0 to d
//     v <- alpha v + w_in x,   y <- kappa y + w_out z,   loss = 1/2 sum (y - target)^2      per learning step
//
// One hidden layer without spikes among itself: there e-prop is the whole gradient. smoothed_gradient uses the trace
// maps and the interval consumer of the engine itself.
#pragma once

#include "learning/eprop.hpp"
#include "learning/interval_traces.hpp"
#include "learning/surrogate.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace saltus {

/// The integral of a surrogate from threshold to d, by Simpson's rule in pieces that end at the kinks of shapes with
/// compact support, plus a half.
template <class Shape>
[[nodiscard]] double soft_spike(const Shape& psi, double d) {
    const auto simpson = [&](double from, double to) {
        constexpr int pieces = 64;
        const double h = (to - from) / pieces;
        double sum = psi(from) + psi(to);
        for (int k = 1; k < pieces; ++k) sum += (k % 2 == 1 ? 4.0 : 2.0) * psi(from + h * k);
        return sum * h / 3.0;
    };
    double kink = d < 0 ? -d : d;
    if constexpr (requires { psi.width; }) kink = psi.width < kink ? psi.width : kink;
    const double side = d < 0 ? -1.0 : 1.0;
    // What lies beyond a kink begins just behind it.
    return 0.5 + simpson(0.0, side * kink) + simpson(side * kink * (1.0 + 1e-12), d);
}

/// A layer of LIF neurons with soft spikes and leaky readouts, in learning steps.
struct SoftModel {
    std::size_t inputs = 0, neurons = 0, outputs = 0, steps = 0;
    double alpha = 0.9; ///< of membranes, per step
    double kappa = 0.9; ///< of readouts
    double threshold = 1.0;
    FrozenSurrogate surrogate = SigmoidDerivative{};
};

/// What it is run with. Row-major.
struct SoftRun {
    std::vector<double> in;     ///< weights [inputs][neurons]
    std::vector<double> out;    ///< weights [neurons][outputs]
    std::vector<double> input;  ///< spikes [steps][inputs]
    std::vector<double> target; ///< [steps][outputs]
};

namespace detail {

/// Calls visit(step, distances to threshold [neurons], errors [outputs]) for every step.
template <class Visit>
void run_soft(const SoftModel& m, const SoftRun& r, const Visit& visit) {
    std::vector<double> v(m.neurons, 0.0), distance(m.neurons), y(m.outputs, 0.0), error(m.outputs);
    for (std::size_t n = 0; n < m.steps; ++n) {
        for (double& output : y) output *= m.kappa;
        for (std::size_t j = 0; j < m.neurons; ++j) {
            v[j] *= m.alpha;
            for (std::size_t i = 0; i < m.inputs; ++i) v[j] += r.in[i * m.neurons + j] * r.input[n * m.inputs + i];
            distance[j] = v[j] - m.threshold;
            const double z = std::visit([&](const auto& psi) { return soft_spike(psi, distance[j]); }, m.surrogate);
            for (std::size_t o = 0; o < m.outputs; ++o) y[o] += r.out[j * m.outputs + o] * z;
        }
        for (std::size_t o = 0; o < m.outputs; ++o) error[o] = y[o] - r.target[n * m.outputs + o];
        visit(n, distance, error);
    }
}

} // namespace detail

/// The loss of the smooth network.
[[nodiscard]] inline double smoothed_loss(const SoftModel& model, const SoftRun& run) {
    double loss = 0.0;
    detail::run_soft(model, run, [&](std::size_t, const auto&, const auto& error) {
        for (const double e : error) loss += 0.5 * e * e;
    });
    return loss;
}

/// Its gradient by the weights `in`, as e-prop makes it with symmetric feedback: [inputs][neurons].
[[nodiscard]] inline std::vector<double> smoothed_gradient(const SoftModel& m, const SoftRun& run) {
    using Map = RuleMap<LifMembrane<false>, LowPassHead<false>>;
    const Map rule{{.alpha = m.alpha}, {m.kappa, 1.0}};
    IntervalTraces<double> traces(m.neurons, m.steps, {Map::entries, Map::has_third, 0});
    detail::run_soft(m, run, [&](std::size_t n, const auto& distance, const auto& error) {
        for (std::size_t j = 0; j < m.neurons; ++j) {
            traces.psi(n)[j] = std::visit([&](const auto& psi) { return psi(distance[j]); }, m.surrogate);
            traces.signal(n)[j] = 0.0;
            for (std::size_t o = 0; o < m.outputs; ++o) traces.signal(n)[j] += run.out[j * m.outputs + o] * error[o];
        }
    });
    traces.finish(rule, 1.0, nullptr);
    std::vector<double> gradient(m.inputs * m.neurons, 0.0);
    for (std::size_t n = 0; n < m.steps; ++n) {
        const double* unit = traces.unit_gradient(static_cast<std::ptrdiff_t>(n));
        for (std::size_t i = 0; i < m.inputs; ++i)
            for (std::size_t j = 0; j < m.neurons; ++j)
                gradient[i * m.neurons + j] += run.input[n * m.inputs + i] * unit[j];
    }
    return gradient;
}

} // namespace saltus
