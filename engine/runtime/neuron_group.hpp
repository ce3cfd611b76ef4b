// SPDX-License-Identifier: BSD-3-Clause
// The neurons of one population: structure of arrays, decayed lazily, advanced only by what happens to them.
//
// Time of a neuron's state. `base_` is the tick to which the whole group was last advanced together (a dense arrival, a
// learning edge). A neuron that was advanced on its own since (a sparse arrival, a scheduled test), or that is clamped
// until the end of its refractory period (a time in the future), is a *deviant* and has its own time in last_[j]. So a
// dense advance multiplies the whole group by one factor and then mends the few deviants.
#pragma once

#include "engine/core/huge_pages.hpp"
#include "engine/core/time.hpp"
#include "engine/runtime/candidates.hpp"
#include "engine/runtime/crossing_queue.hpp"
#include "engine/runtime/index_list.hpp"
#include "engine/runtime/neuron_constants.hpp"
#include "engine/runtime/neuron_kernels.hpp"
#include "models/crossing_bound.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace saltus {

/// @tparam C SharedConstants or OwnConstants.
template <class M, class C = SharedConstants<M>>
class NeuronGroup {
  public:
    using Model = M;
    using Cells = C;

    NeuronGroup(Cells constants, std::uint32_t size)
        : cells_(std::move(constants)), size_(size), deviants_(size), touched_at_(size, -1) {
        last_.assign(size, 0);
        for (auto& array : state_) array.assign((size + block_size - 1) / block_size * block_size, 0.0);
        if constexpr (Model::currents) deviant_.assign(size, 0);
        mend_.resize(size * Model::state_arrays);
        touched_.reserve(size);
        due_.reserve(size);
        if constexpr (Model::spiking) {
            refractory_until_.assign(size, 0);
            spikes_in_interval_.assign(size, 0);
            if (has_crossing_bound<Model>) put_off_.assign(size, 0);
            facts_ = ThresholdFacts::of(cells_);
        }
        rests_at_zero_ = rests_at_zero(cells_);
    }

    /// Makes the neurons draw from their streams, if they spike at random.
    void start_candidates(std::uint64_t seed, std::uint64_t first_entity) {
        if (random()) candidates_.start(seed, first_entity, size_);
    }

    [[nodiscard]] std::uint32_t size() const { return size_; }

    // --- time ---------------------------------------------------------------------------------------------------

    /// Advances every neuron to tick t (clamped ones stay).
    void advance_all(Tick t) {
        if (t == base_ && deviants_.empty()) return;
        set_deviants_aside(t);
        if (t != base_) advance_range<Model>(cells_, t - base_, view(), size_);
        mend_deviants(t);
        base_ = t;
    }

    /// Whether no neuron changes from one learning edge to the next, until something arrives: all are at rest, to the
    /// bit. Then an edge costs nothing.
    [[nodiscard]] bool still() const { return still_gap_ != 0; }
    /// How often they have come to rest: what was seen of still neurons holds until this grows.
    [[nodiscard]] std::uint64_t rests() const { return rests_; }

    /// Advances one neuron to tick t, unless it is clamped beyond.
    void advance_one(std::uint32_t j, Tick t) {
        const Tick from = time_of(j);
        if (from >= t) return;
        advance_between(j, from, t, view(), j);
        set_time(j, t);
    }

    /// The state of neuron j as it would be at tick t, without touching it.
    [[nodiscard]] std::array<double, Model::state_arrays> peek(std::uint32_t j, Tick t) const {
        std::array<double, Model::state_arrays> copy;
        typename Model::View one;
        for (std::size_t k = 0; k < copy.size(); ++k) {
            copy[k] = state_[k][j];
            one[k] = &copy[k];
        }
        const Tick from = time_of(j);
        if (from == never) return copy; // stopped
        if (from < t) advance_between(j, from, t, one, 0);
        if constexpr (Model::adaptive) {
            // A clamped neuron's state is that of the end of its refractory period; its adaptation is decaying now.
            if (from > t) copy[1] /= cells_[j].adaptation(from - t);
        }
        return copy;
    }

    // --- arrivals -----------------------------------------------------------------------------------------------

    /// All-to-all rows arrive at tick t, one after the other. rows: [rows][size].
    template <class Real>
    void receive_dense(std::span<const Real* const> rows, Tick t);

    /// A sparse row arrives at tick t.
    template <class Real>
    void receive_sparse(const std::uint32_t* target, const Real* w, std::size_t count, Tick t,
                        const CrossingQueue& crossings, std::uint32_t first_neuron);

