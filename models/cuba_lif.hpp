// SPDX-License-Identifier: BSD-3-Clause
// Current-based LIF neuron with exponential synapses (CuBa LIF), excitatory and inhibitory.
//
//     tau_m dv/dt = -(v - v_inf) + i_e + i_i,   tau_e di_e/dt = -i_e,   tau_i di_i/dt = -i_i
//     i_e <- i_e + w at an arrival with w >= 0,   i_i <- i_i + w at one with w < 0,   spike when v reaches threshold
//
// Neftci, Mostafa, Zenke 2019, eqs. 1-2; Rotter and Diesmann 1999. Currents are in units of voltage (R I). Between
// events the solution is closed (models/psp_kernel.hpp); the crossing is found in continuous time
// (models/current_crossing.hpp) and takes effect at the next tick, or at the tick it falls on. Currents go on decaying
// during refractoriness.
#pragma once

#include "engine/core/decay_table.hpp"
#include "models/current_crossing.hpp"
#include "models/lif.hpp"
#include "models/psp_kernel.hpp"
#include "models/reach_border.hpp"

#include <array>
#include <cstddef>
#include <string_view>

namespace saltus {

struct CubaLifParameters : LifParameters {
    double tau_e_ms = 5.0; ///< excitatory synaptic time constant, > 0
    double tau_i_ms = 5.0; ///< inhibitory synaptic time constant, > 0
};

struct CubaLif {
    using Parameters = CubaLifParameters;
    static constexpr std::string_view name = "cuba_lif";
    static constexpr bool spiking = true;
    static constexpr bool adaptive = false;
    static constexpr bool currents = true;         ///< arrivals move currents, never the membrane itself
    static constexpr std::size_t state_arrays = 3; ///< [0] membrane v, [1] excitatory, [2] inhibitory current
    using View = std::array<double*, state_arrays>;
    static constexpr auto parameters = extend<CubaLifParameters>(
        Lif::parameters, {{"tau_e_ms", &Parameters::tau_e_ms}, {"tau_i_ms", &Parameters::tau_i_ms}});

    struct Decay {
        double m, e, i, from_e, from_i;
        double v_inf; ///< here, so that a loop over neurons keeps it in a register
    };

    template <class Factors>
    struct ConstantsOf : Lif::ConstantsOf<Factors> {
        ConstantsOf(const Parameters& p, const TimeGrid& grid)
            : Lif::ConstantsOf<Factors>(p, grid), excitatory(grid.tick_ms(), p.tau_e_ms),
              inhibitory(grid.tick_ms(), p.tau_i_ms),
              kernel_e(p.tau_m_ms / grid.tick_ms(), p.tau_e_ms / grid.tick_ms()),
              kernel_i(p.tau_m_ms / grid.tick_ms(), p.tau_i_ms / grid.tick_ms()), peak_e(kernel_e.peak()),
              border(p.tau_m_ms, p.tau_e_ms), tau_m(p.tau_m_ms / grid.tick_ms()), tau_e(p.tau_e_ms / grid.tick_ms()),
              tau_i(p.tau_i_ms / grid.tick_ms()) {
            this->gain = 1.0;
        }
        Factors excitatory, inhibitory;
        PspKernel kernel_e, kernel_i;
        double peak_e;                                ///< largest membrane response to a unit excitatory current
        typename ReachBorderOf<Factors>::Type border; ///< states from which excitation reaches the threshold
        double tau_m, tau_e, tau_i;                   ///< in ticks
    };
    using Constants = ConstantsOf<DecayTable>;

