// SPDX-License-Identifier: BSD-3-Clause
// The neurons of one population whose model is integrated (models/look_ahead.hpp). Each keeps its state at the tick of
// its last event and what lies ahead of it: until the end of that stretch the state is read off, and only at its end,
// or when something arrives, is there anything to do. The end is an entry in the queue of crossings; a neuron at rest
// has none.
#pragma once

#include "engine/core/hash.hpp"
#include "engine/core/time.hpp"
#include "engine/runtime/crossing_queue.hpp"
#include "engine/runtime/neuron_constants.hpp"
#include "engine/runtime/neuron_kernels.hpp"
#include "models/look_ahead.hpp"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace saltus {

/// @tparam C SharedConstants or OwnConstants.
template <class M, class C = SharedConstants<M>>
class OdeGroup {
  public:
    using Model = M;
    using Cells = C;
    using State = OdeState<Model::state_arrays>;

    OdeGroup(Cells constants, std::uint32_t size)
        : cells_(std::move(constants)), neurons_(size), spikes_in_interval_(size, 0) {
        touched_.reserve(size);
        reset_state(0);
    }

    [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(neurons_.size()); }

    /// The state of neuron j as it would be at tick t, without touching it.
    [[nodiscard]] State peek(std::uint32_t j, Tick t) const {
        const Neuron& n = neurons_[j];
        return LookAhead<Model>::after(cells_[j], n.y, n.ahead, t - n.from);
    }

    // --- arrivals -----------------------------------------------------------------------------------------------

    /// All-to-all rows arrive at tick t, one after the other. rows: [rows][size].
    template <class Real>
    void receive_dense(std::span<const Real* const> rows, Tick t) {
        for (const Real* const row : rows)
            for (std::uint32_t j = 0; j < size(); ++j) receive(j, static_cast<double>(row[j]), t);
    }

    /// A sparse row arrives at tick t. Whoever it reaches looks ahead in `fire`, once a tick.
    template <class Real>
    void receive_sparse(const std::uint32_t* target, const Real* w, std::size_t count, Tick t, CrossingQueue&,
                        std::uint32_t) {
        for (std::size_t k = 0; k < count; ++k) receive(target[k], static_cast<double>(w[k]), t);
    }

    [[nodiscard]] bool has_work(Tick) const { return !touched_.empty(); }

    // --- threshold ----------------------------------------------------------------------------------------------

    /// The end of the stretch that neuron j looked ahead is reached.
    void cross(std::uint32_t j, Tick t) { touch(j, t); }

    /// Spikes of tick t among the neurons that something happened to, each of which looks ahead anew. Calls emit(j) in
    /// ascending order. A neuron whose state is not finite, or moves too fast to be followed, is stopped: it is at rest
    /// for ever and what arrives is lost; report(j, the first variable that is not finite).
    template <class Emit, class Report>
    void fire(Tick t, CrossingQueue& crossings, std::uint32_t first_neuron, Emit&& emit, Report&& report) {
        std::sort(touched_.begin(), touched_.end());
        for (const std::uint32_t j : touched_) {
            Neuron& n = neurons_[j];
            n.touched = false;
            if (n.ahead.kind == Ahead::fault) continue;
            if (n.due || (t >= n.refractory_until && n.y[0] >= cells_[j].threshold)) {
                Model::reset(cells_[j], n.y);
                n.refractory_until = t + cells_[j].refractory;
                ++spikes_in_interval_[j];
                emit(j);
            }
            look_ahead(j, t, crossings, first_neuron);
            if (n.ahead.kind == Ahead::fault) stop(n, [&](std::size_t variable) { report(j, variable); });
        }
        touched_.clear();
    }

    // --- intervals ----------------------------------------------------------------------------------------------

    [[nodiscard]] std::vector<std::uint32_t>& spikes_in_interval() { return spikes_in_interval_; }
    [[nodiscard]] const std::vector<std::uint32_t>& spikes_in_interval() const { return spikes_in_interval_; }

