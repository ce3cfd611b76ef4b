// SPDX-License-Identifier: BSD-3-Clause
// e-prop in the engine against back-propagation through time with the same terms stopped: what reaches other neurons
// (and the neuron itself) by way of recurrent spikes, and the reset unless it is asked for. Forward and backward pass
// are written out here; nothing is shared with the engine.
#include "engine/saltus.hpp"
#include "tests/runtime/learning_network.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace {

using namespace saltus;
using namespace saltus::test;

constexpr std::size_t inputs = 8, neurons = 6, outputs = 2, steps = 150;
constexpr double rate = 1e-3, surrogate_height = 0.4, surrogate_width = 1.2;

using Matrix = std::vector<std::vector<double>>; // [row][column]

Matrix zeros(std::size_t rows, std::size_t columns) { return Matrix(rows, std::vector<double>(columns, 0.0)); }

struct Setting {
    double tau_m = 12.0, tau_a = 60.0, beta = 0.0, tau_s = 0.0, tau_out = 15.0;
    bool reset_in_gradient = false;
};

/// The network by its weights, [source][target], and what goes in and should come out.
struct Model {
    Setting s;
    Matrix in, loop, out;
    std::vector<std::vector<int>> train; // [tick][input], at the target a tick later
    Matrix target = zeros(steps + 1, outputs);

    [[nodiscard]] double alpha() const { return std::exp(-1.0 / s.tau_m); }
    [[nodiscard]] double rho() const { return std::exp(-1.0 / s.tau_a); }
    [[nodiscard]] double sigma() const { return s.tau_s > 0.0 ? std::exp(-1.0 / s.tau_s) : 0.0; }
    [[nodiscard]] double feed() const {
        return s.tau_s > 0.0 ? s.tau_s / (s.tau_s - s.tau_m) * (sigma() - alpha()) : 0.0;
    }
    /// What a spike takes off the membrane by the next tick: undecayed without currents (SpikeEffect::next_tick).
    [[nodiscard]] double fall() const { return s.tau_s > 0.0 ? alpha() : 1.0; }
    [[nodiscard]] double kappa() const { return std::exp(-1.0 / s.tau_out); }
};

struct Pass {
    Matrix z = zeros(steps + 1, neurons), psi = zeros(steps + 1, neurons), y = zeros(steps + 1, outputs);
    int spikes = 0;
};

/// v(k) = alpha v(k-1) - fall z(k-1) + input, a(k) = rho a(k-1) + z(k-1), threshold 1 + beta a.
Pass forward(const Model& m) {
    Pass pass;
    std::vector<double> v(neurons, 0.0), a(neurons, 0.0), current(neurons, 0.0);
    for (std::size_t k = 1; k <= steps; ++k) {
        for (std::size_t j = 0; j < neurons; ++j) {
            double arriving = 0.0;
            for (std::size_t i = 0; i < inputs; ++i) arriving += m.in[i][j] * m.train[k - 1][i];
            for (std::size_t i = 0; i < neurons; ++i) arriving += m.loop[i][j] * pass.z[k - 1][i];
            v[j] = m.alpha() * v[j] + m.feed() * current[j] - m.fall() * pass.z[k - 1][j];
            current[j] *= m.sigma();
            (m.s.tau_s > 0.0 ? current : v)[j] += arriving;
            a[j] = m.rho() * a[j] + pass.z[k - 1][j];
            const double distance = v[j] - 1.0 - m.s.beta * a[j];
            pass.psi[k][j] = surrogate_height * std::max(0.0, 1.0 - std::abs(distance) / surrogate_width);
            pass.z[k][j] = distance >= 0.0 ? 1.0 : 0.0;
            pass.spikes += distance >= 0.0 ? 1 : 0;
        }
        for (std::size_t o = 0; o < outputs; ++o) {
            pass.y[k][o] = m.kappa() * pass.y[k - 1][o];
            for (std::size_t j = 0; j < neurons; ++j) pass.y[k][o] += m.out[j][o] * pass.z[k][j];
        }
    }
    return pass;
}

struct Gradient {
    Matrix in = zeros(inputs, neurons), loop = zeros(neurons, neurons), out = zeros(neurons, outputs);
};

