// SPDX-License-Identifier: BSD-3-Clause
// The neurons of one population: structure of arrays, decayed lazily, advanced only by what happens to them.
//
// Time of a neuron's state. `base_` is the tick to which the whole group was last advanced together (a dense arrival, a
// learning edge). A neuron that was advanced on its own since (a sparse arrival, a scheduled test), or that is clamped
// until the end of its refractory period (a time in the future), is a *deviant* and has its own time in last_[j]. So a
// dense advance multiplies the whole group by one factor and then mends the few deviants.
#pragma once

#include "engine/core/simd.hpp"
#include "engine/core/time.hpp"
#include "engine/runtime/crossing_queue.hpp"
#include "engine/runtime/neuron_constants.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace saltus {

/// state <- decay(state) for n neurons that share their constants.
template <class Model>
SALTUS_SIMD void advance_range(const typename Model::Constants& constants, const typename Model::Decay& decay_in,
                               const typename Model::View& view, std::size_t n) {
    const typename Model::Decay decay = decay_in;
#pragma GCC ivdep
    for (std::size_t j = 0; j < n; ++j) Model::advance(constants, decay, view, j);
}

template <class Model>
void advance_range(const SharedConstants<Model>& cells, Tick gap, const typename Model::View& view, std::size_t n) {
    advance_range<Model>(cells[0], Model::decay(cells[0], gap), view, n);
}

/// The same, each neuron with constants of its own.
template <class Model>
void advance_range(const OwnConstants<Model>& cells, Tick gap, const typename Model::View& view, std::size_t n) {
    for (std::size_t j = 0; j < n; ++j) Model::advance(cells[j], Model::decay(cells[j], gap), view, j);
}

/// An all-to-all row arrives: w[j] at neuron j.
template <class Model, class Cells, class Real>
SALTUS_SIMD void add_dense_row(const Cells& cells, const typename Model::View& view_in, const Real* __restrict w,
                               std::size_t n) {
    const typename Model::View view = view_in;
#pragma GCC ivdep
    for (std::size_t j = 0; j < n; ++j) Model::arrive(cells[j], view, j, static_cast<double>(w[j]));
}

/// The first j in [from, n) whose membrane is at or above `level`, or n. Whole blocks of 16 are looked at together.
SALTUS_SIMD inline std::size_t next_at_or_above(const double* v, std::size_t from, std::size_t n, double level) {
    std::size_t j = from;
    for (; j < n && j % 16 != 0; ++j) {
        if (v[j] >= level) return j;
    }
    for (; j + 16 <= n; j += 16) {
        double largest[4] = {v[j], v[j + 1], v[j + 2], v[j + 3]};
        for (std::size_t k = 4; k < 16; ++k) largest[k % 4] = v[j + k] > largest[k % 4] ? v[j + k] : largest[k % 4];
        const double a = largest[0] > largest[1] ? largest[0] : largest[1];
        const double b = largest[2] > largest[3] ? largest[2] : largest[3];
        if (a >= level || b >= level) break;
    }
    for (; j < n; ++j) {
        if (v[j] >= level) return j;
    }
    return n;
}

/// @tparam C SharedConstants or OwnConstants.
template <class M, class C = SharedConstants<M>>
class NeuronGroup {
  public:
    using Model = M;
    using Cells = C;

    NeuronGroup(Cells constants, std::uint32_t size)
        : cells_(std::move(constants)), size_(size), last_(size, 0), deviant_(size, 0), touched_at_(size, -1) {
        for (auto& array : state_) array.assign((size + 15) / 16 * 16, 0.0);
        deviants_.reserve(size);
        mend_.reserve(size * Model::state_arrays);
        touched_.reserve(size);
        due_.reserve(size);
        if constexpr (Model::spiking) {
            refractory_until_.assign(size, 0);
            spikes_in_interval_.assign(size, 0);
            facts_ = ThresholdFacts::of(cells_);
        }
    }

    [[nodiscard]] std::uint32_t size() const { return size_; }

    // --- time ---------------------------------------------------------------------------------------------------

