// SPDX-License-Identifier: BSD-3-Clause
#include "examples/cart_pole/agent.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace saltus::examples::cart_pole {
namespace {

constexpr Tick ticks_per_ms = 10;
constexpr Tick step_ticks = step_ms * ticks_per_ms;
constexpr double delay_ms = 1.0;                               // of the place cells' spikes
constexpr double latest_ms = 16.0;                             // none is under way when the push is chosen
constexpr std::array<double, 4> reach = {2.4, 2.5, 0.21, 2.5}; // of the outermost place cells: m, m/s, rad, rad/s

TimeGrid control_grid() {
    return {.tick = std::chrono::microseconds(1000 / ticks_per_ms),
            .delay_resolution = std::chrono::microseconds(1000 / ticks_per_ms),
            .learning_clock = step_ticks};
}

} // namespace

Agent::Described Agent::describe(const AgentOptions& o, std::uint64_t seed) {
    Described d{.network = Network(control_grid(), seed)};
    Network& network = d.network;
    constexpr double tau_ms = 20.0;
    d.input = network.add("place cells", 4 * o.cells, InputParameters{});
    d.hidden = network.add("hidden", o.hidden, LifParameters{.tau_m_ms = 10.0});
    d.actor = network.add("actor", pushes, LeakyReadoutParameters{.tau_ms = tau_ms});
    d.critic = network.add("critic", 1, LeakyReadoutParameters{.tau_ms = tau_ms});
    const auto connect = [&](PopulationId source, PopulationId target, ProjectionSpec spec, double factor) {
        spec.optimiser = Sgd{o.learning_rate * factor};
        d.learning_rates.emplace_back(network.connect(source, target, spec), o.learning_rate * factor);
    };
    connect(d.input, d.hidden,
            {.weight = Normal{0.0, 0.3},
             .delay_ms = Constant{delay_ms},
             .rule = RewardEprop{.filter_tau_ms = tau_ms, .normalised_filter = false}},
            o.hidden_factor);
    const ProjectionSpec read{.weight = Normal{0.0, 0.01}, .delay_ms = Constant{0.0}, .rule = RewardReadout{}};
    connect(d.hidden, d.actor, read, 1.0);
    connect(d.hidden, d.critic, read, o.critic_factor);
    network.set_error({.readout = d.actor, .error = Error::cross_entropy, .at_events = true});
    network.set_error({.readout = d.critic, .error = Error::value});
    for (const PopulationId readout : {d.actor, d.critic}) network.add_feedback({readout, d.hidden, o.feedback});
    network.set_reward({.critic = d.critic, .discount_tau_ms = o.horizon_ms});
    network.set_schedule(LearningSchedule::at_arrivals());
    return d;
}

Agent::Agent(const AgentOptions& options, std::uint64_t seed, Precision precision)
    : Agent(options, describe(options, seed), precision) {}

Agent::Agent(const AgentOptions& options, const Described& d, Precision precision)
    : options_(options), input_(d.input), hidden_(d.hidden), actor_(d.actor), critic_(d.critic),
      learning_rates_(d.learning_rates), simulation_(d.network, {.precision = precision}) {}

double Agent::tick_ms() const { return control_grid().tick_ms(); }

/// One spike of every place cell near the state, the sooner the nearer: at 16 ms (1 - a), a = exp(-d^2/2) with d the
/// distance in units of their spacing; none where a < 0.1.
void Agent::encode(const CartPole& state) {
    constexpr double faintest = 0.1;
    events_.clear();
    const std::array<double, 4> variables = state.variables();
    for (std::uint32_t k = 0; k < 4; ++k) {
        const double spacing = 2.0 * reach[k] / (options_.cells - 1);
        const double place = (std::clamp(variables[k], -reach[k], reach[k]) + reach[k]) / spacing;
        for (std::uint32_t i = 0; i < options_.cells; ++i) {
            const double distance = place - i;
            const double nearness = stable_exp(-0.5 * distance * distance);
            if (nearness < faintest) continue;
            const double late_ms = latest_ms * (1.0 - nearness);
            events_.push_back({simulation_.now() + static_cast<Tick>(late_ms * ticks_per_ms), k * options_.cells + i});
        }
    }
}

Push Agent::act(const CartPole& state, Choice choice, RandomStream& random) {
    const Tick edge = simulation_.now() + step_ticks;
    encode(state);
    (void)simulation_.push(input_, events_);
    simulation_.advance_until(edge - 1);
    const Push chosen = choose(choice, random);
    std::array<double, pushes> done{};
    done[chosen] = 1.0;
    (void)simulation_.set_target(actor_, edge, done); // it counts at the learning edge, whose outputs are a tick older
    simulation_.advance_until(edge);
    return chosen;
}

Push Agent::choose(Choice choice, RandomStream& random) const {
    const double advantage = simulation_.state(actor_, right) - simulation_.state(actor_, left);
    if (choice == Choice::greedy) return advantage > 0.0 ? right : left;
    return random.uniform() < 1.0 / (1.0 + stable_exp(-advantage)) ? right : left;
}

void Agent::fall() {
    (void)simulation_.set_reward(simulation_.now() + 1, -1.0, true);
    simulation_.advance_until(simulation_.now() + step_ticks);
}

void Agent::rest() {
    constexpr double horizons = 5.0; // what is left of the eligibility: 0.7 %
    const auto steps = static_cast<Tick>(horizons * options_.horizon_ms) / step_ms + 1;
    simulation_.set_learning(false);
    simulation_.advance_until(simulation_.now() + steps * step_ticks);
    simulation_.set_learning(learning_);
}

void Agent::set_learning(bool on) {
    learning_ = on;
    simulation_.set_learning(on);
}

void Agent::anneal(double progress) {
    for (const auto& [projection, rate] : learning_rates_) {
        simulation_.set_learning_rate(projection, rate * (1.0 - progress));
    }
}

} // namespace saltus::examples::cart_pole