/// Of half the summed squared error, in reverse. @param stopped nothing flows back along recurrent spikes
Gradient backward(const Model& m, const Pass& pass, bool stopped) {
    Gradient g;
    std::vector<double> of_y(outputs, 0.0), of_v(neurons, 0.0), of_a(neurons, 0.0), of_i(neurons, 0.0);
    for (std::size_t k = steps; k >= 1; --k) {
        for (std::size_t o = 0; o < outputs; ++o) of_y[o] = pass.y[k][o] - m.target[k][o] + m.kappa() * of_y[o];
        std::vector<double> of_z(neurons, 0.0);
        for (std::size_t j = 0; j < neurons; ++j) {
            for (std::size_t o = 0; o < outputs; ++o) {
                g.out[j][o] += of_y[o] * pass.z[k][j];
                of_z[j] += of_y[o] * m.out[j][o];
            }
            of_z[j] += of_a[j]; // of tick k + 1
            if (m.s.reset_in_gradient) of_z[j] -= m.fall() * of_v[j];
            if (stopped) continue;
            for (std::size_t n = 0; n < neurons; ++n) of_z[j] += m.loop[j][n] * (m.s.tau_s > 0.0 ? of_i : of_v)[n];
        }
        for (std::size_t j = 0; j < neurons; ++j) {
            const double of_distance = pass.psi[k][j] * of_z[j];
            of_i[j] = m.sigma() * of_i[j] + m.feed() * of_v[j];
            of_v[j] = of_distance + m.alpha() * of_v[j];
            of_a[j] = m.rho() * of_a[j] - m.s.beta * of_distance;
            const double of_arrival = m.s.tau_s > 0.0 ? of_i[j] : of_v[j];
            for (std::size_t i = 0; i < inputs; ++i) g.in[i][j] += of_arrival * m.train[k - 1][i];
            for (std::size_t i = 0; i < neurons; ++i) g.loop[i][j] += of_arrival * pass.z[k - 1][i];
        }
    }
    return g;
}

/// The engine's network; it also draws the model's numbers.
struct Experiment {
    Model model;
    Network network{one_ms, 5};
    PopulationId input, hidden, output;
    ProjectionId in, loop, out;

    explicit Experiment(const Setting& setting) {
        model.s = setting;
        input = network.add("input", inputs, InputParameters{});
        hidden = network.add("hidden", neurons, neuron(setting));
        output = network.add("output", outputs, LeakyReadoutParameters{.tau_ms = setting.tau_out});
        const double scale = setting.tau_s > 0.0 ? setting.tau_m / setting.tau_s : 1.0;
        const Eprop rule{.surrogate = PiecewiseLinear{surrogate_height, surrogate_width},
                         .filter_tau_ms = setting.tau_out,
                         .normalised_filter = false,
                         .reset_in_gradient = setting.reset_in_gradient};
        in = network.connect(input, hidden, spec(Uniform{-0.2 * scale, 0.7 * scale}, 1.0, rule));
        loop = network.connect(hidden, hidden, spec(Uniform{-0.4 * scale, 0.4 * scale}, 1.0, rule));
        out = network.connect(hidden, output, spec(Uniform{-0.5, 0.5}, 0.0, ReadoutRule{}));
        network.set_error(output, Error::mean_squared);
        network.add_feedback({output, hidden, FeedbackKind::symmetric});
        network.set_schedule({.interval_steps = steps});
        RandomStream random(6, 0);
        for (std::size_t k = 0; k <= steps; ++k) {
            model.train.emplace_back();
            for (std::size_t i = 0; i < inputs; ++i) model.train.back().push_back(random.uniform() < 0.1 ? 1 : 0);
            for (double& y : model.target[k]) y = 2.0 * random.uniform() - 1.0;
        }
    }

