// SPDX-License-Identifier: BSD-3-Clause
// Stage 8, rewiring: DEEP R (Bellec et al. 2018, algorithm 1), synapse by synapse.
#include "tests/oracle/dense_run.hpp"

#include <algorithm>
#include <cmath>

namespace saltus_oracle {

/// What is left of a synapse after an update, and whether it has become dormant.
double DenseRun::shrink(std::size_t p, std::size_t s, double weight, double eta) {
    const Rewiring& rewiring = *scenario_.projections[p].rewiring;
    const Synapse& synapse = scenario_.projections[p].synapses[s];
    Synapses& x = synapses_[p];
    if (x.dormant[s] != 0) return 0.0;
    double theta = x.sign[s] * weight - eta * rewiring.l1;
    if (rewiring.temperature > 0.0)
        theta +=
            std::sqrt(2.0 * eta * rewiring.temperature) * rewiring.normal(x.updates, synapse.source, synapse.target);
    if (theta >= 0.0) return x.sign[s] * theta;
    x.dormant[s] = 1;
    return 0.0;
}

void DenseRun::replace_dormant(std::size_t p) {
    const Projection& projection = scenario_.projections[p];
    Synapses& x = synapses_[p];
    const auto next = projection.rewiring->candidates(x.updates);
    for (std::size_t dormant = 0; dormant < x.dormant.size();) {
        if (x.dormant[dormant] == 0) {
            ++dormant;
            continue;
        }
        const auto [source, target] = next();
        bool free = projection.source != projection.target || projection.rewiring->allow_self || source != target;
        for (std::size_t s = 0; s < x.dormant.size(); ++s) {
            const Synapse& other = projection.synapses[s];
            if (x.dormant[s] == 0 && other.source == source && other.target == target) free = false;
        }
        if (free) activate(p, dormant, source, target);
    }
    sort_canonically();
}

/// A synapse in the place of a dormant one: nothing of that is left.
void DenseRun::activate(std::size_t p, std::size_t s, std::size_t source, std::size_t target) {
    Projection& projection = scenario_.projections[p];
    projection.synapses[s].source = source;
    projection.synapses[s].target = target;
    Synapses& x = synapses_[p];
    x.dormant[s] = 0;
    x.sign[s] = projection.rewiring->sign(source, target);
    for (auto* memory : {&x.first_moment, &x.second_moment}) (*memory)[s] = 0.0;
    ++result_.rewired;
}

} // namespace saltus_oracle
