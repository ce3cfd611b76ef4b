// SPDX-License-Identifier: BSD-3-Clause
// Event-driven integration of one neuron: from a tick at which something happened, look ahead as far as one step of its
// Taylor series reaches. What is found is kept: until the next event the neuron's state is read off the series, and no
// time is integrated twice.
//
// All that follows depends on the state at that tick alone, so that reading, chunks and probes change no bit.
#pragma once

#include "engine/core/time.hpp"
#include "models/polynomial_crossing.hpp"
#include "models/taylor_series.hpp"

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>

namespace saltus {

/// A model that is integrated (the others have closed forms). See models/README.md for what its functions mean.
template <class M>
concept IntegratedModel = requires(const typename M::Constants& c, OdeState<M::state_arrays>& y,
                                   OdeSeries<M::state_arrays>& series) {
    M::expand(c, series);
    { M::start(c) } -> std::same_as<OdeState<M::state_arrays>>;
    { M::settle(c, series, y) } -> std::same_as<bool>;
    M::hold(c, y, 1.0);
    M::arrive(c, y, 1.0, false);
    M::reset(c, y);
};

/// Shared by the constants of all integrated models.
struct IntegrationConstants {
    double tick_ms;
    double threshold; ///< of state variable 0; a spike where it is reached
    double tolerance; ///< error of a step, relative to 1 + |y| in each variable's unit
    Tick refractory;  ///< ticks for which variable 0 is held at its reset value
    double log_tolerance = stable_log(tolerance);
};

enum class Ahead : std::uint8_t {
    rest,   ///< nothing moves until something arrives
    smooth, ///< the series holds to the end
    spike,  ///< the threshold is reached; the spike takes effect at the end
    held,   ///< refractory to the end
    fault   ///< the state is not finite, or moves too fast to be followed
};

/// What lies ahead of a neuron, counted from the tick of its state.
template <class Model>
struct Stretch {
    Ahead kind = Ahead::rest;
    bool has_series = false;
    Tick ticks = never;       ///< to the end of the stretch
    double begin_ms = 0.0;    ///< where the series begins: 0, or within the first tick
    double crossing_ms = 0.0; ///< when the threshold is reached
    OdeSeries<Model::state_arrays> series;
    OdeState<Model::state_arrays> at_crossing;
};

/// A step shorter than this (in ms) cannot be told from none over a run's length.
inline constexpr double shortest_step_ms = 1e-9;

template <IntegratedModel Model>
class LookAhead {
  public:
    static constexpr std::size_t variables = Model::state_arrays;
    using Constants = typename Model::Constants;
    using State = OdeState<variables>;

    /// What lies ahead of state y. A neuron at a fixed point is moved onto it.
    static void find(const Constants& c, State& y, Stretch<Model>& out) {
        State x = y;
        for (double t = 0.0;;) {
            if (surge(c, x, t, forever)) {
                out.has_series = false;
                return set_spike(c, out, t, x);
            }
            begin(x, out.series);
            Model::expand(c, out.series);
            if (t == 0.0 && Model::settle(c, out.series, y)) return set(out, Ahead::rest, never);
            const double length = step_length(out.series, c.log_tolerance);
            if (!(length >= shortest_step_ms)) return set(out, Ahead::fault, never);
            // A stretch ends on a tick, unless a tick is longer than the step.
            const double whole = std::floor(std::min((t + length) / c.tick_ms, longest_ticks));
            const double limit = whole >= 1.0 ? whole * c.tick_ms - t : length;
            out.begin_ms = t;
            out.has_series = true;
            const double crossing = first_crossing(out.series[0], c.threshold, limit);
            if (crossing >= 0.0) return set_spike(c, out, t + crossing, evaluate(out.series, crossing));
            if (whole >= 1.0) return set(out, Ahead::smooth, static_cast<Tick>(whole));
            x = evaluate(out.series, limit);
            t += limit;
        }
    }

    /// The refractory period, `ticks` long.
    static void hold(Stretch<Model>& out, Tick ticks) { set(out, Ahead::held, ticks); }

    /// The state `gap` ticks after y, within the stretch. Where a spike takes effect at that tick: the state just
    /// before its reset, in which all but variable 0 has gone on from the crossing with the neuron held at its reset.
    [[nodiscard]] static State after(const Constants& c, const State& y, const Stretch<Model>& ahead, Tick gap) {
        const double ms = static_cast<double>(gap) * c.tick_ms;
        State x = y;
        if (gap == 0 || ahead.kind == Ahead::rest || ahead.kind == Ahead::fault) return x;
        if (ahead.kind == Ahead::held) {
            Model::hold(c, x, ms);
        } else if (ahead.kind == Ahead::spike && gap == ahead.ticks) {
            x = ahead.at_crossing;
            Model::hold(c, x, std::max(ms - ahead.crossing_ms, 0.0));
            x[0] = c.threshold;
        } else if (ahead.has_series) {
            x = evaluate(ahead.series, ms - ahead.begin_ms);
        } else {
            replay(c, x, ms);
        }
        return x;
    }

  private:
    static constexpr double forever = 1e300;
    static constexpr double longest_ticks = 4e18; // below the largest Tick

    static void begin(const State& y, OdeSeries<variables>& series) {
        for (std::size_t i = 0; i < variables; ++i) series[i][0] = y[i];
    }

    static void set(Stretch<Model>& out, Ahead kind, Tick ticks) {
        out.kind = kind;
        out.ticks = ticks;
    }

    /// The crossing takes effect at the next tick, or at the tick it falls on.
    static void set_spike(const Constants& c, Stretch<Model>& out, double ms, const State& x) {
        set(out, Ahead::spike, std::max(static_cast<Tick>(std::ceil(ms / c.tick_ms)), Tick{1}));
        out.crossing_ms = ms;
        out.at_crossing = x;
    }

    /// Upswings that run away within a finite time are the model's own affair: it follows one to the threshold, or to
    /// the end of time, and moves x and t. @return whether the threshold is reached.
    static bool surge(const Constants& c, State& x, double& t, double end) {
        if constexpr (requires { Model::surges(c, x); }) {
            if (!Model::surges(c, x)) return false;
            t += Model::surge(c, x, end - t);
            return x[0] >= c.threshold;
        } else {
            return false;
        }
    }

    /// The way to a spike again, as far as `ms`: something arrived during an upswing.
    static void replay(const Constants& c, State& x, double ms) {
        OdeSeries<variables> series;
        for (double t = 0.0; t < ms;) {
            if (surge(c, x, t, ms) || t >= ms) return;
            begin(x, series);
            Model::expand(c, series);
            const double length = std::max(step_length(series, c.log_tolerance), shortest_step_ms);
            const double step = length < ms - t ? length : ms - t;
            x = evaluate(series, step);
            t = step == ms - t ? ms : t + step;
        }
    }
};

} // namespace saltus
