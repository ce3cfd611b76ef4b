// SPDX-License-Identifier: BSD-3-Clause
// The end of an interval: as many new synapses as have become dormant, drawn among all pairs of the two populations,
// whichever slices they lie in (learning/deep_r.hpp). Weights are 0 before and after, so feedback that follows them
// has nothing to learn.
#include "engine/runtime/engine.hpp"

#include <algorithm>
#include <set>

namespace saltus {
namespace {

template <class Real>
using Sets = std::vector<const Rewiring<Real>*>;

/// The first `count` pairs drawn that are no active synapses, by source and target.
template <class Real>
std::vector<NewConnection> draw_connections(const Sets<Real>& sets, const Network& network,
                                            const Projection& projection, std::size_t count) {
    const bool bar_self = projection.source == projection.target && !projection.spec.allow_self;
    RandomStream stream = sets.front()->candidates();
    std::set<NewConnection> drawn;
    while (drawn.size() < count) { // ends: what has become dormant is free itself
        const std::uint32_t source = stream.below(network.at(projection.source).size);
        const std::uint32_t target = stream.below(network.at(projection.target).size);
        if (bar_self && source == target) continue;
        const auto taken = [&](const Rewiring<Real>* set) { return set->owns(target) && set->active(source, target); };
        if (std::any_of(sets.begin(), sets.end(), taken)) continue;
        drawn.insert({source, target, sets.front()->sign(source, target)});
    }
    return {drawn.begin(), drawn.end()};
}

} // namespace

template <class Real>
void Engine<Real>::rewire() {
    for (std::uint32_t q = 0; q < network_.projections().size(); ++q)
        if (network_.projections()[q].spec.rewiring) rewire(q);
}

template <class Real>
void Engine<Real>::rewire(std::uint32_t projection) {
    const std::vector<RowSet<Real>*> rows = row_sets(projection);
    Sets<Real> sets;
    std::size_t dormant = 0;
    for (const RowSet<Real>* set : rows) {
        const Rewiring<Real>* rewiring = set->plasticity->due_rewiring();
        if (rewiring == nullptr) return;
        sets.push_back(rewiring);
        dormant += rewiring->dormant();
    }
    if (dormant == 0) return;
    counters_.rewired += dormant;
    const auto drawn = draw_connections<Real>(sets, network_, network_.projections()[projection], dormant);
    for (std::size_t s = 0; s < rows.size(); ++s) {
        std::vector<NewConnection> own;
        std::copy_if(drawn.begin(), drawn.end(), std::back_inserter(own),
                     [&](const NewConnection& c) { return sets[s]->owns(c.target); });
        rows[s]->plasticity->replace_dormant(own);
    }
}

template class Engine<float>;
template class Engine<double>;

} // namespace saltus
