// SPDX-License-Identifier: BSD-3-Clause
// Whose constants? The neurons of most populations are alike and share one set, with its tables. Where a parameter
// varies from neuron to neuron each has a compact set of its own, without tables. A NeuronGroup is compiled for either:
// populations of the first kind pay nothing for the second.
#pragma once

#include "engine/core/decay_table.hpp"
#include "engine/core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

namespace saltus {

/// One set for all.
template <class Model>
class SharedConstants {
  public:
    using Constants = typename Model::Constants;
    static constexpr bool per_neuron = false;

    SharedConstants(const Constants& constants) : constants_(constants) {} // NOLINT: is one
    [[nodiscard]] const Constants& operator[](std::size_t) const { return constants_; }
    /// Calls visit(constants) for every set.
    template <class Visit>
    void for_each(const Visit& visit) const {
        visit(constants_);
    }

  private:
    Constants constants_;
};

/// A model's constants without tables, where it tells them apart: Model::ConstantsOf<DecayRate>.
template <class Model>
struct Compact {
    using Constants = typename Model::Constants;
};
template <class Model>
requires requires { typename Model::template ConstantsOf<DecayRate>; }
struct Compact<Model> {
    using Constants = typename Model::template ConstantsOf<DecayRate>;
};

/// One set for each neuron: [neurons].
template <class Model>
class OwnConstants {
  public:
    using Constants = typename Compact<Model>::Constants;
    static constexpr bool per_neuron = true;

    explicit OwnConstants(std::vector<Constants> constants) : constants_(std::move(constants)) {}
    [[nodiscard]] const Constants& operator[](std::size_t j) const { return constants_[j]; }
    [[nodiscard]] Constants& operator[](std::size_t j) { return constants_[j]; }
    template <class Visit>
    void for_each(const Visit& visit) const {
        for (const Constants& constants : constants_) visit(constants);
    }

  private:
    std::vector<Constants> constants_;
};

/// Whether every neuron tends to zero: then advancing by no time changes nothing, to the bit. (What tends to v_inf
/// advances as v_inf + (v - v_inf) decay, which rounds.)
template <class Cells>
[[nodiscard]] bool rests_at_zero(const Cells& cells) {
    bool all = true;
    cells.for_each([&](const auto& c) {
        if constexpr (requires { c.v_inf; }) all = all && c.v_inf == 0.0;
        if constexpr (requires { c.y_inf; }) all = all && c.y_inf == 0.0;
    });
    return all;
}

/// What threshold tests need to know of a whole population.
struct ThresholdFacts {
    double lowest_threshold = std::numeric_limits<double>::infinity();
    bool driven = false; ///< constant drive alone makes some neuron spike
    bool clamp = false;  ///< held at reset while refractory; the same for all
    bool random = false; ///< some neuron spikes at random (models/escape.hpp)
    Tick longest_refractory = 0;

    template <class Cells>
    [[nodiscard]] static ThresholdFacts of(const Cells& cells) {
        ThresholdFacts facts;
        cells.for_each([&](const auto& c) {
            if (c.threshold < facts.lowest_threshold) facts.lowest_threshold = c.threshold;
            if (c.refractory > facts.longest_refractory) facts.longest_refractory = c.refractory;
            if constexpr (requires { c.v_inf; }) facts.driven = facts.driven || c.v_inf > c.threshold;
            if constexpr (requires { c.escape_rate; }) facts.random = facts.random || c.escape_rate > 0.0;
            facts.clamp = c.clamp;
        });
        return facts;
    }
};

} // namespace saltus