    /// After the arrivals of tick t: those at clamped neurons are lost. Where all neurons were brought to t before,
    /// that was not asked at each arrival: the clamped ones are put back as they were.
    void lose_arrivals(Tick t);

    /// Fetches the state of neurons that something is about to arrive at, unless all of it is at hand anyway.
    void prefetch(std::span<const std::uint32_t> neurons) const;

    /// Marks a neuron for the threshold tests of tick t.
    void touch(std::uint32_t j, Tick t) {
        if (touched_at_[j] == t) return;
        touched_at_[j] = t;
        touched_.push_back(j);
    }

    [[nodiscard]] bool has_work(Tick t) const { return dense_at_ == t || !touched_.empty(); }

    // --- threshold ----------------------------------------------------------------------------------------------

    [[nodiscard]] bool refractory(std::uint32_t j, Tick t) const { return t < refractory_until_[j]; }
    /// The same as it was before the spikes of tick t, which began no refractory period earlier.
    [[nodiscard]] bool was_refractory(std::uint32_t j, Tick t) const {
        return refractory(j, t) && refractory_until_[j] != t + cells_[j].refractory;
    }

    /// Threshold tests of tick t for all neurons that something happened to; calls emit(j) in ascending order. A neuron
    /// whose state is not finite is stopped, and report(j, variable) called.
    template <class Emit, class Report>
    void fire(Tick t, CrossingQueue& crossings, std::uint32_t first_neuron, Emit&& emit, Report&& report);

    /// Neuron j's entry is due: whether it only said that no crossing comes before. Then it has another by now.
    bool look_again(std::uint32_t j, Tick t, CrossingQueue& crossings, std::uint32_t first_neuron);

    /// The crossing that was predicted for neuron j is due.
    void cross(std::uint32_t j, Tick t);

    /// In place of fire() where there is no threshold: neurons whose state is not finite are stopped.
    template <class Report>
    void check_touched(Tick t, Report&& report) {
        lose_arrivals(t);
        if (dense_at_ == t) {
            for_each_at_or_above(state_[first_hit].data(), size_, infinite,
                                 [&](std::uint32_t j) { (void)check(j, report); });
        } else {
            for (const std::uint32_t j : touched_) (void)check(j, report);
        }
        touched_.clear();
    }

    // --- neurons that are advanced at every tick (neuron_stepping.hpp) --------------------------------------------

    /// A neuron is stepped so many times while an arrival takes longer where neurons are not stepped; 0: they may not.
    [[nodiscard]] std::uint64_t steps_worth_an_event() const;
    /// At the end of tick t, all that happens at it being done.
    void set_stepped(bool stepped, Tick t, CrossingQueue& crossings, std::uint32_t first_neuron);
    /// Every neuron is brought to tick t, before its arrivals; which of them to test after these is found.
    void step_to(Tick t);

    /// A learning edge at tick t is about to be worked on: every neuron is brought there, once and for all.
    /// @param settle it is also asked whether they are at rest, which costs as much again
    void begin_edge(Tick t, bool settle);

    /// What is to be taken off `value` for the distances to threshold: value: [size].
    struct Distances {
        const double* value;
        double less;
    };
    /// Distances to threshold at edge t of all neurons, which are advanced to t. @param scratch [size]
    [[nodiscard]] Distances sample_distance(Tick t, double* scratch) {
        advance_all(t);
        if constexpr (!Model::adaptive && !Cells::per_neuron) {
            return {membrane(), cells_[0].threshold};
        } else {
            distance_range<Model>(cells_, view(), size_, scratch);
            return {scratch, 0.0};
        }
    }

    /// Refractory neurons have no surrogate derivative, unless they may; neurons that were stopped never. psi: [size].
    template <class Real>
    void silence(Tick t, Real* psi, bool while_refractory) const;

    // --- intervals ----------------------------------------------------------------------------------------------

    [[nodiscard]] std::vector<std::uint32_t>& spikes_in_interval() { return spikes_in_interval_; }
    [[nodiscard]] const std::vector<std::uint32_t>& spikes_in_interval() const { return spikes_in_interval_; }

    /// Every neuron returns to rest at tick t; those that were stopped remain so.
    void reset_state(Tick t);

    /// Changes constants at the end of tick t, after all else: change(constants, j) for every neuron. Only of neurons
    /// with constants of their own.
    template <class Change>
    void change_constants(Tick t, CrossingQueue& crossings, std::uint32_t first_neuron, const Change& change);

    /// After reset_state, or at the start: schedules the crossings that constant drive alone brings about.
    void schedule_all(Tick t, CrossingQueue& crossings, std::uint32_t first_neuron);

