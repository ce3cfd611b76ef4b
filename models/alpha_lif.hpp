// SPDX-License-Identifier: BSD-3-Clause
// LIF neuron with alpha-shaped synaptic currents, excitatory and inhibitory.
//
//     tau_m dv/dt = -(v - v_inf) + i_e + i_i,   tau_s di_s/dt = -i_s + x_s,   tau_s dx_s/dt = -x_s,   s = e, i
//     x_e <- x_e + e w at an arrival with w >= 0,   x_i <- x_i + e w at one with w < 0,   spike when v reaches
//     threshold
//
// so that an arrival adds the current w (t/tau_s) e^(1 - t/tau_s), whose peak, at t = tau_s, is w. Rall 1967; Rotter
// and Diesmann 1999. Currents are in units of voltage (R I). Between events the solution is closed
// (models/psp_kernel.hpp). v may have up to four extrema between two events; they are isolated first
// (models/linear_exponential.hpp), then the crossing is found in continuous time (models/current_crossing.hpp). It
// takes effect at the next tick, or at the tick it falls on. Currents go on during refractoriness.
#pragma once

#include "models/cuba_lif.hpp"
#include "models/linear_exponential.hpp"

namespace saltus {

struct AlphaLifParameters : CubaLifParameters {};

struct AlphaLif {
    using Parameters = AlphaLifParameters;
    static constexpr std::string_view name = "alpha_lif";
    static constexpr bool spiking = true;
    static constexpr bool adaptive = false;
    static constexpr bool currents = true; ///< arrivals move currents, never the membrane itself
    /// [0] membrane v, [1] excitatory current and [2] what feeds it, [3] inhibitory current and [4] what feeds it
    static constexpr std::size_t state_arrays = 5;
    using View = std::array<double*, state_arrays>;
    static constexpr auto parameters = inherit<AlphaLifParameters>(CubaLif::parameters);

    /// How one of the two currents moves over a gap: its decay, gap / tau_s, and what i and x have done to v.
    struct CurrentDecay {
        double factor, steps, from_i, from_x;
    };
    struct Decay {
        double m;
        CurrentDecay e, i;
        double v_inf; ///< here, so that a loop over neurons keeps it in a register
    };

    /// One of the two currents, frozen.
    struct Current {
        Current(double tau_m, double tau_s) : tau(tau_s), exponential(tau_m, tau_s), alpha(tau_m, tau_s) {}
        double tau; ///< in ticks
        PspKernel exponential;
        AlphaKernel alpha;
    };

    template <class Factors>
    struct ConstantsOf : Lif::ConstantsOf<Factors> {
        ConstantsOf(const Parameters& p, const TimeGrid& grid)
            : Lif::ConstantsOf<Factors>(p, grid), excitatory(grid.tick_ms(), p.tau_e_ms),
              inhibitory(grid.tick_ms(), p.tau_i_ms), tau_m(p.tau_m_ms / grid.tick_ms()),
              e(tau_m, p.tau_e_ms / grid.tick_ms()), i(tau_m, p.tau_i_ms / grid.tick_ms()),
              peak_i(e.exponential.peak()), peak_x(e.alpha.peak()) {
            this->gain = 1.0;
        }
        Factors excitatory, inhibitory;
        double tau_m; ///< in ticks
        Current e, i;
        double peak_i, peak_x; ///< largest response of the membrane to a unit i_e, a unit x_e
    };
    using Constants = ConstantsOf<DecayTable>;

    [[nodiscard]] static CurrentDecay decay(const Current& c, double t, double m, double s) {
        return {s, t / c.tau, c.exponential(t, m, s), c.alpha(t, m, s)};
    }
    template <class C>
    [[nodiscard]] static Decay decay(const C& c, Tick gap) {
        const double m = c.membrane(gap);
        const auto t = static_cast<double>(gap);
        return {m, decay(c.e, t, m, c.excitatory(gap)), decay(c.i, t, m, c.inhibitory(gap)), c.v_inf};
    }
    template <class C>
    static void advance(const C&, const Decay& d, const View& s, std::size_t j) {
        const double from_e = s[1][j] * d.e.from_i + s[2][j] * d.e.from_x;
        const double from_i = s[3][j] * d.i.from_i + s[4][j] * d.i.from_x;
        s[0][j] = d.v_inf + (s[0][j] - d.v_inf) * d.m + (from_e + from_i);
        advance_clamped(d, s, j);
    }
    /// While clamped only the currents move.
    static void advance_clamped(const Decay& d, const View& s, std::size_t j) {
        s[1][j] = (s[1][j] + s[2][j] * d.e.steps) * d.e.factor;
        s[2][j] *= d.e.factor;
        s[3][j] = (s[3][j] + s[4][j] * d.i.steps) * d.i.factor;
        s[4][j] *= d.i.factor;
    }
    template <class C>
    static void arrive(const C&, const View& s, std::size_t j, double w) {
        constexpr double e = 2.718281828459045;
        s[2][j] += w >= 0.0 ? e * w : 0.0;
        s[4][j] += w >= 0.0 ? 0.0 : e * w;
    }
    template <class C>
    [[nodiscard]] static double distance(const C& c, const View& s, std::size_t j) {
        return s[0][j] - c.threshold;
    }
    template <class C>
    static void reset(const C& c, const View& s, std::size_t j) {
        Lif::reset(c, {s[0]}, j);
    }

