// SPDX-License-Identifier: BSD-3-Clause
#include "tests/oracle/dense_flow.hpp"

#include <algorithm>
#include <cmath>

namespace saltus_oracle::flow {
namespace {

enum : std::size_t { v, i_e, x_e, i_i, x_i, one };

Matrix generator(const Neuron& n) {
    Matrix a{};
    const bool leaky = n.kind == Kind::lif || n.kind == Kind::cuba_lif || n.kind == Kind::alpha_lif;
    a[v][v] = leaky ? -1.0 / n.tau_m : 0.0;
    a[v][one] = leaky ? n.v_inf / n.tau_m : n.drive;
    if (!n.continuous()) return a;
    a[v][i_e] = a[v][i_i] = leaky ? 1.0 / n.tau_m : 1.0;
    a[i_e][i_e] = -1.0 / n.tau_e;
    a[i_i][i_i] = -1.0 / n.tau_i;
    if (n.kind != Kind::alpha_lif) return a;
    a[i_e][x_e] = 1.0 / n.tau_e;
    a[i_i][x_i] = 1.0 / n.tau_i;
    a[x_e][x_e] = -1.0 / n.tau_e;
    a[x_i][x_i] = -1.0 / n.tau_i;
    return a;
}

/// Taylor series; |A t| is well below 1.
Matrix exponential(const Matrix& a, double t) {
    Matrix sum{}, term{};
    for (std::size_t k = 0; k < dimensions; ++k) sum[k][k] = term[k][k] = 1.0;
    for (int n = 1; n < 40; ++n) {
        Matrix next{};
        double largest = 0.0;
        for (std::size_t r = 0; r < dimensions; ++r) {
            for (std::size_t c = 0; c < dimensions; ++c) {
                for (std::size_t k = 0; k < dimensions; ++k) next[r][c] += a[r][k] * term[k][c];
                next[r][c] *= t / n;
                sum[r][c] += next[r][c];
                largest = std::max(largest, std::abs(next[r][c]));
            }
        }
        term = next;
        if (largest < 1e-20) break;
    }
    return sum;
}

} // namespace

void Neuron::arrive(Vector& x, double w) const {
    if (!continuous())
        x[v] += w;
    else if (kind == Kind::alpha_lif)
        x[w >= 0.0 ? x_e : x_i] += std::exp(1.0) * w;
    else
        x[w >= 0.0 ? i_e : i_i] += w;
}

Flow::Flow(const Neuron& neuron, double step_ms) : a_(generator(neuron)), step_ms_(step_ms) {
    double h = step_ms;
    for (int rung = 0; rung < 34; ++rung, h *= 0.5) ladder_.push_back(exponential(a_, h));
}

Vector Flow::moved(const Matrix& m, const Vector& x) {
    Vector y{};
    for (std::size_t r = 0; r < dimensions; ++r)
        for (std::size_t c = r; c < dimensions; ++c) y[r] += m[r][c] * x[c]; // upper triangular
    return y;
}

double Flow::slope(const Vector& x) const {
    double sum = 0.0;
    for (std::size_t c = 0; c < dimensions; ++c) sum += a_[v][c] * x[c];
    return sum;
}

double Flow::time_to(double level, Vector x, bool before_top) const {
    double passed = 0.0, h = step_ms_;
    for (std::size_t k = 1; k < ladder_.size(); ++k) {
        h *= 0.5;
        const Vector later = moved(ladder_[k], x);
        if (later[v] >= level || (before_top && slope(later) <= 0.0)) continue;
        x = later;
        passed += h;
    }
    return passed + h;
}

Vector Flow::top(Vector x) const {
    for (std::size_t k = 1; k < ladder_.size(); ++k) {
        const Vector later = moved(ladder_[k], x);
        if (slope(later) > 0.0) x = later;
    }
    return x;
}

Scan scan(const Neuron& neuron, const Flow& flow, Vector x, double end_ms) {
    Scan seen;
    const double step = flow.step_ms();
    const auto steps = static_cast<int>(std::ceil(end_ms / step));
    for (int n = 0; n < steps; ++n) {
        const double t = n * step;
        const Vector later = flow.step(x);
        const bool was_rising = flow.slope(x) > 0.0, rises = flow.slope(later) > 0.0;
        if (was_rising != rises) ++seen.extrema;
        const bool peaks = was_rising && !rises;
        const Vector top = peaks ? flow.top(x) : later;
        seen.highest = std::max({seen.highest, top[v], later[v]});
        const bool above = seen.crossing_ms >= 0.0;
        if (!above && top[v] >= neuron.threshold) seen.crossing_ms = t + flow.time_to(neuron.threshold, x, peaks);
        if (seen.crossing_ms >= 0.0 && later[v] < neuron.threshold && std::isinf(seen.above_ms))
            seen.above_ms = t + step - seen.crossing_ms;
        x = later;
    }
    return seen;
}

namespace {

struct State {
    Vector x{0.0, 0.0, 0.0, 0.0, 0.0, 1.0};
    Tick refractory_until = 0;
    bool crossed = false;
};

/// From tick k - 1 to tick k; notes whether the membrane was at threshold in between.
void advance(const Neuron& n, const Flow& flow, State& s, Tick k, int steps, double& margin) {
    const double held = s.x[v];
    const bool frozen = n.clamp && k <= s.refractory_until;
    const bool watched = n.continuous() && k > s.refractory_until;
    s.crossed = watched && held >= n.threshold;
    for (int step = 0; step < steps; ++step) {
        const Vector later = flow.step(s.x);
        if (watched && flow.slope(s.x) > 0.0 && flow.slope(later) <= 0.0) {
            const double top = flow.top(s.x)[v];
            margin = std::min(margin, std::abs(top - n.threshold));
            s.crossed |= top >= n.threshold;
        }
        s.crossed |= watched && later[v] >= n.threshold;
        s.x = later;
        if (frozen) s.x[v] = held;
    }
}

bool spikes(const Neuron& n, const State& s, Tick k, double& margin) {
    if (k < s.refractory_until) return false;
    margin = std::min(margin, std::abs(s.x[v] - n.threshold));
    return s.crossed || s.x[v] >= n.threshold;
}

} // namespace

Outcome run(const World& world) {
    Outcome outcome;
    std::vector<State> state(world.neurons.size());
    std::vector<Flow> flows;
    for (const Neuron& n : world.neurons) flows.emplace_back(n, world.tick_ms / world.steps_per_tick);
    Tick longest = 0;
    for (const auto* synapses : {&world.from_inputs, &world.recurrent})
        for (const Synapse& s : *synapses) longest = std::max(longest, s.delay);
    for (Tick k = 0; k <= world.last_tick; ++k) {
        for (std::size_t j = 0; j < state.size() && k > 0; ++j)
            advance(world.neurons[j], flows[j], state[j], k, world.steps_per_tick, outcome.margin);
        const auto deliver = [&](const std::vector<Event>& events, const std::vector<Synapse>& synapses) {
            for (const Event& e : events) {
                if (e.tick >= k || e.tick + longest < k) continue;
                for (const Synapse& s : synapses) {
                    if (s.source != e.neuron || e.tick + s.delay != k) continue;
                    const Neuron& n = world.neurons[s.target];
                    const bool lost = !n.continuous() && n.clamp && k < state[s.target].refractory_until;
                    if (!lost) n.arrive(state[s.target].x, s.weight);
                }
            }
        };
        deliver(world.input, world.from_inputs);
        deliver(outcome.spikes, world.recurrent);
        for (std::size_t j = 0; j < state.size(); ++j) {
            const Neuron& n = world.neurons[j];
            State& s = state[j];
            if (!spikes(n, s, k, outcome.margin)) continue;
            outcome.between_ticks += s.x[v] < n.threshold ? 1 : 0;
            outcome.spikes.push_back({k, j});
            s.x[v] = n.to_value ? n.v_reset : s.x[v] - n.threshold;
            s.refractory_until = k + n.refractory;
        }
    }
    for (const State& s : state) outcome.v.push_back(s.x[v]);
    return outcome;
}

} // namespace saltus_oracle::flow