    static ModelParameters neuron(const Setting& s) {
        const LifParameters lif{.tau_m_ms = s.tau_m, .reset = Reset::subtract, .spike_effect = SpikeEffect::next_tick};
        if (s.tau_s > 0.0) {
            CubaLifParameters cuba;
            static_cast<LifParameters&>(cuba) = lif;
            cuba.spike_effect = SpikeEffect::immediate;
            cuba.tau_e_ms = cuba.tau_i_ms = s.tau_s;
            return cuba;
        }
        if (s.beta == 0.0) return lif;
        AdaptiveLifParameters adaptive;
        static_cast<LifParameters&>(adaptive) = lif;
        adaptive.beta = s.beta;
        adaptive.tau_a_ms = s.tau_a;
        return adaptive;
    }
    static ProjectionSpec spec(const Distribution& weight, double delay, const Rule& rule) {
        return {.weight = weight, .delay_ms = Constant{delay}, .rule = rule, .optimiser = Sgd{rate}};
    }
};

Matrix as_matrix(const std::vector<Synapse>& synapses, std::size_t sources, std::size_t targets) {
    Matrix w = zeros(sources, targets);
    for (const Synapse& s : synapses) w[s.source][s.target] = s.weight;
    return w;
}

/// Largest difference of -change/rate and the gradient, relative to the largest entry; of the entries that count.
double mismatch(const Matrix& before, const Matrix& after, const Matrix& gradient) {
    double difference = 0.0, largest = 1e-300;
    for (std::size_t i = 0; i < gradient.size(); ++i) {
        for (std::size_t j = 0; j < gradient[i].size(); ++j) {
            largest = std::max(largest, std::abs(gradient[i][j]));
            difference = std::max(difference, std::abs((before[i][j] - after[i][j]) / rate - gradient[i][j]));
        }
    }
    CHECK(largest > 0.1);
    return difference / largest;
}

void check(const Setting& setting) {
    Experiment e(setting);
    Simulation simulation(e.network, {.precision = Precision::double_precision});
    Model& m = e.model;
    m.in = as_matrix(simulation.synapses(e.in), inputs, neurons);
    m.loop = as_matrix(simulation.synapses(e.loop), neurons, neurons);
    m.out = as_matrix(simulation.synapses(e.out), neurons, outputs);
    for (std::size_t k = 0; k < steps; ++k) {
        for (std::size_t i = 0; i < inputs; ++i) {
            if (m.train[k][i]) (void)simulation.push(e.input, static_cast<Tick>(k), static_cast<std::uint32_t>(i));
        }
        (void)simulation.set_target(e.output, static_cast<Tick>(k) + 1, m.target[k + 1]);
    }
    simulation.advance_until(steps);
    const Pass pass = forward(m);
    REQUIRE(static_cast<int>(simulation.counters().spikes) == pass.spikes);
    CHECK(pass.spikes > 30);
    const Gradient stopped = backward(m, pass, true), whole = backward(m, pass, false);
    const Matrix in = as_matrix(simulation.synapses(e.in), inputs, neurons);
    const Matrix loop = as_matrix(simulation.synapses(e.loop), neurons, neurons);
    const Matrix out = as_matrix(simulation.synapses(e.out), neurons, outputs);
    CHECK(mismatch(m.in, in, stopped.in) < 1e-9);
    CHECK(mismatch(m.loop, loop, stopped.loop) < 1e-9);
    CHECK(mismatch(m.out, out, stopped.out) < 1e-9);
    CHECK(mismatch(m.in, in, whole.in) > 1e-2); // what is stopped is not nothing
}

} // namespace

TEST_CASE("e-prop is back-propagation through time with recurrent spikes stopped: LIF", "[runtime][gradient][fast]") {
    check({});
    check({.tau_m = 15.0, .tau_out = 15.0});
}

TEST_CASE("e-prop is back-propagation through time with recurrent spikes stopped: adaptive LIF",
          "[runtime][gradient][fast]") {
    check({.beta = 0.2});
    check({.tau_a = 30.0, .beta = 2.6}); // rho - beta psi < 0
}

TEST_CASE("e-prop is back-propagation through time with recurrent spikes stopped: the reset counts",
          "[runtime][gradient][fast]") {
    check({.reset_in_gradient = true});
}

TEST_CASE("e-prop is back-propagation through time with recurrent spikes stopped: synaptic currents",
          "[runtime][gradient][fast]") {
    check({.tau_s = 5.0});
    check({.tau_s = 8.0, .reset_in_gradient = true});
}
