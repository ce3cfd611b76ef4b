// SPDX-License-Identifier: BSD-3-Clause
#include "examples/cart_pole/practice.hpp"

#include "examples/common/interrupt.hpp"
#include "examples/common/poisson_input.hpp"

namespace saltus::examples::cart_pole {

Episode play(Agent& agent, std::uint64_t seed, std::uint64_t n, Choice choice, const Watch& watch) {
    RandomStream random = trial_stream(seed, n, 0);
    CartPole cart = CartPole::start(random);
    Episode episode;
    while (episode.steps < longest_episode && !episode.fell) {
        const Push push = agent.act(cart, choice, random);
        if (watch) watch(cart);
        cart.step(push);
        ++episode.steps;
        episode.fell = cart.fallen();
    }
    if (episode.fell) agent.fall();
    agent.rest();
    return episode;
}

Test judge(Agent& agent, std::uint64_t seed, std::uint64_t first, std::uint64_t count) {
    agent.set_learning(false);
    Test result;
    for (std::uint64_t n = first; n < first + count && !interrupted(); ++n) {
        const Episode episode = play(agent, seed, n, Choice::greedy);
        ++result.episodes;
        result.full += episode.fell ? 0 : 1;
        result.mean_steps += (episode.steps - result.mean_steps) / static_cast<double>(result.episodes);
    }
    agent.set_learning(true);
    return result;
}

} // namespace saltus::examples::cart_pole
