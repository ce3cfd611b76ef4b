// SPDX-License-Identifier: BSD-3-Clause
// Integrate-and-fire neuron without leak, with exponential synaptic currents, excitatory and inhibitory.
//
//     dv/dt = drive + i_e + i_i,   tau_e di_e/dt = -i_e,   tau_i di_i/dt = -i_i
//     i_e <- i_e + w at an arrival with w >= 0,   i_i <- i_i + w at one with w < 0,   spike when v reaches threshold
//
// models/cuba_lif.hpp with tau_m -> infinity: currents are in voltage per millisecond (I / C), so an arrival moves the
// membrane by w tau in the end. v' is itself a constant and two exponentials: at most two extrema between events.
#pragma once

#include "models/current_crossing.hpp"
#include "models/integrate_fire.hpp"
#include "models/psp_kernel.hpp"

namespace saltus {

struct CubaIntegrateFireParameters : IntegrateFireParameters {
    double tau_e_ms = 5.0; ///< excitatory synaptic time constant, > 0
    double tau_i_ms = 5.0; ///< inhibitory synaptic time constant, > 0
};

struct CubaIntegrateFire {
    using Parameters = CubaIntegrateFireParameters;
    static constexpr std::string_view name = "cuba_integrate_fire";
    static constexpr bool spiking = true;
    static constexpr bool adaptive = false;
    static constexpr bool currents = true;         ///< arrivals move currents, never the membrane itself
    static constexpr std::size_t state_arrays = 3; ///< [0] membrane v, [1] excitatory, [2] inhibitory current
    using View = std::array<double*, state_arrays>;
    static constexpr auto parameters = extend<CubaIntegrateFireParameters>(
        IntegrateFire::parameters, {{"tau_e_ms", &Parameters::tau_e_ms}, {"tau_i_ms", &Parameters::tau_i_ms}});

    struct Decay {
        double e, i, from_e, from_i, rise;
    };

    template <class Factors>
    struct ConstantsOf : IntegrateFire::ConstantsOf<Factors> {
        ConstantsOf(const Parameters& p, const TimeGrid& grid)
            : IntegrateFire::ConstantsOf<Factors>(p, grid), excitatory(grid.tick_ms(), p.tau_e_ms),
              inhibitory(grid.tick_ms(), p.tau_i_ms), ramp_e(p.tau_e_ms / grid.tick_ms(), p.tau_e_ms),
              ramp_i(p.tau_i_ms / grid.tick_ms(), p.tau_i_ms), tau_e(p.tau_e_ms / grid.tick_ms()),
              tau_i(p.tau_i_ms / grid.tick_ms()) {}
        Factors excitatory, inhibitory;
        RampKernel ramp_e, ramp_i;
        double tau_e, tau_i; ///< in ticks
    };
    using Constants = ConstantsOf<DecayTable>;

    template <class C>
    [[nodiscard]] static Decay decay(const C& c, Tick gap) {
        const double e = c.excitatory(gap), i = c.inhibitory(gap);
        const auto t = static_cast<double>(gap);
        return {e, i, c.ramp_e(t, e), c.ramp_i(t, i), c.drive * t};
    }
    template <class C>
    static void advance(const C&, const Decay& d, const View& s, std::size_t j) {
        s[0][j] += (s[1][j] * d.from_e + s[2][j] * d.from_i) + d.rise;
        advance_clamped(d, s, j);
    }
    /// While clamped only the currents move.
    static void advance_clamped(const Decay& d, const View& s, std::size_t j) {
        s[1][j] *= d.e;
        s[2][j] *= d.i;
    }
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
        IntegrateFire::reset(c, {s[0]}, j);
    }

    /// The membrane's future as a function of real time in ticks.
    template <class C>
    struct Trajectory {
        const C& c;
        double v0, e0, i0;

        [[nodiscard]] double v(double t) const {
            const double e = stable_exp(-t / c.tau_e), i = stable_exp(-t / c.tau_i);
            return v0 + ((e0 * c.ramp_e(t, e) + i0 * c.ramp_i(t, i)) + c.drive * t) - c.threshold;
        }
        [[nodiscard]] double slope(double t) const {
            return c.drive + (e0 * stable_exp(-t / c.tau_e) + i0 * stable_exp(-t / c.tau_i)) * c.tick_ms;
        }
        [[nodiscard]] double curvature(double t) const {
            const double i = e0 / c.tau_e * stable_exp(-t / c.tau_e) + i0 / c.tau_i * stable_exp(-t / c.tau_i);
            return -i * c.tick_ms;
        }
        /// The zero of v'', if it lies inside (low, high); or high.
        [[nodiscard]] double next_turn(double low, double high) const {
            const double turn = balance(e0 / c.tau_e, 1.0 / c.tau_e, i0 / c.tau_i, 1.0 / c.tau_i);
            return turn > low && turn < high ? turn : high;
        }
        /// Drive carries it across sooner or later; without, what is there plus all that excitation can add.
        [[nodiscard]] bool may_cross(double t) const {
            return c.drive > 0.0 || v(t) + e0 * stable_exp(-t / c.tau_e) * c.ramp_e.limit() >= 0.0;
        }
    };

    template <class C>
    [[nodiscard]] static Tick next_crossing(const C& c, const View& s, std::size_t j, Tick from) {
        if (c.drive <= 0.0 && s[0][j] + s[1][j] * c.ramp_e.limit() < c.threshold) return never; // the common case
        return first_crossing_tick(Trajectory<C>{c, s[0][j], s[1][j], s[2][j]}, from, c.tau_e);
    }

    template <class C>
    static void set_current(C& c, double current) {
        IntegrateFire::set_current(c, current);
    }
};

} // namespace saltus
