// SPDX-License-Identifier: BSD-3-Clause
// Current-based leaky readout: an exponential synapse, then leaky integration; it never spikes.
//
//     tau_m dy/dt = -(y - y_inf) + i,   tau_s di/dt = -i,   i <- i + w at an arrival
//
// Neftci, Mostafa, Zenke 2019 (output units); NIR's CubaLI. The current is in units of y (R I). It may carry an error,
// and learn (learning/readout_rule.hpp): exactly, if an interval of learning ends with a reset or remembers arrivals
// (LearningSchedule::memory_steps); else those of its last tau_s have hardly moved y yet when they are forgotten. Rules
// that low-pass the eligibility on its way to the readout (Eprop) filter once, a leaky readout's way; SuperSpike's two
// filters are of this one's shape.
#pragma once

#include "engine/core/decay_table.hpp"
#include "models/named_parameter.hpp"
#include "models/psp_kernel.hpp"

#include <array>
#include <cstddef>
#include <string_view>

namespace saltus {

struct CubaReadoutParameters {
    double tau_m_ms = 20.0; ///< of the output, > 0
    double tau_s_ms = 5.0;  ///< of the synaptic current, > 0
    double y_inf = 0.0;     ///< what constant input current alone would drive y to (R I)
};

struct CubaReadout {
    using Parameters = CubaReadoutParameters;
    static constexpr std::string_view name = "cuba_readout";
    static constexpr bool spiking = false;
    static constexpr bool adaptive = false;
    static constexpr bool currents = false;        ///< nothing to predict
    static constexpr std::size_t state_arrays = 2; ///< [0] output y, [1] synaptic current
    using View = std::array<double*, state_arrays>;
    static constexpr std::array<NamedParameter<Parameters>, 3> parameters{
        {{"tau_m_ms", &Parameters::tau_m_ms}, {"tau_s_ms", &Parameters::tau_s_ms}, {"y_inf", &Parameters::y_inf}}};

    struct Decay {
        double m, s, from_i;
    };

    template <class Factors>
    struct ConstantsOf {
        ConstantsOf(const Parameters& p, const TimeGrid& grid)
            : membrane(grid.tick_ms(), p.tau_m_ms), synaptic(grid.tick_ms(), p.tau_s_ms),
              kernel(p.tau_m_ms / grid.tick_ms(), p.tau_s_ms / grid.tick_ms()), y_inf(p.y_inf) {}
        Factors membrane, synaptic;
        PspKernel kernel;
        double y_inf;
        double gain = 1.0; ///< factor on every arrival
    };
    using Constants = ConstantsOf<DecayTable>;

    template <class C>
    [[nodiscard]] static Decay decay(const C& c, Tick gap) {
        const double m = c.membrane(gap), s = c.synaptic(gap);
        return {m, s, c.kernel(static_cast<double>(gap), m, s)};
    }
    template <class C>
    static void arrive(const C&, const View& s, std::size_t j, double w) {
        s[1][j] += w;
    }
    template <class C>
    static void advance(const C& c, const Decay& d, const View& s, std::size_t j) {
        s[0][j] = c.y_inf + (s[0][j] - c.y_inf) * d.m + s[1][j] * d.from_i;
        s[1][j] *= d.s;
    }
};

} // namespace saltus
