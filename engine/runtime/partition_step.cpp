// SPDX-License-Identifier: BSD-3-Clause
// A partition's window, the stages of a tick, threshold tests. The order of stages is that of engine/README.md.
#include "engine/runtime/partition.hpp"

#include <algorithm>

namespace saltus {

template <class Real>
void Partition<Real>::advance(Tick last, std::span<const Emission> input) {
    emissions_.clear();
    volleys_.clear();
    ticks_.clear();
    last_ = last;
    if (!hears_input_) input = {};
    for (;;) {
        const Tick t = next();
        if (!input.empty() && input.front().tick < std::min(t, last)) {
            inject_input(input); // what it brings about may come before t
        } else if (t <= last) {
            tick(t);
        } else {
            break;
        }
    }
    if (run_.edge(last) && (ticks_.empty() || ticks_.back() != last)) tick(last);
}

template <class Real>
Tick Partition<Real>::next() const {
    return any_stepped_ ? std::min(next_event(), stepped_to_ + 1) : next_event();
}

/// The first tick, not worked on yet, at which something arrives, a source spikes or a crossing is due.
template <class Real>
Tick Partition<Real>::next_event() const {
    Tick first = std::min({arrivals_.next(), undelayed_.next(), crossings_.next()});
    for (const std::uint32_t s : sources_) first = std::min(first, std::get<VariedGroup<Poisson>>(groups_[s]).next());
    return first;
}

/// One tick: nothing but the stages, in their order.
template <class Real>
void Partition<Real>::tick(Tick t) {
    const bool edge = run_.edge(t);
    if (edge || !any_stepped_ || next_event() == t) ticks_.push_back(t); // not where slices are stepped, and no more
    sweep(t - 1);
    if (edge) begin_edge(t);
    if (any_stepped_) step_slices(t);
    deliver(arrivals_, t);
    lose_arrivals(t);
    if (edge) sample_surrogates(t);
    fire(t);
    deliver(undelayed_, t); // at readouts
    if (any_silent_) check_readouts(t);
}

/// Slices that so much arrives at that all of them is advanced at every tick.
template <class Real>
void Partition<Real>::step_slices(Tick t) {
    stepped_to_ = t;
    for (std::uint32_t s = 0; s < groups_.size(); ++s) {
        if (!stepped_[s]) continue;
        counters_.neuron_steps += slices_[s].size();
        std::visit(
            [t](auto& group) {
                if constexpr (requires { group.step_to(t); }) group.step_to(t);
            },
            groups_[s]);
    }
}

template <class Real>
void Partition<Real>::set_stepped(std::uint32_t slice, bool stepped, Tick t) {
    stepped_[slice] = stepped ? 1 : 0;
    std::visit(
        [&](auto& group) {
            if constexpr (requires { group.set_stepped(stepped, t, crossings_, local_first_[slice]); })
                group.set_stepped(stepped, t, crossings_, local_first_[slice]);
        },
        groups_[slice]);
    any_stepped_ = std::any_of(stepped_.begin(), stepped_.end(), [](auto s) { return s != 0; });
    stepped_to_ = t;
}

/// Stage 4: threshold tests where something arrived or a crossing was predicted; resets; spikes.
template <class Real>
void Partition<Real>::fire(Tick t) {
    const auto due = [&](std::uint32_t slice, std::uint32_t neuron) {
        std::visit(
            [&]<class G>(G& group) {
                if constexpr (requires { group.look_again(neuron, t, crossings_, 0u); })
                    if (group.look_again(neuron, t, crossings_, local_first_[slice])) return;
                ++counters_.threshold_tests;
                if constexpr (!memoryless<typename G::Model>) group.cross(neuron, t);
            },
            groups_[slice]);
    };
    while (crossings_.next() == t) {
        const std::uint32_t n = crossings_.pop();
        const std::uint32_t slice = population_of(local_first_, n);
        due(slice, n - local_first_[slice]);
    }
    for (std::uint32_t s = 0; s < groups_.size(); ++s) {
        std::visit(
            [&]<class G>(G& group) {
                if constexpr (memoryless<typename G::Model>) {
                    if (group.next() == t) emit_volley(s, group.take(t, last_), t);
                } else if constexpr (G::Model::spiking) {
                    if (!group.has_work(t)) return;
                    const std::uint32_t first = first_neuron_[slices_[s].population] + slices_[s].begin;
                    const std::size_t earlier = emissions_.size();
                    group.fire(
                        t, crossings_, local_first_[s],
                        [&](std::uint32_t j) {
                            emissions_.push_back({t, first + j});
                        },
                        [&](std::uint32_t j, std::size_t variable) { note_fault(s, t, j, variable); });
                    note_spikes(s, earlier, t);
                    counters_.spikes += emissions_.size() - earlier;
                }
            },
            groups_[s]);
    }
}

/// Neurons that are not tested for spikes are tested for sanity alone.
template <class Real>
void Partition<Real>::check_readouts(Tick t) {
    for (std::uint32_t s = 0; s < groups_.size(); ++s) {
        std::visit(
            [&]<class G>(G& group) {
                if constexpr (!G::Model::spiking) {
                    if (!group.has_work(t)) return;
                    group.check_touched(t,
                                        [&](std::uint32_t j, std::size_t variable) { note_fault(s, t, j, variable); });
                }
            },
            groups_[s]);
    }
}

template <class Real>
void Partition<Real>::note_fault(std::uint32_t slice, Tick t, std::uint32_t neuron, std::size_t variable) {
    ++counters_.neuron_faults;
    const Slice& s = slices_[slice];
    faults_.push_back({t, s.population, s.begin + neuron, static_cast<std::uint32_t>(variable)});
}

/// Changes what drives a slice; see engine_drive.cpp.
template <class Real>
void Partition<Real>::set_drive(std::uint32_t slice, Tick t, const double* values) {
    std::visit(
        [&]<class G>(G& group) {
            if constexpr (G::Cells::per_neuron && G::Model::spiking) {
                group.change_constants(t, crossings_, local_first_[slice], [&](auto& c, std::uint32_t j) {
                    if constexpr (requires { G::Model::set_rate(c, 0.0); })
                        G::Model::set_rate(c, values[j]);
                    else if constexpr (requires { G::Model::set_current(c, 0.0); })
                        G::Model::set_current(c, values[j]);
                });
            }
        },
        groups_[slice]);
}

template class Partition<float>;
template class Partition<double>;

} // namespace saltus
