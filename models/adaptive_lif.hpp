// SPDX-License-Identifier: BSD-3-Clause
// Adaptive leaky integrate-and-fire neuron (ALIF): a LIF whose threshold rises with each spike and decays slowly.
//
//     A = threshold + beta a,   tau_a da/dt = -a,   a <- a + 1 at a spike of its own
//
// Bellec et al. 2020, eqs. 8-10. The membrane is that of models/lif.hpp.
#pragma once

#include "models/lif.hpp"

namespace saltus {

struct AdaptiveLifParameters : LifParameters {
    double beta = 0.1;       ///< threshold increase per spike, >= 0
    double tau_a_ms = 200.0; ///< adaptation time constant, > 0
};

/// The ALIF equations as pure functions on one neuron of a structure of arrays.
struct AdaptiveLif {
    using Parameters = AdaptiveLifParameters;
    static constexpr std::string_view name = "adaptive_lif";
    static constexpr bool spiking = true;
    static constexpr bool adaptive = true;
    static constexpr bool currents = false;        ///< arrivals move the membrane itself
    static constexpr std::size_t state_arrays = 2; ///< [0] membrane potential v, [1] adaptation a
    using View = std::array<double*, state_arrays>;
    static constexpr auto parameters = extend<AdaptiveLifParameters>(
        Lif::parameters, {{"beta", &Parameters::beta}, {"tau_a_ms", &Parameters::tau_a_ms}});

    struct Decay {
        double v, a;
    };

    template <class Factors>
    struct ConstantsOf : Lif::ConstantsOf<Factors> {
        ConstantsOf(const Parameters& p, const TimeGrid& grid)
            : Lif::ConstantsOf<Factors>(p, grid), adaptation(grid.tick_ms(), p.tau_a_ms),
              increment(p.spike_effect == SpikeEffect::next_tick ? 1.0 / adaptation(1) : 1.0) {
            this->beta = p.beta;
        }
        Factors adaptation;
        double increment; ///< what a spike adds to a
    };
    using Constants = ConstantsOf<DecayTable>;

    template <class C>
    [[nodiscard]] static Decay decay(const C& c, Tick gap) {
        return {c.membrane(gap), c.adaptation(gap)};
    }

    template <class C>
    static void advance(const C& c, const Decay& d, const View& s, std::size_t j) {
        s[0][j] = c.v_inf + (s[0][j] - c.v_inf) * d.v;
        s[1][j] *= d.a;
    }
    /// What an arrival adds to the membrane, and to nothing else.
    template <class C>
    [[nodiscard]] static double effect(const C& c, double w) {
        return c.gain * w;
    }
    template <class C>
    static void arrive(const C& c, const View& s, std::size_t j, double w) {
        s[0][j] += effect(c, w);
    }
    template <class C>
    [[nodiscard]] static double distance(const C& c, const View& s, std::size_t j) {
        return s[0][j] - (c.threshold + c.beta * s[1][j]);
    }
    template <class C>
    static void reset(const C& c, const View& s, std::size_t j) {
        s[0][j] = c.to_value ? c.v_reset : s[0][j] - c.subtracted;
        s[1][j] += c.increment;
    }
    template <class C>
    [[nodiscard]] static Tick next_crossing(const C& c, const View& s, std::size_t j, Tick from) {
        const double v = s[0][j];
        const double a = s[1][j];
        if (c.v_inf <= c.threshold && v < c.threshold) return never; // A never falls below the base threshold
        const auto distance = [&](Tick n) {
            return c.v_inf + (v - c.v_inf) * c.membrane(n) - (c.threshold + c.beta * (a * c.adaptation(n)));
        };
        return first_crossing(
            distance, {c.v_inf - c.threshold, v - c.v_inf, c.membrane.rate(), -c.beta * a, c.adaptation.rate()}, from);
    }

    template <class C>
    static void set_current(C& c, double current) {
        Lif::set_current(c, current);
    }

    // for escape noise (models/escape.hpp)
    template <class C>
    [[nodiscard]] static double increase_at(const C& c, const View& s, std::size_t j, double x) {
        return c.beta * (s[1][j] * stable_exp(c.adaptation.rate() * x));
    }
    template <class C>
    [[nodiscard]] static double distance_at(const C& c, const View& s, std::size_t j, double x) {
        return Lif::distance_at(c, {s[0]}, j, x) - increase_at(c, s, j, x);
    }
    /// The threshold only falls: it is lowest at the end.
    template <class C>
    [[nodiscard]] static double ceiling(const C& c, const View& s, std::size_t j, double x, double y) {
        return Lif::ceiling(c, {s[0]}, j, x, y) - increase_at(c, s, j, y);
    }
    template <class C>
    [[nodiscard]] static double memory(const C& c) {
        return Lif::memory(c);
    }
};

} // namespace saltus