    /// Advances every neuron to tick t (clamped ones stay).
    void advance_all(Tick t) {
        if (t == base_ && deviants_.empty()) return;
        mend_.clear();
        for (const std::uint32_t j : deviants_) {
            advance_one(j, t);
            for (std::size_t k = 0; k < Model::state_arrays; ++k) mend_.push_back(state_[k][j]);
        }
        if (t != base_) advance_range<Model>(cells_, t - base_, view(), size_);
        mend_deviants(t);
        base_ = t;
    }

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
        if (from < t) advance_between(j, from, t, one, 0);
        if constexpr (Model::adaptive) {
            // A clamped neuron's state is that of the end of its refractory period; its adaptation is decaying now.
            if (from > t) copy[1] /= cells_[j].adaptation(from - t);
        }
        return copy;
    }

    // --- arrivals -----------------------------------------------------------------------------------------------

    /// An all-to-all row arrives at tick t. w: [size].
    template <class Real>
    void receive_dense(const Real* w, Tick t) {
        if (dense_at_ != t) {
            advance_all(t);
            dense_at_ = t;
        }
        if (Model::currents || clamped_ == 0) return add_dense_row<Model, Cells, Real>(cells_, view(), w, size_);
        mend_.clear();
        for (const std::uint32_t j : deviants_) mend_.push_back(state_[0][j]);
        add_dense_row<Model, Cells, Real>(cells_, view(), w, size_);
        for (std::size_t d = 0; d < deviants_.size(); ++d) {
            if (last_[deviants_[d]] > t) state_[0][deviants_[d]] = mend_[d]; // lost: the neuron is clamped
        }
    }

    /// A sparse row arrives at tick t.
    template <class Real>
    void receive_sparse(const std::uint32_t* target, const Real* w, std::size_t count, Tick t) {
        for (std::size_t k = 0; k < count; ++k) {
            const std::uint32_t j = target[k];
            advance_one(j, t);
            if (time_of(j) > t) continue; // lost: the neuron is clamped
            Model::arrive(cells_[j], view(), j, static_cast<double>(w[k]));
            touch(j, t);
        }
    }

    /// Marks a neuron for the threshold tests of tick t.
    void touch(std::uint32_t j, Tick t) {
        if (touched_at_[j] == t) return;
        touched_at_[j] = t;
        touched_.push_back(j);
    }

    [[nodiscard]] bool has_work(Tick t) const { return dense_at_ == t || !touched_.empty(); }

    // --- threshold ----------------------------------------------------------------------------------------------

    [[nodiscard]] bool refractory(std::uint32_t j, Tick t) const { return t < refractory_until_[j]; }

    /// Threshold tests of tick t for all neurons that something happened to; calls emit(j) in ascending order.
    template <class Emit>
    void fire(Tick t, CrossingQueue& crossings, std::uint32_t first_neuron, Emit&& emit) {
        const auto test = [&](std::uint32_t j) {
            if (crosses(j, t)) {
                spike(j, t);
                emit(j);
            }
            reschedule(j, t, crossings, first_neuron);
        };
        // Who is below the base threshold, and has no crossing ahead, neither spikes nor is scheduled.
        const bool look_at_all = Model::currents || facts_.driven || crossings.size() > 0;
        const double* v = state_[0].data();
        if (dense_at_ == t) {
            for (std::size_t j = 0; j < size_; ++j) {
                if (!look_at_all) j = next_at_or_above(v, j, size_, facts_.lowest_threshold);
                if (j < size_) test(static_cast<std::uint32_t>(j));
            }
        } else {
            const auto idle = [&](std::uint32_t j) { return !look_at_all && v[j] < cells_[j].threshold; };
            std::erase_if(touched_, idle);
            std::sort(touched_.begin(), touched_.end());
            for (const std::uint32_t j : touched_) test(j);
        }
        touched_.clear();
        due_.clear();
    }

    /// The crossing that was predicted for neuron j is due.
    void cross(std::uint32_t j, Tick t) {
        advance_one(j, t);
        touch(j, t);
        if constexpr (Model::currents) due_.push_back(j);
    }

    /// Forgets this tick's arrivals where there is nothing to test.
    void clear_touched() { touched_.clear(); }

    /// Surrogate derivatives at edge t, 0 while refractory: psi[j] for all neurons, which are advanced to t.
    template <class Shape, class Real>
    void sample_surrogate(const Shape& shape, Tick t, Real* psi) {
        advance_all(t);
        surrogate_range<Shape, Real>(shape, cells_, view(), size_, psi);
        if (facts_.longest_refractory <= 1) return;
        for (std::uint32_t j = 0; j < size_; ++j) {
            if (refractory(j, t)) psi[j] = Real{0};
        }
    }

    // --- intervals ----------------------------------------------------------------------------------------------

    [[nodiscard]] std::vector<std::uint32_t>& spikes_in_interval() { return spikes_in_interval_; }

    /// Every neuron returns to rest at tick t.
    void reset_state(Tick t) {
        for (auto& array : state_) std::fill(array.begin(), array.end(), 0.0);
        std::fill(refractory_until_.begin(), refractory_until_.end(), Tick{0});
        for (const std::uint32_t j : deviants_) deviant_[j] = 0;
        deviants_.clear();
        clamped_ = 0;
        base_ = t;
    }

    /// After reset_state, or at the start: schedules the crossings that constant drive alone brings about.
    void schedule_all(Tick t, CrossingQueue& crossings, std::uint32_t first_neuron) {
        if (!facts_.driven) return;
        for (std::uint32_t j = 0; j < size_; ++j) reschedule(j, t, crossings, first_neuron);
    }

    /// Feeds every bit of neuron j's state that the future depends on to a hash.
    template <class Hash>
    void hash(std::uint32_t j, Hash& h) const {
        for (const auto& array : state_) h.add(array[j]);
        h.add(time_of(j));
        if constexpr (Model::spiking) h.add(refractory_until_[j]);
    }

    [[nodiscard]] typename Model::View view() {
        typename Model::View v;
        for (std::size_t k = 0; k < v.size(); ++k) v[k] = state_[k].data();
        return v;
    }

  private:
    template <class Shape, class Real>
    SALTUS_SIMD static void surrogate_range(const Shape& shape_in, const Cells& cells, const typename Model::View& view,
                                            std::size_t n, Real* __restrict psi) {
        const Shape shape = shape_in;
#pragma GCC ivdep
        for (std::size_t j = 0; j < n; ++j) psi[j] = static_cast<Real>(shape(Model::distance(cells[j], view, j)));
    }

    [[nodiscard]] Tick time_of(std::uint32_t j) const { return deviant_[j] ? last_[j] : base_; }

    void set_time(std::uint32_t j, Tick t) {
        last_[j] = t;
        if (deviant_[j]) return;
        deviant_[j] = 1;
        deviants_.push_back(j);
    }

    /// Puts the deviants' own values back after a group-wide advance; those not clamped beyond t stop being deviants.
    void mend_deviants(Tick t) {
        std::size_t kept = 0;
        for (std::size_t d = 0; d < deviants_.size(); ++d) {
            const std::uint32_t j = deviants_[d];
            for (std::size_t k = 0; k < Model::state_arrays; ++k) state_[k][j] = mend_[d * Model::state_arrays + k];
            if (last_[j] > t || clamped(j, t)) {
                deviants_[kept++] = j;
            } else {
                deviant_[j] = 0;
            }
        }
        deviants_.resize(kept);
        clamped_ = kept;
    }

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

    /// Whether neuron j spikes at tick t. Where arrivals move currents only, a crossing is always predicted, and it may
    /// be over again by the tick that it takes effect at.
    [[nodiscard]] bool crosses(std::uint32_t j, Tick t) {
        if (refractory(j, t) || time_of(j) > t) return false;
        if constexpr (Model::currents) return std::find(due_.begin(), due_.end(), j) != due_.end();
        return Model::distance(cells_[j], view(), j) >= 0.0;
    }

    void spike(std::uint32_t j, Tick t) {
        advance_one(j, t);
        const auto& constants = cells_[j];
        Model::reset(constants, view(), j);
        refractory_until_[j] = t + constants.refractory;
        ++spikes_in_interval_[j];
        if (!constants.clamp || constants.refractory == 0) return;
        if constexpr (Model::currents) {
            set_time(j, t);
            return;
        }
        if constexpr (Model::adaptive) state_[1][j] *= constants.adaptation(constants.refractory);
        set_time(j, t + constants.refractory);
        ++clamped_;
    }

    void reschedule(std::uint32_t j, Tick t, CrossingQueue& crossings, std::uint32_t first_neuron) {
        Tick time = time_of(j);
        const Tick earliest = std::max({t + 1, refractory_until_[j], time});
        Tick gap;
        if (clamped(j, time)) { // foretold from the end of the refractory period
            std::array<double, Model::state_arrays> copy = peek(j, refractory_until_[j]);
            typename Model::View one;
            for (std::size_t k = 0; k < copy.size(); ++k) one[k] = &copy[k];
            time = refractory_until_[j];
            gap = Model::next_crossing(cells_[j], one, 0, earliest - time);
        } else {
            gap = Model::next_crossing(cells_[j], view(), j, earliest - time);
        }
        crossings.set(first_neuron + j, gap == never ? never : time + gap);
    }

    Cells cells_;
    ThresholdFacts facts_; // if spiking
    std::uint32_t size_;
    std::array<std::vector<double>, Model::state_arrays> state_; // [array][neuron]
    std::vector<Tick> last_;                                     // [neuron], valid for deviants
    std::vector<std::uint8_t> deviant_;                          // [neuron]
    std::vector<std::uint32_t> deviants_;                        // neurons whose time is not base_
    std::vector<double> mend_;                                   // scratch: [deviant][array]
    std::vector<Tick> touched_at_;                               // [neuron] last tick with an arrival of its own
    std::vector<std::uint32_t> touched_;                         // neurons to test this tick
    std::vector<Tick> refractory_until_;                         // [neuron] first tick at which it may spike again
    std::vector<std::uint32_t> spikes_in_interval_;              // [neuron]
    std::vector<std::uint32_t> due_;                             // neurons whose predicted crossing is this tick
    std::size_t clamped_ = 0;                                    // upper bound of neurons dated to the future
    Tick base_ = 0;
    Tick dense_at_ = -1;
};

template <class Model>
using AlikeGroup = NeuronGroup<Model, SharedConstants<Model>>;
template <class Model>
using VariedGroup = NeuronGroup<Model, OwnConstants<Model>>;

} // namespace saltus
