// SPDX-License-Identifier: BSD-3-Clause
// The check of one projection: its ends, its wiring, its weights and delays.
#include "engine/network/distributions.hpp"
#include "engine/network/validate_parts.hpp"

#include <algorithm>
#include <cmath>

namespace saltus::detail {

namespace {

void check_drawable(const std::string& place, std::string_view parameter, const Constant& d) {
    require_finite(place, parameter, d.value);
}

void check_drawable(const std::string& place, std::string_view parameter, const Uniform& d) {
    const std::string p = std::string(parameter) + ": ";
    require_finite(place, p + "Uniform low", d.low);
    require_finite(place, p + "Uniform high", d.high);
    require(d.low < d.high && std::isfinite(d.high - d.low), place, p + "Uniform low", d.low,
            "below high (" + text(d.high) + ")", "swap the two, or use Constant for a single value");
}

void check_drawable(const std::string& place, std::string_view parameter, const Normal& d) {
    const std::string p = std::string(parameter) + ": ";
    require_finite(place, p + "Normal mean", d.mean);
    require_not_negative(place, p + "Normal standard_deviation", d.standard_deviation);
    require(d.low < d.high, place, p + "Normal low", d.low, "below high (" + text(d.high) + ")",
            "swap the two, or leave both out for no truncation");
    // Draws outside are repeated: what is left must hold a fair share of the distribution, else that takes for ever.
    const double sd = d.standard_deviation;
    const double kept = std::min(d.high, d.mean + 3.0 * sd) - std::max(d.low, d.mean - 3.0 * sd);
    const bool kept_enough = sd > 0.0 ? kept >= 0.1 * sd : d.low <= d.mean && d.mean <= d.high;
    if (!kept_enough)
        throw ConfigError(place,
                          p + "Normal with mean " + text(d.mean) + ", standard_deviation " + text(sd) +
                              ", truncated to [" + text(d.low) + ", " + text(d.high) +
                              "], allowed is a truncation that keeps at least 0.1 standard deviations within 3 of "
                              "the mean",
                          "widen [low, high] or move the mean into it");
}

/// The two ends of a projection, and whether self-connections are possible and barred.
struct Ends {
    std::string place;
    const Population& source;
    const Population& target;
    bool bar_self;
};

void check_ends(const Ends& ends) {
    if (is_input(ends.target))
        throw ConfigError(ends.place, "target " + where(ends.target) + " is an input population, which takes no input",
                          "project onto a population of neurons or readouts, or push events from outside");
    if (std::holds_alternative<PoissonParameters>(ends.target.model))
        throw ConfigError(ends.place, "target " + where(ends.target) + " are Poisson sources, which take no input",
                          "project onto a population of neurons or readouts");
    if (is_readout(ends.source))
        throw ConfigError(ends.place, "source " + where(ends.source) + " is a readout population, which never spikes",
                          "project from an input or a population that spikes");
}

void check_degree(const Ends& ends, const ProjectionSpec& spec, std::string_view parameter, std::uint32_t degree,
                  const Population& pool) {
    const std::uint32_t choices = ends.bar_self ? pool.size - 1 : pool.size;
    const std::string pool_text = where(pool) + " has " + text(pool.size) + " neurons" +
                                  (ends.bar_self ? ", of which a neuron may not choose itself" : "");
    if (spec.allow_multapses)
        return require(degree == 0 || choices > 0, ends.place, parameter, degree, "0: " + pool_text,
                       "enlarge the population or set allow_self");
    require(degree <= choices, ends.place, parameter, degree, "0 to " + text(choices) + ": " + pool_text,
            "lower the degree or set allow_multapses" + std::string(ends.bar_self ? " or allow_self" : ""));
}

void check_connector(const Ends&, const ProjectionSpec&, const AllToAll&) {}

void check_connector(const Ends& ends, const ProjectionSpec&, const OneToOne&) {
    if (ends.source.size != ends.target.size)
        throw ConfigError(ends.place,
                          "connector is OneToOne, but " + where(ends.source) + " has " + text(ends.source.size) +
                              " neurons and " + where(ends.target) + " has " + text(ends.target.size),
                          "make the sizes equal or use another connector");
    if (ends.bar_self)
        throw ConfigError(ends.place, "connector is OneToOne within one population, but allow_self is false",
                          "set allow_self or use another connector");
}

void check_connector(const Ends& ends, const ProjectionSpec& spec, const FixedInDegree& c) {
    check_degree(ends, spec, "in_degree", c.in_degree, ends.source);
}

void check_connector(const Ends& ends, const ProjectionSpec& spec, const FixedOutDegree& c) {
    check_degree(ends, spec, "out_degree", c.out_degree, ends.target);
}

void check_connector(const Ends& ends, const ProjectionSpec&, const Bernoulli& c) {
    require(c.probability >= 0.0 && c.probability <= 1.0, ends.place, "Bernoulli probability", c.probability, "0 to 1",
            "set a probability");
}

void check_list_lengths(const Ends& ends, const ExplicitList& list) {
    const auto check = [&](std::string_view what, std::size_t length) {
        if (length != 0 && length != list.pairs.size())
            throw ConfigError(ends.place,
                              "ExplicitList has " + text(list.pairs.size()) + " pairs but " + text(length) + " " +
                                  std::string(what) + ", allowed is none or one for each pair",
                              "give one for each pair (NaN: draw it), or leave them out");
    };
    check("weights", list.weights.size());
    check("delays_ms", list.delays_ms.size());
}

/// Only for a pair that is at fault: a list may have millions of entries, and words are slow.
void report_list_pair(const Ends& ends, const std::string& entry, const Pair& pair) {
    const auto index = [&](std::string_view what, std::uint32_t i, const Population& p) {
        require(i < p.size, ends.place, entry + " " + std::string(what), i,
                "0 to " + text(p.size - 1) + " (" + where(p) + " has " + text(p.size) + " neurons)",
                "neurons are numbered from 0");
    };
    index("source", pair.source, ends.source);
    index("target", pair.target, ends.target);
    throw ConfigError(ends.place,
                      entry + " connects neuron " + text(pair.source) + " to itself, but allow_self is false",
                      "remove the pair or set allow_self");
}

void check_list_values(const Ends& ends, const ExplicitList& list) {
    for (std::size_t k = 0; k < list.pairs.size(); ++k) {
        const Pair& pair = list.pairs[k];
        const bool in_range = pair.source < ends.source.size && pair.target < ends.target.size;
        if (!in_range || (ends.bar_self && pair.source == pair.target))
            report_list_pair(ends, "ExplicitList entry " + text(k), pair);
    }
    for (std::size_t k = 0; k < list.weights.size(); ++k)
        if (std::abs(list.weights[k]) > largest_weight)
            require(false, ends.place, "ExplicitList weight " + text(k), list.weights[k],
                    "-1e30 to 1e30, or NaN to draw it", "set a finite weight");
}

void check_list_duplicates(const Ends& ends, const ExplicitList& list) {
    std::vector<std::uint64_t> keys;
    keys.reserve(list.pairs.size());
    for (const Pair& p : list.pairs) keys.push_back((std::uint64_t{p.source} << 32) | p.target);
    std::sort(keys.begin(), keys.end());
    const auto twice = std::adjacent_find(keys.begin(), keys.end());
    if (twice != keys.end())
        throw ConfigError(ends.place,
                          "ExplicitList has the pair (" + text(*twice >> 32) + ", " + text(*twice & 0xffff'ffffu) +
                              ") more than once, but allow_multapses is false",
                          "remove the repetition or set allow_multapses");
}

void check_connector(const Ends& ends, const ProjectionSpec& spec, const ExplicitList& list) {
    check_list_lengths(ends, list);
    check_list_values(ends, list);
    if (!spec.allow_multapses) check_list_duplicates(ends, list);
}

/// Which delays the grid and the two ends allow.
struct DelayLimits {
    const TimeGrid& grid;
    const std::string& place;
    Tick least;

    [[nodiscard]] bool too_long(double ms) const {
        // The first test keeps the conversion to an integer in range.
        return ms > 2.0 * static_cast<double>(longest_delay_ticks) * grid.tick_ms() ||
               quantised_delay(grid, ms) > longest_delay_ticks;
    }
    [[nodiscard]] bool good(double ms) const {
        return std::isfinite(ms) && ms >= 0.0 && !too_long(ms) && quantised_delay(grid, ms) >= least;
    }
};

/// Throws unless `ms` is within the limits; `what` says which delay it is.
void check_delay(const DelayLimits& limits, const std::string& what, double ms) {
    if (limits.good(ms)) return;
    const double tick_ms = limits.grid.tick_ms();
    const double resolution_ms = static_cast<double>(limits.grid.delay_resolution.count()) * 1e-9;
    const std::string allowed = std::string(limits.least == 0 ? "0" : "1") + " to 1e15 ticks (of " + text(tick_ms) +
                                " ms) after rounding to multiples of " + text(std::max(resolution_ms, tick_ms)) + " ms";
    if (!std::isfinite(ms) || ms < 0.0)
        require(false, limits.place, what, ms, allowed, "set a delay in milliseconds that is not negative");
    if (limits.too_long(ms))
        require(false, limits.place, what, ms, allowed, "shorten the delay or make the tick longer");
    require(false, limits.place, what, ms, allowed,
            "raise the delay or refine delay_resolution or the tick (only projections from spiking neurons "
            "onto readouts may have no delay)");
}

void check_delays(const Network& network, const Ends& ends, const ProjectionSpec& spec) {
    require_drawable(ends.place, "delay_ms", spec.delay_ms);
    const bool may_be_zero = is_readout(ends.target) && is_spiking(ends.source);
    const DelayLimits limits{network.grid(), ends.place, may_be_zero ? 0 : 1};
    if (const auto* constant = std::get_if<Constant>(&spec.delay_ms)) {
        check_delay(limits, "delay_ms", constant->value);
    } else {
        const Range range = range_of(spec.delay_ms);
        const std::string of =
            " (of the range " + text(range.low) + " to " + text(range.high) + " ms that the distribution can give)";
        check_delay(limits, "smallest delay_ms" + of, range.low);
        check_delay(limits, "largest delay_ms" + of, range.high);
    }
    if (const auto* list = std::get_if<ExplicitList>(&spec.connector)) {
        for (std::size_t k = 0; k < list->delays_ms.size(); ++k) {
            const double ms = list->delays_ms[k];
            if (!std::isnan(ms) && !limits.good(ms)) check_delay(limits, "ExplicitList delays_ms " + text(k), ms);
        }
    }
}

} // namespace

void require_drawable(const std::string& place, std::string_view parameter, const Distribution& distribution) {
    std::visit([&](const auto& d) { check_drawable(place, parameter, d); }, distribution);
}

void require_weights(const std::string& place, std::string_view parameter, const Distribution& weights) {
    require_drawable(place, parameter, weights);
    const Range range = range_of(weights);
    for (const double end : {range.low, range.high})
        require(std::abs(end) <= largest_weight, place, std::string(parameter) + " at its extreme", end,
                "-1e30 to 1e30", "choose smaller weights");
}

void validate_projection(const Network& network, const Projection& projection) {
    const std::string place = where(projection);
    require_population(network, place, "source", projection.source);
    require_population(network, place, "target", projection.target);
    const ProjectionSpec& spec = projection.spec;
    const Ends ends{place, network.at(projection.source), network.at(projection.target),
                    projection.source == projection.target && !spec.allow_self};
    check_ends(ends);
    std::visit([&](const auto& connector) { check_connector(ends, spec, connector); }, spec.connector);
    require_weights(place, "weight", spec.weight);
    check_delays(network, ends, spec);
}

} // namespace saltus::detail
