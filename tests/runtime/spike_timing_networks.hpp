// SPDX-License-Identifier: BSD-3-Clause
// Random networks with every synapse type: delays, several synapses of a pair, self-connections, refractoriness.
#pragma once

#include "tests/runtime/spike_timing_reference.hpp"

namespace saltus::test {

enum class Synapses { pair, triplet, short_term, mixed };

inline Rule random_rule(RandomStream& random, bool triplet, double w_max) {
    const Pairing pairing = random.below(3) == 0 ? Pairing::nearest : Pairing::all_to_all;
    const double tau_plus_ms = 1.0 + 3.0 * random.uniform(), tau_minus_ms = 1.0 + 8.0 * random.uniform();
    if (triplet) {
        return TripletStdp{.tau_plus_ms = tau_plus_ms,
                           .tau_x_ms = 5.0 + 20.0 * random.uniform(),
                           .tau_minus_ms = tau_minus_ms,
                           .tau_y_ms = 5.0 + 20.0 * random.uniform(),
                           .a2_plus = 0.01 * random.uniform(),
                           .a3_plus = 0.02 * random.uniform(),
                           .a2_minus = 0.01 * random.uniform(),
                           .a3_minus = 0.01 * random.uniform(),
                           .w_max = w_max,
                           .pairing = pairing};
    }
    const auto exponent = [&] { return std::array{0.0, 1.0, 0.1 + random.uniform()}[random.below(3)]; };
    return PairStdp{.tau_plus_ms = tau_plus_ms,
                    .tau_minus_ms = tau_minus_ms,
                    .lambda = 0.02 + 0.03 * random.uniform(),
                    .alpha = 0.5 + random.uniform(),
                    .mu_plus = exponent(),
                    .mu_minus = exponent(),
                    .w_max = w_max,
                    .pairing = pairing};
}

inline ShortTerm random_short_term(RandomStream& random) {
    return {.utilisation = 0.2 + 0.8 * random.uniform(),
            .tau_rec_ms = random.below(4) == 0 ? 0.0 : 1.0 + 30.0 * random.uniform(),
            .tau_fac_ms = random.below(3) == 0 ? 0.0 : 1.0 + 50.0 * random.uniform()};
}

inline TimedProjection random_projection(RandomStream& random, const TimedNetwork& net, bool from_input, double w_max,
                                         std::size_t fan_in) {
    TimedProjection p{.from_input = from_input, .synapses = {}};
    for (std::uint32_t j = 0; j < net.neurons; ++j) {
        for (std::size_t k = 0; k < fan_in; ++k) {
            const std::uint32_t source = random.below(from_input ? net.inputs : net.neurons);
            p.synapses.push_back({source, j, w_max * (0.2 + 0.6 * random.uniform()), 1 + Tick{random.below(20)}});
        }
    }
    sort_synapses(p);
    return p;
}

/// 12 inputs, 10 neurons; input, recurrent excitation and recurrent inhibition are plastic each in its way.
inline TimedNetwork random_timed_network(std::uint64_t seed, Synapses kind, Tick last) {
    RandomStream random(seed, 2026);
    TimedNetwork net{.inputs = 12, .neurons = 10, .tau_m_ms = 5.0 + 10.0 * random.uniform()};
    net.refractory = Tick{random.below(3)} * (1 + random.below(30));
    net.clamp = random.below(2) == 0;
    for (const double w_max : {1.0, 0.6, -0.5}) {
        TimedProjection p = random_projection(random, net, w_max == 1.0, w_max, w_max == 1.0 ? 8 : 5);
        const bool triplet = kind == Synapses::triplet || (kind == Synapses::mixed && random.below(2) == 0);
        if (kind != Synapses::short_term) p.rule = random_rule(random, triplet, w_max);
        if (kind == Synapses::short_term || (kind == Synapses::mixed && random.below(3) > 0))
            p.short_term = random_short_term(random);
        net.projections.push_back(std::move(p));
    }
    // bursts and silences, so that rows are silent for several windows
    for (Tick t = 0; t < last; ++t) {
        const bool busy = (t / 400) % 3 != 2;
        for (std::uint32_t i = 0; i < net.inputs; ++i) {
            const double rate = (i % 4 == 0 ? 0.0005 : 0.012) * (busy ? 1.0 : 0.05);
            if (random.uniform() < rate) net.events.push_back({t, i});
            if (random.uniform() < 0.02 * rate) net.events.push_back({t, i}), net.events.push_back({t, i});
        }
    }
    return net;
}

} // namespace saltus::test
