// SPDX-License-Identifier: BSD-3-Clause
// The error of a population that others learn from: where its targets come from and what it is now. Most are those of
// readouts; spiking neurons have one where their spikes are to follow a train, or where a layer hands its own learning
// signal down.
#pragma once

#include "engine/core/recycling_queue.hpp"
#include "engine/core/time.hpp"
#include "engine/runtime/emission.hpp"
#include "learning/parameters.hpp"
#include "learning/spike_error.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace saltus {

/// A target that is yet to come into force.
struct UpcomingTarget {
    Tick from = 0;
    std::vector<double> values{}; ///< [outputs]
};

template <class Real>
struct ReadoutError {
    std::uint32_t population;
    Error kind;
    bool at_events = false;       ///< counts only in steps in which a target came into force
    bool backpropagated = false;  ///< psi_k L_k of the population's learner; nothing below applies but `error`
    double weight = 1.0;          ///< factor on the error
    std::vector<double> target{}; ///< [outputs] in force
    RecyclingQueue<UpcomingTarget> upcoming{};
    SpikeError spikes{};                   ///< Error::spike_train
    std::vector<Emission> target_spikes{}; ///< Error::spike_train: pending; sources numbered within the population
    bool target_spikes_sorted = true;
    std::vector<double> error{};    ///< [outputs] of the present edge
    std::vector<Real> error_cast{}; ///< [outputs] the same, in the precision of the traces
    bool active = false;            ///< the present edge counts
    bool zero = false;              ///< ... and there is no error in any output
    double loss = 0.0;              ///< summed over the present interval
    double last_loss = 0.0;         ///< of the last interval that ended

    /// Whether the present edge teaches anything.
    [[nodiscard]] bool counts() const { return active && !zero; }
    /// Targets up to tick t come into force. Returns whether there were any.
    bool take_targets(Tick t) {
        bool any = false;
        for (; !upcoming.empty() && upcoming.front().from <= t; any = true) {
            target.swap(upcoming.front().values);
            upcoming.pop();
        }
        return any;
    }
    /// Target spikes up to tick t are counted.
    void take_target_spikes(Tick t) {
        if (!target_spikes_sorted) std::sort(target_spikes.begin(), target_spikes.end());
        target_spikes_sorted = true;
        std::size_t n = 0;
        for (; n < target_spikes.size() && target_spikes[n].tick <= t; ++n) spikes.count(target_spikes[n].source, -1.0);
        target_spikes.erase(target_spikes.begin(), target_spikes.begin() + static_cast<std::ptrdiff_t>(n));
    }
    /// The present edge's error is complete.
    void finish() {
        for (std::size_t o = 0; o < error.size(); ++o) error_cast[o] = static_cast<Real>(error[o]);
        zero = std::all_of(error.begin(), error.end(), [](double e) { return e == 0.0; });
    }
    void silence() {
        active = false;
        std::fill(error.begin(), error.end(), 0.0);
        std::fill(error_cast.begin(), error_cast.end(), Real{0});
    }
};

} // namespace saltus
