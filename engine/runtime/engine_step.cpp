// SPDX-License-Identifier: BSD-3-Clause
// The loop and the event stages of a tick. The order of stages is that of engine/README.md.
#include "engine/core/denormals.hpp"
#include "engine/runtime/engine.hpp"

#include <algorithm>
#include <cassert>

namespace saltus {

template <class Real>
void Engine<Real>::advance_until(Tick until) {
    assert(until >= now_);
    const ScopedFlushDenormals flush;
    if (!input_sorted_) {
        std::stable_sort(input_.begin() + static_cast<std::ptrdiff_t>(cursor_), input_.end(),
                         [](const PendingInput& a, const PendingInput& b) { return a.tick < b.tick; });
        input_sorted_ = true;
    }
    inject_input(now_); // input stamped with the present leaves at its end
    for (;;) {
        const Tick event = next_tick();
        Tick probe = never;
        for (const Probe& p : probes_) probe = std::min(probe, p.next);
        if (std::min(event, probe) > until) break;
        if (event <= probe)
            step(event);
        else
            run_probes(probe);
    }
    now_ = until;
}

/// One tick: nothing but the stages, in their order.
template <class Real>
void Engine<Real>::step(Tick t) {
    const bool edge = has_learning_ && t % clock_.period == 0 && (learning_ || timing_ == UpdateTiming::arrival);
    const bool interval_end =
        has_learning_ && timing_ == UpdateTiming::interval && t % clock_.edge(clock_.interval) == 0;
    const std::int64_t n = clock_.step_of(t);
    ++counters_.ticks_processed;
    deliver_arrivals(t);
    if (edge) sample_surrogates(t, n);
    fire(t);
    exchange(t);
    deliver_undelayed(t);
    if (edge) {
        compute_errors(t, n);
        compute_signals(n);
        extend_traces();
    }
    if (!probes_.empty()) run_probes(t);
    if (interval_end) end_interval(t);
    inject_input(t);
    now_ = t;
}

template <class Real>
Tick Engine<Real>::next_tick() const {
    Tick next = std::min(queue_.next(), crossings_.next());
    if (cursor_ < input_.size()) next = std::min(next, input_[cursor_].tick);
    if (!has_learning_) return next;
    const auto multiple_after = [this](Tick period) { return (now_ / period + 1) * period; };
    if (learning_ || timing_ == UpdateTiming::arrival) next = std::min(next, multiple_after(clock_.period));
    if (timing_ == UpdateTiming::interval) next = std::min(next, multiple_after(clock_.edge(clock_.interval)));
    return next;
}

/// Stage 2: all arrivals of this tick, in canonical order.
template <class Real>
void Engine<Real>::deliver_arrivals(Tick t) {
    while (queue_.next() == t) {
        const Arrival arrival = queue_.top();
        queue_.pop();
        serve(arrival, t);
        const SynapseRows<Real>& rows = rows_[arrival.projection];
        const std::uint32_t local = arrival.source - first_neuron_[population_of(arrival.source)];
        if (arrival.group + 1 < rows.row_groups[local + 1]) {
            Arrival later = arrival;
            ++later.group;
            later.tick = arrival.emitted + rows.groups[later.group].delay;
            queue_.push(later);
        }
    }
}

/// One delay group of one row: plasticity first (the spike is delivered with the weight it has brought about).
template <class Real>
void Engine<Real>::serve(const Arrival& arrival, Tick t) {
    const std::uint32_t p = arrival.projection;
    if (plasticity_[p]) {
        const Projection& projection = network_.projections()[p];
        plasticity_[p]->arrive(arrival.source - first_neuron_[projection.source.index], arrival.group, t, learning_);
    }
    const SynapseRows<Real>& rows = rows_[p];
    const DelayGroup& group = rows.groups[arrival.group];
    const std::size_t count = rows.count(arrival.group);
    counters_.synaptic_events += count - (rows.skip_diagonal ? 1 : 0);
    std::visit(
        [&]<class G>(G& target) {
            if constexpr (!std::is_same_v<G, InputGroup>) {
                if (rows.dense) {
                    target.receive_dense(&rows.weight[group.first], t);
                } else {
                    target.receive_sparse(&rows.target[group.first], &rows.weight[group.first], count, t);
                }
            }
        },
        groups_[network_.projections()[p].target.index]);
}

/// Stage 4: threshold tests where something arrived or a crossing was predicted; resets; spikes into the outbox.
template <class Real>
void Engine<Real>::fire(Tick t) {
    while (crossings_.next() == t) {
        const std::uint32_t source = crossings_.pop();
        const std::uint32_t population = population_of(source);
        ++counters_.threshold_tests;
        std::visit(
            [&]<class G>(G& group) {
                if constexpr (!std::is_same_v<G, InputGroup>) {
                    group.cross(source - first_neuron_[population], t);
                }
            },
            groups_[population]);
    }
    for (std::uint32_t p = 0; p < groups_.size(); ++p) {
        std::visit(
            [&]<class G>(G& group) {
                if constexpr (!std::is_same_v<G, InputGroup>) {
                    if (!group.has_work(t)) return;
                    if constexpr (G::Model::spiking) {
                        group.fire(t, crossings_, first_neuron_[p], [&](std::uint32_t j) {
                            outbox_.push_back(first_neuron_[p] + j);
                            if (recorded_[p]) spikes_recorded_.push_back({t, p, j});
                        });
                    } else {
                        group.clear_touched();
                    }
                }
            },
            groups_[p]);
    }
    counters_.spikes += outbox_.size();
}

/// The seam between partitions: spikes of this tick, in canonical order, become arrivals of rows. All that a window's
/// barrier will have to carry across partitions passes through here.
template <class Real>
void Engine<Real>::exchange(Tick t) {
    for (const std::uint32_t source : outbox_) launch(source, t);
}

/// Queues the rows of one spike, each at its first delay that is not zero.
template <class Real>
void Engine<Real>::launch(std::uint32_t source, Tick t) {
    const std::uint32_t population = population_of(source);
    const std::uint32_t local = source - first_neuron_[population];
    for (const std::uint32_t p : outgoing_[population]) {
        const SynapseRows<Real>& rows = rows_[p];
        std::uint32_t g = rows.row_groups[local];
        if (g < rows.row_groups[local + 1] && rows.groups[g].delay == 0) ++g;
        if (g < rows.row_groups[local + 1]) queue_.push({t + rows.groups[g].delay, t, source, p, g});
    }
}

/// Stage 5: zero-delay arrivals at readouts.
template <class Real>
void Engine<Real>::deliver_undelayed(Tick t) {
    for (const std::uint32_t source : outbox_) {
        const std::uint32_t population = population_of(source);
        const std::uint32_t local = source - first_neuron_[population];
        for (const std::uint32_t p : outgoing_[population]) {
            const SynapseRows<Real>& rows = rows_[p];
            const std::uint32_t g = rows.row_groups[local];
            if (g < rows.row_groups[local + 1] && rows.groups[g].delay == 0) serve({t, t, source, p, g}, t);
        }
    }
    outbox_.clear();
}

/// Stage 9: external input stamped up to t.
template <class Real>
void Engine<Real>::inject_input(Tick t) {
    for (; cursor_ < input_.size() && input_[cursor_].tick <= t; ++cursor_) {
        launch(input_[cursor_].source, input_[cursor_].tick);
    }
    if (cursor_ > 0 && cursor_ == input_.size()) {
        input_.clear();
        cursor_ = 0;
    }
}

template <class Real>
void Engine<Real>::run_probes(Tick t) {
    for (Probe& probe : probes_) {
        if (probe.next != t) continue;
        probe.ticks.push_back(t);
        for (const std::uint32_t j : probe.neurons) {
            probe.values.push_back(std::visit(
                [&]<class G>(const G& group) {
                    if constexpr (std::is_same_v<G, InputGroup>)
                        return 0.0;
                    else
                        return group.peek(j, t)[probe.variable];
                },
                groups_[probe.population]));
        }
        probe.next += probe.period;
    }
}

template <class Real>
std::uint32_t Engine<Real>::population_of(std::uint32_t source) const {
    const auto after = std::upper_bound(first_neuron_.begin(), first_neuron_.end(), source);
    return static_cast<std::uint32_t>(after - first_neuron_.begin()) - 1;
}

template class Engine<float>;
template class Engine<double>;

} // namespace saltus
