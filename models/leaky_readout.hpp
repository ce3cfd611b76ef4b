// SPDX-License-Identifier: BSD-3-Clause
// Leaky readout: integrates its input and never spikes.
//
//     tau dy/dt = -y,   y <- y + w at an arrival
//
// Bellec et al. 2020, eq. 11; Neftci, Mostafa, Zenke 2019 (readout layer of the companion tutorials).
#pragma once

#include "engine/core/decay_table.hpp"
#include "models/named_parameter.hpp"

#include <array>
#include <cstddef>
#include <string_view>

namespace saltus {

struct LeakyReadoutParameters {
    double tau_ms = 20.0;          ///< time constant, > 0
    bool normalised_input = false; ///< arrivals are scaled by 1 - exp(-tick/tau)
};

struct LeakyReadout {
    using Parameters = LeakyReadoutParameters;
    static constexpr std::string_view name = "leaky_readout";
    static constexpr bool spiking = false;
    static constexpr bool adaptive = false;
    static constexpr bool currents = false;
    static constexpr std::size_t state_arrays = 1; ///< [0] output y
    using View = std::array<double*, state_arrays>;
    static constexpr std::array<NamedParameter<Parameters>, 1> parameters{{{"tau_ms", &Parameters::tau_ms}}};

    struct Decay {
        double v;
    };

    template <class Factors>
    struct ConstantsOf {
        ConstantsOf(const Parameters& p, const TimeGrid& grid)
            : membrane(grid.tick_ms(), p.tau_ms), gain(p.normalised_input ? 1.0 - membrane(1) : 1.0) {}
        Factors membrane;
        double gain; ///< factor on every arrival
    };
    using Constants = ConstantsOf<DecayTable>;

    template <class C>
    [[nodiscard]] static Decay decay(const C& c, Tick gap) {
        return {c.membrane(gap)};
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
    static void advance(const C&, const Decay& d, const View& s, std::size_t j) {
        s[0][j] *= d.v;
    }
};

} // namespace saltus
