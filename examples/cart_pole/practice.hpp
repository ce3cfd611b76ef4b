// SPDX-License-Identifier: BSD-3-Clause
// Episodes: the agent and the cart in closed loop.
#pragma once

#include "examples/cart_pole/agent.hpp"

#include <cstdint>
#include <functional>

namespace saltus::examples::cart_pole {

struct Episode {
    std::uint32_t steps = 0;
    bool fell = false;
};

/// Told of every step: the state that the agent saw.
using Watch = std::function<void(const CartPole&)>;

/// Episode number n of a run; n decides where it starts and what chance does. The agent learns from it if its learning
/// is on, and rests afterwards.
Episode play(Agent& agent, std::uint64_t seed, std::uint64_t n, Choice choice, const Watch& watch = {});

struct Test {
    std::uint64_t episodes = 0, full = 0; ///< all, and those that lasted to the end
    double mean_steps = 0.0;
};

/// Greedy episodes first, ..., first + count - 1 with learning off; fewer after Ctrl-C.
[[nodiscard]] Test judge(Agent& agent, std::uint64_t seed, std::uint64_t first, std::uint64_t count);

} // namespace saltus::examples::cart_pole
