// SPDX-License-Identifier: BSD-3-Clause
// What drives neurons besides synapses, set at run time: input currents, rates of Poisson sources. A change stamped
// with a tick acts at its end, after all else that happens there.
#include "engine/runtime/engine.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

namespace saltus {

template <class Real>
Status Engine<Real>::set_drive(std::uint32_t population, Tick from, std::span<const double> values) {
    const Population& p = network_.populations()[population];
    const bool rate = std::holds_alternative<PoissonParameters>(p.model);
    const double largest = rate ? most_per_tick / network_.grid().tick_s() : largest_current;
    const auto good = [&](double x) { return rate ? x >= 0.0 && x <= largest : std::abs(x) <= largest; };
    Status status = Status::ok;
    if (values.size() != 1 && values.size() != p.size)
        status = Status::out_of_range;
    else if (from < now_)
        status = Status::late;
    else if (!std::all_of(values.begin(), values.end(), good))
        status = Status::invalid_value;
    if (status != Status::ok) {
        ++counters_.drives_refused;
        return status;
    }
    DriveChange& change = drives_.push();
    change.from = from;
    change.population = population;
    if (values.size() == 1)
        change.values.assign(p.size, values.front());
    else
        change.values.assign(values.begin(), values.end());
    std::size_t place = drives_.size() - 1; // behind all that are not later
    while (place > 0 && drives_[place - 1].from > from) --place;
    drives_.move_back_to(place);
    return Status::ok;
}

/// Makes the changes stamped t.
template <class Real>
void Engine<Real>::apply_drives(Tick t) {
    for (; !drives_.empty() && drives_.front().from <= t; drives_.pop()) {
        const DriveChange& change = drives_.front();
        for (const Place at : places_[change.population]) {
            Partition<Real>& owner = partition(at);
            owner.set_drive(at.slice, t, &change.values[owner.slices()[at.slice].begin]);
        }
    }
}

template <class Real>
void Engine<Real>::hash_drives(Fingerprint& h) const {
    for (std::size_t i = 0; i < drives_.size(); ++i) {
        const DriveChange& change = drives_[i];
        h.add(change.from);
        h.add(change.population);
        for (const double value : change.values) h.add(value);
    }
}

template <class Real>
std::vector<NeuronFault> Engine<Real>::faults() const {
    std::vector<NeuronFault> all = readouts_->faults();
    for (const auto& partition : partitions_)
        all.insert(all.end(), partition->faults().begin(), partition->faults().end());
    std::sort(all.begin(), all.end(), [](const NeuronFault& a, const NeuronFault& b) {
        return std::tie(a.tick, a.population, a.neuron) < std::tie(b.tick, b.population, b.neuron);
    });
    return all;
}

template class Engine<float>;
template class Engine<double>;

} // namespace saltus