    /// Every neuron returns to where it started; those that were stopped remain so.
    void reset_state(Tick t) {
        for (std::uint32_t j = 0; j < size(); ++j) {
            Neuron& n = neurons_[j];
            n.y = Model::start(cells_[j]);
            n.from = t;
            n.refractory_until = 0;
            if (n.ahead.kind != Ahead::fault) n.ahead.kind = Ahead::rest;
        }
    }

    /// Changes constants at the end of tick t, after all else: change(constants, j) for every neuron. Only of neurons
    /// with constants of their own.
    template <class Change>
    void change_constants(Tick t, CrossingQueue& crossings, std::uint32_t first_neuron, const Change& change) {
        for (std::uint32_t j = 0; j < size(); ++j) {
            bring(j, t);
            change(cells_[j], j);
            foresee(j, t, crossings, first_neuron);
        }
    }

    /// After reset_state, or at the start: every neuron looks ahead.
    void schedule_all(Tick t, CrossingQueue& crossings, std::uint32_t first_neuron) {
        for (std::uint32_t j = 0; j < size(); ++j) foresee(j, t, crossings, first_neuron);
    }

    /// Feeds every bit of neuron j's state that the future depends on to a hash. What lies ahead follows from it.
    void hash(std::uint32_t j, Fingerprint& h) const {
        const Neuron& n = neurons_[j];
        for (const double x : n.y) h.add(x);
        h.add(n.from);
        h.add(n.refractory_until);
        h.add(n.ahead.kind == Ahead::fault);
        if constexpr (Cells::per_neuron) h.add(cells_[j].drive);
    }

  private:
    struct Neuron {
        State y;                   ///< at tick `from`
        Tick from = 0;             ///< its last event
        Tick refractory_until = 0; ///< first tick at which it may spike again
        bool touched = false;      ///< something happened to it at the present tick
        bool due = false;          ///< and it reached its threshold since the tick before
        Stretch<Model> ahead;
    };

    void receive(std::uint32_t j, double w, Tick t) {
        touch(j, t);
        Neuron& n = neurons_[j];
        if (n.ahead.kind != Ahead::fault) Model::arrive(cells_[j], n.y, w, t < n.refractory_until);
    }

    /// The first event of a tick brings a neuron's state to that tick.
    void touch(std::uint32_t j, Tick t) {
        Neuron& n = neurons_[j];
        if (n.touched) return;
        n.touched = true;
        n.due = n.ahead.kind == Ahead::spike && t - n.from == n.ahead.ticks;
        touched_.push_back(j);
        bring(j, t);
    }

    void bring(std::uint32_t j, Tick t) {
        neurons_[j].y = peek(j, t);
        neurons_[j].from = t;
    }

    void look_ahead(std::uint32_t j, Tick t, CrossingQueue& crossings, std::uint32_t first_neuron) {
        Neuron& n = neurons_[j];
        assert(n.from == t);
        if (t < n.refractory_until) {
            LookAhead<Model>::hold(n.ahead, n.refractory_until - t);
        } else {
            LookAhead<Model>::find(cells_[j], n.y, n.ahead);
        }
        crossings.set(first_neuron + j, n.ahead.ticks == never ? never : t + n.ahead.ticks);
    }

    /// Looks ahead outside of the stages of a tick: a fault comes to light at the next one.
    void foresee(std::uint32_t j, Tick t, CrossingQueue& crossings, std::uint32_t first_neuron) {
        Neuron& n = neurons_[j];
        if (n.ahead.kind == Ahead::fault) return;
        look_ahead(j, t, crossings, first_neuron);
        if (n.ahead.kind != Ahead::fault) return;
        n.ahead.kind = Ahead::rest;
        crossings.set(first_neuron + j, t + 1);
    }

    template <class Report>
    static void stop(Neuron& n, Report&& report) {
        std::size_t variable = 0;
        for (std::size_t k = n.y.size(); k-- > 0;) variable = is_finite(n.y[k]) ? variable : k;
        report(variable);
        n.y = {};
    }

    Cells cells_;
    std::vector<Neuron> neurons_;
    std::vector<std::uint32_t> spikes_in_interval_; // [neuron]
    std::vector<std::uint32_t> touched_;            // neurons that something happened to this tick
};

} // namespace saltus
