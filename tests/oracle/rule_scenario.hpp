// SPDX-License-Identifier: BSD-3-Clause
// Random experiments for the rules beyond e-prop: those of random_scenario, taught otherwise.
#pragma once

#include "tests/oracle/random_scenario.hpp"

#include <cstdint>
#include <optional>

namespace saltus_oracle {

/// What is to be tried. Everything else is drawn.
struct RuleOptions {
    RuleKind rule = RuleKind::eprop; ///< of every learning projection onto spiking neurons
    bool currents = false;           ///< all spiking neurons are cuba_lif
    bool readout_currents = false;   ///< readouts have a synaptic current
    bool spike_trains = false;       ///< the first hidden population is to follow target trains, and teaches the others
    bool layers = false;             ///< feedback is handed down from population to population (interval, or fixed B)
    bool persist = false;            ///< traces outlive intervals
    bool labels = false;             ///< the readout's error is its label, at events only
    bool mixed = false;              ///< rules differ from projection to projection
    bool reset_in_gradient = false;
    bool voltage = false;
    bool penalty = false;              ///< of activity
    bool psi_while_refractory = false; ///< SuperSpike only
    std::optional<RateBound> bound{};  ///< of the rate regulariser, with tolerance, of neurons or of the population
    std::optional<OptimiserKind> optimiser{};
    bool decay = false; ///< weight decay and a falling rate
    bool keep_sign = false;
    bool escape_noise = false; ///< neurons spike at random, with the surrogate that matches; replace random_spikes
    bool switches = false;     ///< learning is off now and then
    Options base{};
};

/// Learning rates are such that weights move by some tenths of their size. Throws what random_scenario throws.
Scenario rule_scenario(std::uint64_t seed, const RuleOptions& options);

} // namespace saltus_oracle
