// SPDX-License-Identifier: BSD-3-Clause
// The rules as the papers write them down: one synapse, stepped in plain scalar code, in any precision. It shares
// nothing with the trace maps but the rules' parameters.
#pragma once

#include "engine/core/random.hpp"
#include "learning/eprop.hpp"
#include "learning/instant.hpp"
#include "learning/pairing.hpp"
#include "learning/readout_rule.hpp"
#include "learning/reward.hpp"
#include "learning/superspike.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

namespace saltus::test {

/// All traces a synapse may have; a rule uses some of them.
template <class Number>
struct Synapse1 {
    Number i{}, h{}, eps{};        ///< current, membrane, adaptation: derivatives by the weight
    Number s{}, x{};               ///< arrivals of this step, and their low-pass
    Number eb{}, el{}, elf{}, f{}; ///< filtered eligibilities
    Number g{}, es{};
};

// --- membranes: the eligibility of this step; traces are then taken to the next step ---------------------------------

/// Bellec et al. 2020, eqs. 22-25, in their words: e = psi (z - beta eps), eps' = psi z + (rho - beta psi) eps.
/// Currents: dv/dw of tau_m v' = -v + i, solved over a step. The reset, if it counts, takes `fall` off per spike: psi
/// (h - ...).
template <bool adaptive, bool currents, bool reset, class Number>
Number plain_eligibility(const LifMembrane<adaptive, currents, reset>& p, Number psi, Number, Synapse1<Number>& x) {
    const auto at = [](double v) { return static_cast<Number>(v); };
    const Number beta = adaptive ? at(p.beta) : Number{0};
    const Number e = psi * (x.h - beta * x.eps);
    if (adaptive) x.eps = psi * x.h + (at(p.rho) - beta * psi) * x.eps;
    x.h = at(p.alpha) * x.h;
    if (currents) {
        x.h += at(p.feed) * x.i;
        x.i *= at(p.sigma);
    }
    if (reset) x.h -= at(p.fall) * e;
    return e;
}

template <bool currents, class Number>
Number plain_eligibility(const LeakMembrane<currents>& p, Number, Number, Synapse1<Number>& x) {
    const Number e = x.h;
    x.h *= static_cast<Number>(p.decay);
    if (currents) {
        x.h += static_cast<Number>(p.feed) * x.i;
        x.i *= static_cast<Number>(p.sigma);
    }
    return e;
}

/// Apolinario and Roy 2025, eq. 11; Fremaux and Gerstner 2016.
template <class Number>
Number plain_eligibility(const PairingMembrane& p, Number factor, Number trail, Synapse1<Number>& x) {
    const Number e = static_cast<Number>(p.after) * factor * x.x + static_cast<Number>(p.before) * trail * x.s;
    x.s = Number{0};
    x.x *= static_cast<Number>(p.decay);
    return e;
}

// --- heads -----------------------------------------------------------------------------------------------------------

template <bool rate_sum, bool voltage, std::size_t h, class Number>
void plain_gradient(const LowPassHead<rate_sum, voltage, h>& p, Number e, Number signal, Number third,
                    const Synapse1<Number>& before, Synapse1<Number>& x) {
    x.eb = static_cast<Number>(p.kappa) * x.eb + static_cast<Number>(p.gain) * e;
    x.g += signal * x.eb;
    if (voltage) x.g += third * before.h;
    x.es += e;
}

template <class Number>
void plain_gradient(const InstantHead&, Number e, Number signal, Number, const Synapse1<Number>&, Synapse1<Number>& x) {
    x.g += signal * e;
}

/// The order of the published code: input, follower, gradient, decay.
template <class Number>
void plain_gradient(const DoubleFilterHead& p, Number e, Number signal, Number, const Synapse1<Number>&,
                    Synapse1<Number>& x) {
    x.el += e;
    x.elf = static_cast<Number>(p.keep) * x.elf + static_cast<Number>(p.rise) * x.el;
    x.g += signal * x.elf;
    x.el *= static_cast<Number>(p.decay);
}

template <class Number>
void plain_gradient(const RewardHead& p, Number e, Number signal, Number delta, const Synapse1<Number>&,
                    Synapse1<Number>& x) {
    x.g += delta * x.f;
    x.eb = static_cast<Number>(p.kappa) * x.eb + static_cast<Number>(p.gain) * e;
    x.f = static_cast<Number>(p.discount) * x.f + signal * x.eb;
}

template <class Number>
void plain_gradient(const RewardReadoutHead& p, Number e, Number signal, Number delta, const Synapse1<Number>&,
                    Synapse1<Number>& x) {
    x.g += delta * x.f;
    x.f = static_cast<Number>(p.discount) * x.f + signal * e;
}

// --- whole rules -----------------------------------------------------------------------------------------------------

template <class Membrane, class Head, class Number>
void plain_step(const RuleMap<Membrane, Head>& rule, Number psi, Number signal, Number third, Synapse1<Number>& x) {
    const Synapse1<Number> before = x;
    const Number e = plain_eligibility(rule.membrane, psi, third, x);
    plain_gradient(rule.head, e, signal, third, before, x);
}

/// Where a rule's traces are, in the order of its map.
template <bool adaptive, bool currents, bool reset, class Number>
void places(const LifMembrane<adaptive, currents, reset>&, Synapse1<Number>& x, std::vector<Number*>& list) {
    if (currents) list.push_back(&x.i);
    list.push_back(&x.h);
    if (adaptive) list.push_back(&x.eps);
}
template <bool currents, class Number>
void places(const LeakMembrane<currents>&, Synapse1<Number>& x, std::vector<Number*>& list) {
    if (currents) list.push_back(&x.i);
    list.push_back(&x.h);
}
template <class Number>
void places(const PairingMembrane&, Synapse1<Number>& x, std::vector<Number*>& list) {
    for (Number* place : {&x.s, &x.x}) list.push_back(place);
}
template <bool rate_sum, bool voltage, std::size_t h, class Number>
void places(const LowPassHead<rate_sum, voltage, h>&, Synapse1<Number>& x, std::vector<Number*>& list) {
    for (Number* place : {&x.eb, &x.g}) list.push_back(place);
    if (rate_sum) list.push_back(&x.es);
}
template <class Number>
void places(const InstantHead&, Synapse1<Number>& x, std::vector<Number*>& list) {
    list.push_back(&x.g);
}
template <class Number>
void places(const DoubleFilterHead&, Synapse1<Number>& x, std::vector<Number*>& list) {
    for (Number* place : {&x.el, &x.elf, &x.g}) list.push_back(place);
}
template <class Number>
void places(const RewardHead&, Synapse1<Number>& x, std::vector<Number*>& list) {
    for (Number* place : {&x.eb, &x.f, &x.g}) list.push_back(place);
}
template <class Number>
void places(const RewardReadoutHead&, Synapse1<Number>& x, std::vector<Number*>& list) {
    for (Number* place : {&x.f, &x.g}) list.push_back(place);
}

template <class Membrane, class Head, class Number>
std::vector<Number*> places(const RuleMap<Membrane, Head>& rule, Synapse1<Number>& x) {
    std::vector<Number*> list;
    places(rule.membrane, x, list);
    places(rule.head, x, list);
    return list;
}

/// The traces of a rule in the order of its map.
template <class Rule, class Number>
std::vector<Number> listed(const Rule& rule, Synapse1<Number> x) {
    std::vector<Number> list;
    for (const Number* place : places(rule, x)) list.push_back(*place);
    return list;
}

/// The other way round.
template <class Rule, class Number>
Synapse1<Number> unlisted(const Rule& rule, const std::array<Number, Rule::traces>& list) {
    Synapse1<Number> x;
    const auto at = places(rule, x);
    for (std::size_t k = 0; k < at.size(); ++k) *at[k] = list[k];
    return x;
}

/// An arrival of these amplitudes at the entry traces.
template <class Rule, class Number>
void plain_arrival(const Rule& rule, Synapse1<Number>& x, std::array<double, 2> amplitude) {
    const auto at = places(rule, x);
    for (std::size_t k = 0; k < Rule::entries; ++k) *at[k] += static_cast<Number>(amplitude[k]);
}

inline double uniform(RandomStream& random, double low, double high) { return low + (high - low) * random.uniform(); }

} // namespace saltus::test