    /// The membrane's future as a function of real time in ticks.
    template <class C>
    struct Trajectory {
        const C& c;
        double v0, e0, xe, i0, xi;

        [[nodiscard]] double v(double t) const {
            const double m = stable_exp(-t / c.tau_m);
            const CurrentDecay e = decay(c.e, t, m, stable_exp(-t / c.e.tau));
            const CurrentDecay i = decay(c.i, t, m, stable_exp(-t / c.i.tau));
            const double driven = (e0 * e.from_i + xe * e.from_x) + (i0 * i.from_i + xi * i.from_x);
            return c.v_inf + (v0 - c.v_inf) * m + driven - c.threshold;
        }
        [[nodiscard]] double slope(double t) const {
            const double e = (e0 + xe * (t / c.e.tau)) * stable_exp(-t / c.e.tau);
            const double i = (i0 + xi * (t / c.i.tau)) * stable_exp(-t / c.i.tau);
            return (e + i - (v(t) + c.threshold - c.v_inf)) / c.tau_m;
        }
        [[nodiscard]] double curvature(double t) const {
            const double e = (xe - e0 - xe * (t / c.e.tau)) / c.e.tau * stable_exp(-t / c.e.tau);
            const double i = (xi - i0 - xi * (t / c.i.tau)) / c.i.tau * stable_exp(-t / c.i.tau);
            return (e + i - slope(t)) / c.tau_m;
        }
        /// The first zero of di_e/dt + di_i/dt inside (low, high), or high. The slower exponential is divided out.
        [[nodiscard]] double next_turn(double low, double high) const {
            const double p = (xe - e0) / c.e.tau, q = -xe / (c.e.tau * c.e.tau);
            const double r = (xi - i0) / c.i.tau, s = -xi / (c.i.tau * c.i.tau);
            const double k = 1.0 / c.e.tau - 1.0 / c.i.tau;
            const LinearExponential h = k >= 0.0 ? LinearExponential{p, q, k, r, s} : LinearExponential{r, s, -k, p, q};
            // A turn that `low` is itself, to rounding, is not found again.
            const double begin = low + 1e-9 * (k >= 0.0 ? c.e.tau : c.i.tau);
            return begin < high ? h.first_zero(begin, high) : high;
        }
        /// An upper bound on the rest of the path: what is there, or where it settles, plus all that excitation can
        /// add.
        [[nodiscard]] bool may_cross(double t) const {
            const double now = v(t) + c.threshold;
            const double base = now > c.v_inf ? now : c.v_inf;
            const double factor = stable_exp(-t / c.e.tau);
            const double lift = ((e0 + xe * (t / c.e.tau)) * c.peak_i + xe * c.peak_x) * factor;
            // Once excitation is gone to rounding, only constant drive can lift the membrane.
            if (lift <= 1e-17 * c.threshold && now <= c.v_inf) return c.v_inf > c.threshold;
            return base + lift >= c.threshold;
        }
    };

    template <class C>
    [[nodiscard]] static Tick next_crossing(const C& c, const View& s, std::size_t j, Tick from) {
        const double base = s[0][j] > c.v_inf ? s[0][j] : c.v_inf;
        if (base + (s[1][j] * c.peak_i + s[2][j] * c.peak_x) < c.threshold) return never; // O(1): the common case
        const Trajectory<C> path{c, s[0][j], s[1][j], s[2][j], s[3][j], s[4][j]};
        return first_crossing_tick(path, from, c.tau_m < c.e.tau ? c.tau_m : c.e.tau);
    }

    template <class C>
    static void set_current(C& c, double current) {
        Lif::set_current(c, current);
    }

    // for escape noise (models/escape.hpp)
    template <class C>
    [[nodiscard]] static double distance_at(const C& c, const View& s, std::size_t j, double x) {
        return Trajectory<C>{c, s[0][j], s[1][j], s[2][j], s[3][j], s[4][j]}.v(x);
    }
    /// Inhibition left out and excitation kept at the most it may come to after x (what is there, and a peak of x_e /
    /// e), the membrane moves monotonically; and it never rises by more than the largest response to what is there.
    template <class C>
    [[nodiscard]] static double ceiling(const C& c, const View& s, std::size_t j, double x, double y) {
        const double v = distance_at(c, s, j, x) + c.threshold;
        const double factor = stable_exp(-x / c.e.tau);
        const double feed = s[2][j] * factor;
        const double e = s[1][j] * factor + feed * (x / c.e.tau);
        const double base = v > c.v_inf ? v : c.v_inf;
        const double ever = base + (e * c.peak_i + feed * c.peak_x);
        const double most = e + 0.3678794411714424 * feed;
        const double end = c.v_inf + most + (v - c.v_inf - most) * stable_exp((x - y) / c.tau_m);
        const double soon = v > end ? v : end;
        return (soon < ever ? soon : ever) - c.threshold;
    }
    template <class C>
    [[nodiscard]] static double memory(const C& c) {
        return c.tau_m < c.e.tau ? c.tau_m : c.e.tau;
    }
};

} // namespace saltus