    /// Feeds every bit of neuron j's state that the future depends on to a hash.
    void hash(std::uint32_t j, Fingerprint& h) const {
        for (const auto& array : state_) h.add(array[j]);
        h.add(time_of(j));
        if constexpr (Model::spiking) h.add(refractory_until_[j]);
        if constexpr (Cells::per_neuron && requires { cells_[j].v_inf; }) h.add(cells_[j].v_inf);
        if constexpr (Cells::per_neuron && requires { cells_[j].drive; }) h.add(cells_[j].drive);
        if (random()) candidates_.hash(j, h);
    }

    [[nodiscard]] typename Model::View view() {
        typename Model::View v{};
        for (std::size_t k = 0; k < v.size(); ++k) v[k] = state_[k].data();
        return v;
    }

  private:
    [[nodiscard]] double* membrane() { return state_.empty() ? nullptr : state_.begin()->data(); }

    /// Whether all neurons are advanced at every tick by step_currents: none has a time of its own then, crossings are
    /// found as they happen, and no arrival is looked at.
    [[nodiscard]] bool steps_currents() const { return has_tick_bound<Model> && stepped_; }
    void step_currents(Tick t);
    void rest_stopped();
    [[nodiscard]] bool crosses_by(std::uint32_t j, Tick t, const typename Model::Decay& tick) const;

    /// Whether every arrival may change what is foretold of a neuron. Else one that stays below the base threshold, and
    /// is not scheduled, neither spikes nor will be scheduled.
    [[nodiscard]] bool looks_at_all() const { return Model::currents || random() || facts_.driven; }

    /// A sparse row arrives where only those at or above the base threshold are to be tested, and those for which a
    /// crossing is scheduled: the hot loop. @tparam all_apart every neuron has a time of its own.
    template <bool all_apart, class Real>
    void receive_quietly(const std::uint32_t* target, const Real* w, std::size_t count, Tick t,
                         const CrossingQueue& crossings, std::uint32_t first_neuron);
    /// The same where the whole group has been brought to tick t already.
    template <class Real>
    void receive_here(const std::uint32_t* target, const Real* w, std::size_t count, Tick t,
                      const CrossingQueue& crossings, std::uint32_t first_neuron);
    /// The same where all of it will be looked at, too.
    template <class Real>
    void receive_unseen(const std::uint32_t* target, const Real* w, std::size_t count);
    /// Neurons at or above the base threshold are to be tested, all having been brought to tick t.
    void touch_those_above(Tick t);
    /// Fetches what a threshold test and a spike of neuron j read and write.
    void prefetch_test(std::uint32_t j) const;
    [[nodiscard]] bool may_spike(std::uint32_t j, double v) const { return !(v < level(j) && v > -no_state); }
    static constexpr std::uint32_t at_hand = 1u << 15; ///< the state of no more neurons lies in the caches anyway
    /// What an arrival moves that is looked at: membranes; of readouts, which are only to stay finite, the current, if
    /// there is one: outputs stay below what it was at most.
    static constexpr std::size_t first_hit = Model::spiking || Model::state_arrays == 0 ? 0 : Model::state_arrays - 1;
    static constexpr double no_state = 1e300; ///< beyond it, or undefined, a membrane is faulty
    [[nodiscard]] double level(std::uint32_t j) const {
        if constexpr (Model::spiking) return cells_[j].threshold;
        return no_state;
    }

    /// Whether neurons spike at random.
    [[nodiscard]] bool random() const { return may_escape<Model> && facts_.random; }

    /// Whether neuron j takes part. If its state is not finite, stops it.
    template <class Report>
    [[nodiscard]] bool check(std::uint32_t j, Report&& report) {
        if (time_of(j) == never) return false;
        for (std::size_t k = 0; k < Model::state_arrays; ++k) {
            if (is_finite(state_[k][j])) [[likely]]
                continue;
            report(j, k);
            stop(j);
            stopped_.push_back(j);
            return false;
        }
        return true;
    }

    /// A state dated to the end of time: at rest for ever, arrivals are lost.
    [[gnu::cold]] void stop(std::uint32_t j) {
        for (auto& array : state_) array[j] = 0.0;
        set_time(j, never);
        if constexpr (Model::spiking) refractory_until_[j] = never;
        ++clamped_;
    }

    [[nodiscard]] Tick time_of(std::uint32_t j) const { return std::max(last_[j], base_); }