    template <class C>
    [[nodiscard]] static Decay decay(const C& c, Tick gap) {
        const double m = c.membrane(gap), e = c.excitatory(gap), i = c.inhibitory(gap);
        const auto t = static_cast<double>(gap);
        return {m, e, i, c.kernel_e(t, m, e), c.kernel_i(t, m, i), c.v_inf};
    }
    template <class C>
    static void advance(const C&, const Decay& d, const View& s, std::size_t j) {
        s[0][j] = d.v_inf + (s[0][j] - d.v_inf) * d.m + (s[1][j] * d.from_e + s[2][j] * d.from_i);
        s[1][j] *= d.e;
        s[2][j] *= d.i;
    }
    /// While clamped only the currents move.
    static void advance_clamped(const Decay& d, const View& s, std::size_t j) {
        s[1][j] *= d.e;
        s[2][j] *= d.i;
    }
    /// The one array that an arrival is added to.
    [[nodiscard]] static std::size_t receiver(double w) { return w >= 0.0 ? 1 : 2; }
    /// The same without a branch, for all-to-all rows.
    template <class C>
    static void arrive(const C&, const View& s, std::size_t j, double w) {
        s[1][j] += w >= 0.0 ? w : 0.0;
        s[2][j] += w >= 0.0 ? 0.0 : w;
    }
    template <class C>
    [[nodiscard]] static double distance(const C& c, const View& s, std::size_t j) {
        return s[0][j] - c.threshold;
    }
    template <class C>
    static void reset(const C& c, const View& s, std::size_t j) {
        Lif::reset(c, {s[0]}, j);
    }

    /// The current that can lift the membrane: excitation, or what inhibition leaves of it where both decay alike.
    template <class C>
    [[nodiscard]] static double net(const C& c, double e, double i) {
        return c.tau_e == c.tau_i ? e + i : e;
    }
    /// More than rounding can move the membrane by: that close to threshold the crossing is looked for.
    template <class C>
    [[nodiscard]] static double doubt(const C& c, double e, double i) {
        return 1e-12 * (c.threshold + (e - i));
    }

    /// The membrane's future as a function of real time in ticks.
    template <class C>
    struct Trajectory {
        /// e^(-t/tau) of membrane and currents.
        struct Decays {
            double m, e, i;
        };

        const C& c;
        double v0, e0, i0;
        // Value, slope and curvature are asked for at the same time, one after the other.
        mutable double at = -1.0;
        mutable Decays kept{};

        [[nodiscard]] Decays decays(double t) const {
            if (t != at) {
                at = t;
                const double e = stable_exp(-t / c.tau_e);
                kept = {stable_exp(-t / c.tau_m), e, c.tau_i == c.tau_e ? e : stable_exp(-t / c.tau_i)};
            }
            return kept;
        }
        [[nodiscard]] double v(double t) const {
            const auto [m, e, i] = decays(t);
            return c.v_inf + (v0 - c.v_inf) * m + (e0 * c.kernel_e(t, m, e) + i0 * c.kernel_i(t, m, i)) - c.threshold;
        }
        [[nodiscard]] double slope(double t) const {
            const Decays d = decays(t);
            return (e0 * d.e + i0 * d.i - (v(t) + c.threshold - c.v_inf)) / c.tau_m;
        }
        [[nodiscard]] double curvature(double t) const {
            const Decays d = decays(t);
            return -(e0 / c.tau_e * d.e + i0 / c.tau_i * d.i) / c.tau_m - slope(t) / c.tau_m;
        }
        /// The zero of i_e/tau_e + i_i/tau_i, if it lies inside (low, high); or high.
        [[nodiscard]] double next_turn(double low, double high) const {
            const double turn = balance(e0 / c.tau_e, 1.0 / c.tau_e, i0 / c.tau_i, 1.0 / c.tau_i);
            return turn > low && turn < high ? turn : high;
        }
        /// An upper bound on the rest of the path: what is there, or where it settles, plus all that excitation can
        /// add.
        [[nodiscard]] bool may_cross(double t) const {
            const double now = v(t) + c.threshold;
            const double base = now > c.v_inf ? now : c.v_inf;
            const double e = e0 * decays(t).e;
            // Once excitation is gone to rounding, only constant drive can lift the membrane.
            if (e * c.peak_e <= 1e-17 * c.threshold && now <= c.v_inf) return c.v_inf > c.threshold;
            return base + e * c.peak_e >= c.threshold;
        }
        /// Whether the membrane is below threshold and, without a current, stays there; and peak() keeps its digits.
        [[nodiscard]] bool one_peak() const {
            const double apart = c.tau_e - c.tau_m;
            return c.v_inf < c.threshold && v0 < c.threshold && apart * apart > 1e-6 * c.tau_m * c.tau_e;
        }
        /// Where the membrane would peak with excitation alone, without the inhibition there is (where both decay alike
        /// they are one current, their sum, and this is the path itself). Not positive: nowhere ahead.
        [[nodiscard]] double peak() const {
            // of e^(-t/tau_e); the rest of v - v_inf decays with tau_m
            const double amplitude = net(c, e0, i0) * c.tau_e / (c.tau_e - c.tau_m);
            return balance((v0 - c.v_inf - amplitude) / c.tau_m, 1.0 / c.tau_m, amplitude / c.tau_e, 1.0 / c.tau_e);
        }
        /// Whether it would come to threshold there. False rejects for the price of three exponentials.
        [[nodiscard]] bool reaches_at(double peak) const {
            if (peak <= 0.0) return false;
            const auto [m, e, i] = decays(peak);
            const double v = c.v_inf + (v0 - c.v_inf) * m + net(c, e0, i0) * c.kernel_e(peak, m, e);
            return v >= c.threshold - doubt(c, e0, i0);
        }
    };

