// SPDX-License-Identifier: BSD-3-Clause
// The loop, and a window: partitions side by side, the exchange of spikes, learning at its end. The order of stages is
// that of engine/README.md.
#include "engine/core/denormals.hpp"
#include "engine/runtime/engine.hpp"

#include <algorithm>
#include <cassert>

namespace saltus {

template <class Real>
void Engine<Real>::advance_until(Tick until) {
    advance(until, [] { return true; });
}

template <class Real>
void Engine<Real>::advance_for_budget(Tick until, std::chrono::steady_clock::time_point deadline) {
    advance(until, [deadline] { return std::chrono::steady_clock::now() < deadline; });
}

/// Window after window, as long as `may_go_on`. Where it stops it leaves the state as if it had been asked to go so
/// far.
template <class Real>
template <class MayGoOn>
void Engine<Real>::advance(Tick until, const MayGoOn& may_go_on) {
    assert(until >= now_);
    const ScopedFlushDenormals flush;
    sort_input();
    apply_drives(now_); // stamped with the present: it acts at its end
    Tick first = next_tick();
    for (; first <= until && may_go_on(); first = next_tick()) run_window(window_end(first, until));
    now_ = std::min(until, first - 1); // nothing happens before
    land_spikes();
    sweep_histories();
}

/// One window, up to and including tick `last`: nothing but the stages, in their order.
template <class Real>
void Engine<Real>::run_window(Tick last) {
    const std::span<const Emission> input = std::span<const Emission>(input_).subspan(cursor_);
    for_each_partition([&](Partition<Real>& partition) {
        partition.launch(flying_, flying_volleys_);
        partition.advance(last, input);
    });
    exchange();
    readouts_->launch(flying_, flying_volleys_);
    readouts_->advance(last, input);
    count_ticks();
    if (run_.edge(last)) learn(last);
    run_probes(last);
    if (run_.interval_end(last)) end_interval(last);
    if (run_.review_due(last)) review_stepping(last);
    apply_drives(last);
    while (cursor_ < input_.size() && input_[cursor_].tick < last) ++cursor_;
    now_ = last;
}

/// The first tick at which anything may happen, after the present.
template <class Real>
Tick Engine<Real>::next_tick() const {
    Tick next = run_.next_stop(now_);
    if (review_pending()) next = std::min(next, run_.next_review(now_));
    for (const auto& partition : partitions_) next = std::min(next, partition->next());
    next = std::min(next, readouts_->next());
    for (const Probe& probe : probes_) next = std::min(next, probe.next);
    if (!drives_.empty()) next = std::min(next, drives_.front().from);
    // What is about to set out arrives a tick later at the earliest.
    if (cursor_ < input_.size()) next = std::min(next, input_[cursor_].tick + 1);
    return in_flight() ? now_ + 1 : std::max(next, now_ + 1);
}

/// The last tick of a window from `first` on: no spike of the window arrives within it, and learning, probes and
/// caller come at its end.
template <class Real>
Tick Engine<Real>::window_end(Tick first, Tick until) const {
    Tick last = shortest_delay_ < never - first ? first + shortest_delay_ - 1 : never;
    last = std::min({last, until, run_.next_stop(first - 1), run_.next_review(first - 1)});
    if (!drives_.empty()) last = std::min(last, drives_.front().from);
    for (const Probe& probe : probes_) last = std::min(last, probe.next);
    return last;
}

/// The seam between partitions: spikes of this window are brought into canonical order and made known to all.
template <class Real>
void Engine<Real>::exchange() {
    if (partitions_.size() == 1) {
        std::swap(flying_, partitions_.front()->emissions());
    } else {
        flying_.clear();
        for (const auto& partition : partitions_)
            flying_.insert(flying_.end(), partition->emissions().begin(), partition->emissions().end());
        std::sort(flying_.begin(), flying_.end()); // equal ones are alike: a source that spikes twice in a tick
    }
    for (std::size_t p = 0; p < partitions_.size(); ++p) std::swap(flying_volleys_[p], partitions_[p]->volleys());
    if (recording_) record();
    if (spike_errors_) count_errors();
}

/// Spikes of neurons that are to follow a train.
template <class Real>
void Engine<Real>::count_errors() {
    for (const Emission& spike : flying_) {
        const std::uint32_t population = population_of(first_neuron_, spike.source);
        for (ReadoutError<Real>& error : errors_) {
            if (error.population == population && error.kind == Error::spike_train && !error.backpropagated)
                error.spikes.count(spike.source - first_neuron_[population], 1.0);
        }
    }
}

/// Ticks at which something happened, wherever.
template <class Real>
void Engine<Real>::count_ticks() {
    window_ticks_.assign(readouts_->ticks().begin(), readouts_->ticks().end());
    for (const auto& partition : partitions_) {
        const std::vector<Tick>& ticks = partition->ticks();
        // The common case: all had the same to do. (Compared one by one: they are few, and the library's comparison of
        // memory is slow where they happen to end with a page.)
        const auto alike = [](Tick a, Tick b) { return a == b; };
        if (std::equal(ticks.begin(), ticks.end(), window_ticks_.begin(), window_ticks_.end(), alike)) continue;
        window_ticks_.insert(window_ticks_.end(), ticks.begin(), ticks.end());
        std::sort(window_ticks_.begin(), window_ticks_.end());
        window_ticks_.erase(std::unique(window_ticks_.begin(), window_ticks_.end()), window_ticks_.end());
    }
    counters_.ticks_processed += window_ticks_.size();
}

template <class Real>
void Engine<Real>::record() {
    for (const Emission& spike : flying_) {
        const std::uint32_t population = population_of(first_neuron_, spike.source);
        if (recorded_[population])
            spikes_recorded_.push_back({spike.tick, population, spike.source - first_neuron_[population]});
    }
}

/// Whether spikes are about to set out.
template <class Real>
bool Engine<Real>::in_flight() const {
    return !flying_.empty() || std::any_of(flying_volleys_.begin(), flying_volleys_.end(),
                                           [](const VolleyList& list) { return !list.empty(); });
}

/// Spikes that the next window would launch are launched now: everything in flight is in a queue.
template <class Real>
void Engine<Real>::land_spikes() {
    if (!in_flight()) return;
    for_each_partition([&](Partition<Real>& partition) { partition.launch(flying_, flying_volleys_); });
    flying_.clear();
    for (VolleyList& list : flying_volleys_) list.clear();
}

/// What would be swept before the next tick is swept now: how a run is cut into pieces does not show in its state.
template <class Real>
void Engine<Real>::sweep_histories() {
    const auto due = [&](const auto& partition) { return partition->next_sweep() <= now_; };
    if (std::any_of(partitions_.begin(), partitions_.end(), due))
        for_each_partition([&](Partition<Real>& partition) { partition.sweep(now_); });
}

template <class Real>
void Engine<Real>::sort_input() {
    if (cursor_ > input_.size() / 2) {
        input_.erase(input_.begin(), input_.begin() + static_cast<std::ptrdiff_t>(cursor_));
        cursor_ = 0;
    }
    if (input_sorted_) return;
    std::stable_sort(input_.begin() + static_cast<std::ptrdiff_t>(cursor_), input_.end(),
                     [](const Emission& a, const Emission& b) { return a.tick < b.tick; });
    input_sorted_ = true;
}

template <class Real>
void Engine<Real>::run_probes(Tick t) {
    for (Probe& probe : probes_) {
        if (probe.next != t) continue;
        probe.ticks.push_back(t);
        for (const std::uint32_t j : probe.neurons)
            probe.values.push_back(state_at(probe.population, probe.variable, j, t));
        probe.next += probe.period;
    }
}

template class Engine<float>;
template class Engine<double>;

} // namespace saltus
