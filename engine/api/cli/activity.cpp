// SPDX-License-Identifier: BSD-3-Clause
#include "engine/api/cli/activity.hpp"
#include "engine/api/plot/panels.hpp"
#include "engine/api/text.hpp"

#include <algorithm>
#include <array>

namespace saltus::cli {
namespace {

constexpr std::uint32_t most_neurons = 100; ///< of a raster

constexpr std::array colours = {"#1a7f5a", "#1f77b4", "#d62728", "#8e44ad", "#b7791f", "#34495e"};

/// Text within single quotes of gnuplot.
std::string harmless(std::string text) {
    for (char& c : text)
        if (c == '\'' || c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20) c = ' ';
    return text;
}

} // namespace

Activity::Activity(const Network& network, std::vector<PopulationId> watched, Tick from, Tick until)
    : network_(network), watched_(std::move(watched)), from_(from), until_(until),
      counts_(network.populations().size()), rates_(network.populations().size()) {
    for (const PopulationId id : watched_) rates_[id.index].resize(bins);
}

std::uint32_t Activity::stride(PopulationId population) const {
    return (network_.at(population).size + most_neurons - 1) / most_neurons;
}

void Activity::take(std::span<const Spike> spikes) {
    for (const Spike& spike : spikes) {
        ++counts_[spike.population];
        if (spike.tick < from_ || spike.tick >= until_ || rates_[spike.population].empty()) continue;
        const double share = static_cast<double>(spike.tick - from_) / static_cast<double>(until_ - from_);
        ++rates_[spike.population][std::min(bins - 1, static_cast<std::size_t>(share * bins))];
        if (spike.neuron % stride({spike.population}) == 0) shown_.push_back(spike);
    }
}

std::string Activity::raster_rows(PopulationId population) const {
    std::string rows;
    for (const Spike& spike : shown_) {
        if (spike.population != population.index) continue;
        rows += api::text("%.6g %u\n", network_.grid().milliseconds(spike.tick - from_), spike.neuron);
    }
    return rows;
}

std::string Activity::rate_rows(PopulationId population) const {
    const double width_ms = network_.grid().milliseconds(until_ - from_) / static_cast<double>(bins);
    const double per_spike = 1e3 / (width_ms * network_.at(population).size);
    std::string rows;
    for (std::size_t b = 0; b < bins; ++b)
        rows += api::text("%.6g %.6g\n", (static_cast<double>(b) + 0.5) * width_ms,
                          per_spike * static_cast<double>(rates_[population.index][b]));
    return rows;
}

std::string Activity::picture(const std::string& name, const std::string& title) const {
    api::Panels panels(harmless(title), network_.grid().milliseconds(until_ - from_));
    for (std::size_t i = 0; i < watched_.size(); ++i) {
        const Population& population = network_.at(watched_[i]);
        const std::string colour = colours[i % colours.size()];
        const std::uint32_t apart = stride(watched_[i]);
        const std::string which = apart == 1 ? "all neurons" : api::text("one neuron in %u", apart);
        panels.raster(harmless(population.name) + ": " + which, "neuron", raster_rows(watched_[i]), population.size,
                      colour);
        panels.lines(harmless(population.name) + ": mean rate", "Hz", rate_rows(watched_[i]), {{"", colour}});
    }
    return panels.script(name);
}

} // namespace saltus::cli