    template <class C>
    [[nodiscard]] static Tick next_crossing(const C& c, const View& s, std::size_t j, Tick from) {
        const double base = s[0][j] > c.v_inf ? s[0][j] : c.v_inf;
        const double e = s[1][j], i = s[2][j];
        const double current = net(c, e, i), doubts = doubt(c, e, i);
        const double lift = current > 0.0 ? current * c.peak_e : 0.0;
        if (base + lift < c.threshold - doubts) return never; // O(1): the common case
        if (c.border.stays_below(s[0][j] - c.v_inf, current, c.threshold - c.v_inf, doubts)) return never;
        return find_crossing(Trajectory<C>{c, s[0][j], e, i}, from);
    }

    template <class C>
    [[nodiscard, gnu::noinline]] static Tick find_crossing(const Trajectory<C>& path, Tick from) {
        const C& c = path.c;
        const double stride = c.tau_m < c.tau_e ? c.tau_m : c.tau_e;
        if (!path.one_peak()) return first_crossing_tick(path, from, stride);
        const double peak = path.peak();
        if (!path.reaches_at(peak)) return never;
        return first_crossing_tick(path, from, stride, c.tau_e == c.tau_i ? peak : -1.0);
    }

    template <class C>
    static void set_current(C& c, double current) {
        Lif::set_current(c, current);
    }

    // for escape noise (models/escape.hpp)
    template <class C>
    [[nodiscard]] static double distance_at(const C& c, const View& s, std::size_t j, double x) {
        return Trajectory<C>{c, s[0][j], s[1][j], s[2][j]}.v(x);
    }
    /// Inhibition left out and excitation kept at its strength of x, the membrane moves monotonically; and it never
    /// rises by more than the largest response to that strength.
    template <class C>
    [[nodiscard]] static double ceiling(const C& c, const View& s, std::size_t j, double x, double y) {
        const double v = distance_at(c, s, j, x) + c.threshold;
        const double e = s[1][j] * stable_exp(-x / c.tau_e);
        const double base = v > c.v_inf ? v : c.v_inf;
        const double ever = base + e * c.peak_e;
        const double end = c.v_inf + e + (v - c.v_inf - e) * stable_exp((x - y) / c.tau_m);
        const double soon = v > end ? v : end;
        return (soon < ever ? soon : ever) - c.threshold;
    }
    template <class C>
    [[nodiscard]] static double memory(const C& c) {
        return c.tau_m < c.tau_e ? c.tau_m : c.tau_e;
    }
};

} // namespace saltus
