// SPDX-License-Identifier: BSD-3-Clause
// An agent of spiking neurons that learns from reward alone, while it acts (reward-based e-prop: Bellec et al. 2020,
// learning/reward.hpp): place cells -> LIF neurons -> an actor, one output per push, and a critic, which foretells the
// reward to come. One learning step is one step of control: what was seen, what was done, what came of it.
#pragma once

#include "engine/saltus.hpp"
#include "examples/cart_pole/cart_pole.hpp"

#include <cstdint>
#include <utility>
#include <vector>

namespace saltus::examples::cart_pole {

struct AgentOptions {
    std::uint32_t cells = 10; ///< place cells for each of the four variables; at least 2
    std::uint32_t hidden = 100;
    FeedbackKind feedback = FeedbackKind::symmetric;
    double learning_rate = 5e-3; ///< the actor's, falling linearly to zero
    double critic_factor = 0.2;  ///< the critic's rate is so many times the actor's,
    double hidden_factor = 0.04; ///< and that of the hidden neurons
    double horizon_ms = 500.0;   ///< of the discounted reward
};

/// How a push is chosen from the actor's outputs y: with probability softmax(y), or the largest.
enum class Choice { softmax, greedy };

class Agent {
  public:
    Agent(const AgentOptions& options, std::uint64_t seed, Precision precision);

    /// Sees the state for one step of control and chooses a push. `random` is drawn from for Choice::softmax only.
    Push act(const CartPole& state, Choice choice, RandomStream& random);
    /// The episode ended in a fall: a reward of -1, the only one there is. To be told before rest().
    void fall();
    /// Time passes without input until nothing is left of an episode; no weight changes meanwhile.
    void rest();

    /// From now on, also over rest().
    void set_learning(bool on);
    /// Sets the learning rates for a moment of the run, 0 its beginning and 1 its end: they fall linearly to zero.
    void anneal(double progress);

    /// What the critic expected at the last step.
    [[nodiscard]] double value() const { return simulation_.state(critic_, 0); }
    [[nodiscard]] Simulation& simulation() { return simulation_; }
    [[nodiscard]] PopulationId hidden() const { return hidden_; }
    [[nodiscard]] std::uint32_t inputs() const { return 4 * options_.cells; }
    [[nodiscard]] double tick_ms() const;
    /// Spikes of the place cells at the last step.
    [[nodiscard]] const std::vector<InputEvent>& input() const { return events_; }

  private:
    struct Described {
        Network network;
        PopulationId input{}, hidden{}, actor{}, critic{};
        std::vector<std::pair<ProjectionId, double>> learning_rates{};
    };
    static Described describe(const AgentOptions& options, std::uint64_t seed);
    Agent(const AgentOptions& options, const Described& described, Precision precision);
    void encode(const CartPole& state);
    [[nodiscard]] Push choose(Choice choice, RandomStream& random) const;

    AgentOptions options_;
    PopulationId input_, hidden_, actor_, critic_;
    std::vector<std::pair<ProjectionId, double>> learning_rates_;
    Simulation simulation_;
    bool learning_ = true;
    std::vector<InputEvent> events_;
};

} // namespace saltus::examples::cart_pole
