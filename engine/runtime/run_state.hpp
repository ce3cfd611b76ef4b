// SPDX-License-Identifier: BSD-3-Clause
// What all partitions know of the run: the learning clock, and whether learning is on. Changed between windows only.
#pragma once

#include "engine/runtime/learner.hpp"

#include <vector>

namespace saltus {

struct RunState {
    UpdateTiming timing = UpdateTiming::interval;
    LearningClock clock{};
    bool has_learning = false; ///< some projection has a rule with a learning clock
    bool reset_state = false;  ///< neurons return to rest at interval ends
    bool learning = true;      ///< switched on
    Tick review = never;       ///< how often it is decided which populations are stepped (engine_stepping.cpp)
    std::int64_t skipped = 0;  ///< learning edges not worked on right before the present one (learning was off)
    double delta = 0.0;        ///< temporal-difference error (reward) of the present edge
    /// [population] whether some rows are driven by it (RowSet::driven), and whether any others want its spikes.
    std::vector<std::uint8_t> drives{}, listened{};
    /// [population] mean spikes per neuron in the present step or, at its end, interval; empty if nobody asks.
    std::vector<double> population_spikes{};

    /// Whether tick t is a learning edge that is worked on.
    [[nodiscard]] bool edge(Tick t) const {
        return has_learning && t % clock.period == 0 && (learning || timing == UpdateTiming::arrival);
    }
    [[nodiscard]] bool interval_end(Tick t) const {
        return has_learning && timing == UpdateTiming::interval && t % clock.edge(clock.interval) == 0;
    }
    [[nodiscard]] bool review_due(Tick t) const { return review != never && t % review == 0; }
    /// The first edge or interval end after tick t, or `never`.
    [[nodiscard]] Tick next_stop(Tick t) const {
        if (!has_learning) return never;
        const bool edges = learning || timing == UpdateTiming::arrival;
        return after(t, edges ? clock.period : clock.edge(clock.interval));
    }
    [[nodiscard]] Tick next_review(Tick t) const { return review == never ? never : after(t, review); }

  private:
    /// The first multiple of a period after tick t.
    [[nodiscard]] static Tick after(Tick t, Tick period) { return (t / period + 1) * period; }
};

} // namespace saltus
