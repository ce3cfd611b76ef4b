// SPDX-License-Identifier: BSD-3-Clause
// A small recurrent network that learns, and what goes into it: the common ground of the tests of this folder. Times
// are in milliseconds, events lie on a 1 ms grid.
#pragma once

#include "engine/saltus.hpp"

#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <vector>

namespace saltus::test {

inline constexpr TimeGrid one_ms{
    .tick = std::chrono::milliseconds(1), .delay_resolution = std::chrono::milliseconds(1), .learning_clock = 1};

struct NetworkOptions {
    TimeGrid grid = one_ms;
    UpdateTiming timing = UpdateTiming::interval;
    std::int64_t interval_steps = 50;
    bool reset_state = true;
    bool adaptive = false;
    bool sparse = false; ///< projections of the hidden population: sparse, delays of 1 to 4 ms
    FeedbackKind feedback = FeedbackKind::symmetric;
    double rate_strength = 0.0;
    Optimiser hidden_optimiser = Sgd{2e-3};
    Optimiser readout_optimiser = Sgd{2e-3};
};

/// 20 inputs -> 30 hidden neurons, recurrent -> 3 readouts. Hard resets: no crossing lies off the grid.
struct LearningNetwork {
    static constexpr std::uint32_t inputs = 20, neurons = 30, outputs = 3;
    Network network;
    PopulationId input, hidden, readout;
    ProjectionId in, loop, out;

    explicit LearningNetwork(const NetworkOptions& o = {}) : network(o.grid, 11) {
        input = network.add("input", inputs, InputParameters{});
        hidden = network.add("hidden", neurons, model(o.adaptive));
        readout = network.add("readout", outputs, LeakyReadoutParameters{.tau_ms = 20.0});
        const Eprop rule{.rate = {.strength = o.rate_strength, .target_hz = 20.0}};
        in = network.connect(input, hidden, hidden_spec(o, rule, Normal{0.09, 0.09}, 8));
        loop = network.connect(hidden, hidden, hidden_spec(o, rule, Normal{0.0, 0.15}, 6));
        out = network.connect(hidden, readout,
                              {.weight = Normal{0.0, 0.3},
                               .delay_ms = Constant{0.0},
                               .rule = ReadoutRule{},
                               .optimiser = o.readout_optimiser});
        network.set_error(readout, Error::mean_squared);
        network.add_feedback({readout, hidden, o.feedback, Normal{0.0, 0.5}});
        const bool interval = o.timing == UpdateTiming::interval;
        network.set_schedule(
            {.timing = o.timing, .interval_steps = o.interval_steps, .reset_state = interval && o.reset_state});
    }

  private:
    static ModelParameters model(bool adaptive) {
        const LifParameters lif{.tau_m_ms = 20.0, .reset = Reset::to_value, .refractory_ms = 3.0};
        if (!adaptive) return lif;
        AdaptiveLifParameters alif;
        static_cast<LifParameters&>(alif) = lif;
        alif.beta = 0.2;
        alif.tau_a_ms = 80.0;
        return alif;
    }

    static ProjectionSpec hidden_spec(const NetworkOptions& o, const Eprop& rule, Normal weight, std::uint32_t fan_in) {
        ProjectionSpec spec{.weight = weight,
                            .delay_ms = Constant{2.0},
                            .allow_self = false,
                            .rule = rule,
                            .optimiser = o.hidden_optimiser};
        if (!o.sparse) return spec;
        spec.weight = Normal{2.0 * weight.mean, 2.0 * weight.standard_deviation};
        spec.connector = FixedInDegree{fan_in};
        spec.delay_ms = Uniform{0.5, 4.49};
        return spec;
    }
};

/// Input spikes at `rate` per neuron and millisecond, from millisecond `first` to before `last`.
inline std::vector<InputEvent> random_input(Tick ticks_per_ms, Tick first, Tick last, double rate = 0.06,
                                            std::uint64_t seed = 1) {
    std::vector<InputEvent> events;
    for (Tick ms = first; ms < last; ++ms) {
        RandomStream random(seed, static_cast<std::uint64_t>(ms));
        for (std::uint32_t i = 0; i < LearningNetwork::inputs; ++i) {
            if (random.uniform() < rate) events.push_back({ms * ticks_per_ms, i});
        }
    }
    return events;
}

/// A new target every 10 ms, from the first millisecond (> 0) on.
inline void set_random_targets(Simulation& simulation, PopulationId readout, Tick ticks_per_ms, Tick first, Tick last) {
    for (Tick ms = first; ms < last; ms += 10) {
        RandomStream random(2, static_cast<std::uint64_t>(ms));
        std::array<double, LearningNetwork::outputs> target;
        for (double& value : target) value = 2.0 * random.uniform() - 1.0;
        (void)simulation.set_target(readout, ms * ticks_per_ms, target);
    }
}

inline double total_change(const std::vector<double>& a, const std::vector<double>& b) {
    double sum = 0.0;
    for (std::size_t k = 0; k < a.size(); ++k) sum += std::abs(a[k] - b.at(k));
    return sum;
}

/// a == b, as a plain bool: long lists are not printed where they differ.
template <class List>
bool same(const List& a, const List& b) {
    return a == b;
}

inline double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
    double largest = a.size() == b.size() ? 0.0 : INFINITY;
    for (std::size_t k = 0; k < a.size() && k < b.size(); ++k) largest = std::max(largest, std::abs(a[k] - b[k]));
    return largest;
}

} // namespace saltus::test
