// SPDX-License-Identifier: BSD-3-Clause
// Escape noise: a neuron spikes at random, the more readily the closer its membrane is to threshold.
//
//     hazard(t) = escape_rate exp((v(t) - A(t)) / escape_width)
//
// Gerstner and Kistler 2002, eq. 5.7; Jolivet et al. 2006. Exact by thinning (Lewis and Shedler 1979): candidates come
// as a Poisson process whose rate is an upper bound of the hazard, and each is a spike with probability hazard / bound.
// A neuron holds the rest of the bound's integral until its next candidate and a uniform mark that decides it: both
// outlive a change of the bound, so arrivals cost no random numbers, and a silent neuron costs nothing.
#pragma once

#include "engine/core/random.hpp"
#include "engine/core/stable_math.hpp"
#include "engine/core/time.hpp"

#include <cmath>
#include <cstdint>
#include <limits>

namespace saltus {

/// Hazard per tick at a distance v - A from threshold. Kept finite: its ratios are taken.
template <class C>
[[nodiscard]] double hazard(const C& c, double distance) {
    const double x = distance / c.escape_width;
    return c.escape_rate * stable_exp(x < 600.0 ? x : 600.0);
}

/// The next candidate of one neuron.
struct Candidate {
    std::uint64_t number = 0; ///< candidates drawn so far
    double left = 0.0;        ///< what the integral of the bound has yet to cover until it
    double mark = 0.0;        ///< uniform: it is a spike if mark * bound < hazard

    /// Draws number 2n and 2n + 1 of the neuron's stream belong to candidate n.
    void renew(std::uint64_t seed, std::uint64_t entity) {
        RandomStream stream(seed, entity, 2 * number++);
        left = stream.exponential();
        mark = stream.uniform();
    }
};

/// What is foretold of a neuron if nothing arrives: the first tick at which its candidate, or the end of the stretch
/// that the bound holds for, takes effect, and how things stand then.
struct Foretold {
    Tick due = never;         ///< ticks from the start; never: neither, ever
    double bound = 0.0;       ///< in force from the start to there, per tick
    std::uint32_t spikes = 0; ///< at `due`
    Candidate then{};         ///< the next candidate, `left` counted from `due`
};

/// Follows the candidates of one neuron from the state s[place], `from` ticks on, to the end of the first tick with
/// any.
/// @tparam Model has distance_at(c, s, j, x), the distance after x ticks, and ceiling(c, s, j, x, y), an upper bound of
/// the distance from x to y (infinite: for ever), tight as y approaches x.
/// @param memory time in ticks over which the state changes: bounds are not looked at more closely than that
template <class Model, class C, class View>
[[nodiscard]] Foretold foretell(const C& c, const View& s, std::size_t place, double from, Candidate next,
                                std::uint64_t seed, std::uint64_t entity) {
    constexpr double forever = std::numeric_limits<double>::infinity();
    Foretold result;
    double x = from;
    for (;;) {
        // The bound holds for ever if that costs few candidates; else for a stretch in which the hazard at most
        // doubles, or few candidates come.
        const double now = hazard(c, Model::distance_at(c, s, place, x));
        double stretch = forever;
        double bound = hazard(c, Model::ceiling(c, s, place, x, forever));
        for (double shorter = Model::memory(c); bound * shorter > 2.0 && bound > 2.0 * now; shorter *= 0.5) {
            stretch = shorter;
            bound = hazard(c, Model::ceiling(c, s, place, x, x + stretch));
        }
        const double wait = next.left / bound;
        const bool is_candidate = wait <= stretch;
        const double event = x + (is_candidate ? wait : stretch);
        const bool ever = event - from < 1e17;
        const Tick due = ever ? static_cast<Tick>(std::ceil(event - from)) : never;
        if (result.due == never) {
            result.due = due > 0 ? due : 1;
            result.bound = bound;
        }
        if (!ever && result.due == never) return result;
        if (due > result.due) { // beyond the tick of the first event
            next.left -= bound * (from + static_cast<double>(result.due) - x);
            break;
        }
        if (!is_candidate) {
            next.left -= bound * stretch;
        } else {
            const bool spike = next.mark * bound < hazard(c, Model::distance_at(c, s, place, event));
            next.renew(seed, entity);
            if (spike) ++result.spikes;
            if (spike) break; // the rest of the tick belongs to the spike
        }
        x = event;
    }
    if (next.left < 0.0) next.left = 0.0; // by rounding only
    result.then = next;
    return result;
}

} // namespace saltus
