// SPDX-License-Identifier: BSD-3-Clause
// Populations that so much arrives at that it is cheaper to advance all their neurons at every tick than each at its
// own arrivals. From time to time it is decided anew which those are: at fixed model times, from how many synaptic
// events arrived at the population since, so that neither the cut nor the machine has a say. A stepped population's
// states round differently (decay tick by tick), and everything else is the same.
#include "engine/runtime/engine.hpp"

#include <algorithm>
#include <variant>

namespace saltus {
namespace {

constexpr std::int64_t reviews_per_s = 10;
constexpr std::uint32_t least_neurons = 256; ///< below, what there is to do at a tick anyway counts for more

} // namespace

template <class Real>
void Engine<Real>::build_stepping() {
    const std::size_t populations = network_.populations().size();
    steps_worth_an_event_.assign(populations, 0);
    stepped_.assign(populations, 0);
    for (std::size_t p = 0; p < populations; ++p) {
        if (network_.populations()[p].size < least_neurons) continue;
        for (const Place at : places_[p])
            steps_worth_an_event_[p] = std::visit(
                [](const auto& group) -> std::uint64_t {
                    if constexpr (requires { group.steps_worth_an_event(); }) return group.steps_worth_an_event();
                    return 0;
                },
                partition(at).group(at.slice));
    }
    const bool any = std::any_of(steps_worth_an_event_.begin(), steps_worth_an_event_.end(),
                                 [](std::uint64_t steps) { return steps != 0; });
    const Tick second = std::chrono::seconds(1) / network_.grid().tick;
    if (any) run_.review = std::max<Tick>(second / reviews_per_s, 1);
}

/// Whether anything has arrived since the last review, or is stepped: else there is nothing to decide.
template <class Real>
bool Engine<Real>::review_pending() const {
    if (run_.review == never) return false;
    std::uint64_t events = 0;
    for (const auto& partition : partitions_) {
        if (partition->any_stepped()) return true;
        events += partition->counters().synaptic_events;
    }
    return events != reviewed_events_;
}

/// Once more often than every so many ticks per neuron: stepped from tick t on; less than half as often: no longer.
template <class Real>
void Engine<Real>::review_stepping(Tick t) {
    reviewed_events_ = 0;
    for (const auto& partition : partitions_) reviewed_events_ += partition->counters().synaptic_events;
    for (std::size_t p = 0; p < stepped_.size(); ++p) {
        if (steps_worth_an_event_[p] == 0) continue;
        std::uint64_t events = 0;
        for (const Place at : places_[p]) events += partition(at).take_arrived(at.slice);
        const std::uint64_t steps = static_cast<std::uint64_t>(run_.review) * network_.populations()[p].size;
        const std::uint64_t worth = events * steps_worth_an_event_[p];
        const bool stepped = worth >= (stepped_[p] ? steps / 2 : steps) && events > 0;
        if (stepped == (stepped_[p] != 0)) continue;
        stepped_[p] = stepped ? 1 : 0;
        for (const Place at : places_[p]) partition(at).set_stepped(at.slice, stepped, t);
    }
}

template void Engine<float>::build_stepping();
template void Engine<double>::build_stepping();
template bool Engine<float>::review_pending() const;
template bool Engine<double>::review_pending() const;
template void Engine<float>::review_stepping(Tick);
template void Engine<double>::review_stepping(Tick);

} // namespace saltus
