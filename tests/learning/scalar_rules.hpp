// SPDX-License-Identifier: BSD-3-Clause
// The rules as their headers write them down: one synapse, stepped in plain scalar code, in any precision. It shares
// nothing with the trace maps but the rule's parameters.
#pragma once

#include "engine/core/random.hpp"
#include "learning/eprop.hpp"
#include "learning/readout_rule.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

namespace saltus::test {

/// All traces a synapse may have; a rule uses some of them.
template <class Number>
struct Synapse1 {
    Number z{}, eps{}, eb{}, g{}, es{};
};

template <bool adaptive, bool rate_sum, class Number>
void plain_step(const EpropMap<adaptive, rate_sum>& p, Number psi, Number signal, Synapse1<Number>& x) {
    const Number alpha = static_cast<Number>(p.alpha), rho = static_cast<Number>(p.rho);
    const Number beta = adaptive ? static_cast<Number>(p.beta) : Number{0};
    const Number kappa = static_cast<Number>(p.kappa), c = static_cast<Number>(p.gain);
    const Number e = psi * (x.z - beta * x.eps);
    x.eps = psi * x.z + (rho - beta * psi) * x.eps;
    x.eb = kappa * x.eb + c * e;
    x.g = x.g + signal * x.eb;
    x.es = x.es + e;
    x.z = alpha * x.z;
}

template <class Number>
void plain_step(const ReadoutMap& p, Number /*psi*/, Number error, Synapse1<Number>& x) {
    x.g = x.g + error * x.z;
    x.z = static_cast<Number>(p.kappa) * x.z;
}

/// The traces of a rule in the order of its map.
template <bool adaptive, bool rate_sum, class Number>
std::vector<Number> listed(const EpropMap<adaptive, rate_sum>&, const Synapse1<Number>& x) {
    std::vector<Number> list{x.z};
    if (adaptive) list.push_back(x.eps);
    list.push_back(x.eb);
    list.push_back(x.g);
    if (rate_sum) list.push_back(x.es);
    return list;
}

template <class Number>
std::vector<Number> listed(const ReadoutMap&, const Synapse1<Number>& x) {
    return {x.z, x.g};
}

/// The other way round.
template <class Rule, class Number>
Synapse1<Number> unlisted(const Rule&, const std::array<Number, Rule::traces>& list) {
    Synapse1<Number> x;
    x.z = list[Rule::z];
    x.g = list[Rule::g];
    if constexpr (requires { Rule::eb; }) {
        x.eb = list[Rule::eb];
        if constexpr (Rule::eb == 2) x.eps = list[1];
        if constexpr (Rule::has_rate_sum) x.es = list[Rule::es];
    }
    return x;
}

inline double uniform(RandomStream& random, double low, double high) { return low + (high - low) * random.uniform(); }

} // namespace saltus::test