    void set_time(std::uint32_t j, Tick t) {
        if (last_[j] <= base_) become_deviant(j);
        last_[j] = t;
    }
    /// Neuron j, whose time is no later than base_, gets one of its own. (Where clamped neurons' currents go on, a
    /// deviant's time may be base_.)
    void become_deviant(std::uint32_t j) {
        still_gap_ = 0;
        if constexpr (Model::currents) {
            if (deviant_[j]) return;
            deviant_[j] = 1;
        }
        deviants_.append(j);
    }

    /// Brings the deviants to tick t and keeps their values, which a group-wide advance is about to overwrite.
    void set_deviants_aside(Tick t);
    /// Puts the deviants' own values back after a group-wide advance; those not clamped beyond t stop being deviants.
    void mend_deviants(Tick t);

    /// Whether neuron j is held at its reset value at tick t. With delta synapses its state is simply dated to the end
    /// of that time; with synaptic currents, which go on, its state keeps its own time.
    [[nodiscard]] bool clamped(std::uint32_t j, Tick t) const {
        if constexpr (Model::currents) return facts_.clamp && refractory(j, t);
        return false;
    }

    void advance_between(std::uint32_t j, Tick from, Tick t, const typename Model::View& view,
                         std::size_t place) const {
        if constexpr (Model::currents) {
            if (clamped(j, from)) {
                const Tick until = std::min(t, refractory_until_[j]);
                Model::advance_clamped(Model::decay(cells_[j], until - from), view, place);
                if (until == t) return;
                from = until;
            }
        }
        Model::advance(cells_[j], Model::decay(cells_[j], t - from), view, place);
    }

    /// Spikes of neuron j at tick t. Where arrivals move currents only, a crossing is always predicted, and it may be
    /// over again by the tick that it takes effect at.
    [[nodiscard]] std::uint32_t spikes_at(std::uint32_t j, Tick t) {
        if (random()) return candidates_.spikes(j, t);
        if (refractory(j, t) || time_of(j) > t) return 0;
        if constexpr (Model::currents) return std::binary_search(due_.begin(), due_.end(), j) ? 1 : 0;
        return Model::distance(cells_[j], view(), j) >= 0.0 ? 1 : 0;
    }

    void spike(std::uint32_t j, Tick t);

    void reschedule(std::uint32_t j, Tick t, CrossingQueue& crossings, std::uint32_t first_neuron);

    /// The first tick after t at which neuron j is to be tested without an arrival; unless `exact`, or at which it is
    /// to be looked at again: the search for a crossing costs as much as many arrivals, and the next one makes it vain.
    [[nodiscard]] Tick next_spike(std::uint32_t j, Tick t, bool exact);
    /// The same from state s[place] at tick `time`.
    [[nodiscard]] Tick next_spike(std::uint32_t j, const typename Model::View& s, std::size_t place, Tick time, Tick t,
                                  bool exact);

    Cells cells_;
    ThresholdFacts facts_; // if spiking
    bool rests_at_zero_ = false;
    bool stepped_ = false;
    Candidates candidates_;              // if neurons spike at random
    std::vector<std::uint32_t> stopped_; // neurons whose state was not finite
    std::uint32_t size_;
    std::array<HugeVector<double>, Model::state_arrays> state_; // [array][neuron]
    HugeVector<Tick> last_;                                     // [neuron] if later than base_: its own time
    std::vector<std::uint8_t> deviant_;                         // [neuron] with synaptic currents only
    IndexList deviants_;                                        // neurons whose time is not base_
    std::vector<double> mend_;                                  // [deviant][array] as it was at base_
    HugeVector<Tick> touched_at_;                               // [neuron] last tick with an arrival of its own
    std::vector<std::uint32_t> touched_;                        // neurons to test this tick
    HugeVector<Tick> refractory_until_;                         // [neuron] first tick at which it may spike again
    std::vector<std::uint32_t> spikes_in_interval_;             // [neuron]
    std::vector<std::uint8_t> put_off_;                         // [neuron] whether its entry is no crossing yet
    std::vector<std::uint32_t> due_;                            // those whose predicted crossing is now, ascending
    std::size_t clamped_ = 0;                                   // upper bound of neurons dated to the future
    Tick base_ = 0, dense_at_ = -1;
    Tick still_gap_ = 0; // the gap that changed nothing, see still(); 0: neurons move
    std::uint64_t rests_ = 0;
    Tick last_refractory_ = 0; // the end of all refractory periods so far
};

} // namespace saltus

// The members that are long and hot, each file one idea.
#include "engine/runtime/neuron_arrivals.hpp"
#include "engine/runtime/neuron_spikes.hpp"
#include "engine/runtime/neuron_stepping.hpp"
