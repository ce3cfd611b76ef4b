// SPDX-License-Identifier: BSD-3-Clause
// Learns, while it runs, to tell a rising sequence of input spikes from a falling one.
#include <saltus/saltus.hpp>

#include <array>
#include <cstdio>

int main() {
    using namespace saltus;
    Network network; // event times in microseconds, learning steps of 1 ms
    const auto input = network.add("input", 20, InputParameters{});
    const auto hidden = network.add("hidden", 50, LifParameters{.tau_m_ms = 10.0});
    const auto output = network.add("output", 2, LeakyReadoutParameters{.tau_ms = 20.0});
    network.connect(input, hidden, {.weight = Normal{0.2, 0.5}, .rule = Eprop{}, .optimiser = Sgd{0.01}});
    network.connect(hidden, output, {.delay_ms = Constant{0.0}, .rule = ReadoutRule{}, .optimiser = Sgd{0.001}});
    network.set_error(output, Error::cross_entropy);
    network.add_feedback({output, hidden, FeedbackKind::random});
    network.set_schedule({.interval_steps = 50}); // weights change, and the network returns to rest, every 50 ms

    Simulation simulation(network);
    simulation.record_spikes(hidden);
    RandomStream random(1, 1);
    int right = 0;
    for (int trial = 0; trial < 1000; ++trial) {
        const Tick start = simulation.now();
        const bool rising = random.below(2) == 1;
        for (std::uint32_t i = 0; i < 20; ++i) { // one spike every millisecond, each up to 5 ms late
            const Tick slot = rising ? i : 19 - i;
            (void)simulation.push(input, start + 1000 * slot + random.below(5000), i);
        }
        (void)simulation.set_target(output, start + 1, rising ? std::array{0.0, 1.0} : std::array{1.0, 0.0});
        simulation.advance_until(start + 40'000);
        right += (simulation.state(output, 1) > simulation.state(output, 0)) == rising;
        simulation.advance_until(start + 50'000);
        if (trial % 100 != 99) continue;
        std::printf("trials %4d to %4d: %3d %% right, %zu hidden spikes\n", trial - 98, trial + 1, right,
                    simulation.spikes().size());
        simulation.clear_spikes();
        right = 0;
    }
}
